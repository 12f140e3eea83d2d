import { Icon } from "../components/icon";
import { Card, LinkRow, PageHead } from "../components/layout";
import { DevicesAttention } from "../features/devices";
import { ConsoleRow } from "../features/node";
import { t } from "../i18n";

/** What is looked for less often. */
export default function More() {
  return (
    <div class="column">
      <PageHead title={t("nav.more")} />
      <Card tight>
        <LinkRow icon="list" href="/activity" title={t("history.title")} text={t("more.activity")} />
        <LinkRow icon="address" href="/addresses" title={t("addresses.title")} text={t("more.addresses")} />
        <LinkRow icon="person" href="/contacts" title={t("contacts.title")} text={t("more.contacts")} />
        <LinkRow
          icon="devices"
          href="/devices"
          title={t("devices.title")}
          text={t("more.devices")}
          trailing={
            <>
              <DevicesAttention />
              <Icon name="forward" />
            </>
          }
        />
        <LinkRow icon="shield" href="/backup" title={t("backup.title")} text={t("more.backup")} />
      </Card>
      <Card tight>
        <LinkRow icon="wallet" href="/wallets/add" title={t("wallets.title")} text={t("more.wallets")} />
        <ConsoleRow />
        <LinkRow icon="settings" href="/settings" title={t("settings.title")} text={t("more.settings")} />
      </Card>
    </div>
  );
}
