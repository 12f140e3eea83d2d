import { Tabs } from "@kobalte/core/tabs";
import { useNavigate } from "@solidjs/router";
import { PageHead } from "../components/layout";
import { AddressList } from "../features/addresses";
import { t } from "../i18n";
import { TESTID } from "../testids";
import "./addresses.css";

export default function Addresses() {
  const navigate = useNavigate();
  return (
    <div class="column">
      <PageHead title={t("addresses.title")} back={{ label: t("action.back"), onBack: () => navigate("/more") }} />
      <Tabs class="stack" defaultValue="receive">
        <Tabs.List class="tabs" aria-label={t("addresses.sides")}>
          <Tabs.Trigger class="tab" value="receive" data-testid={TESTID.addressesReceive}>
            {t("addresses.receive")}
          </Tabs.Trigger>
          <Tabs.Trigger class="tab" value="change" data-testid={TESTID.addressesChange}>
            {t("addresses.change")}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content class="stack" value="receive">
          <AddressList side="receive" />
        </Tabs.Content>
        <Tabs.Content class="stack" value="change">
          <p class="quiet small">{t("addresses.change.text")}</p>
          <AddressList side="change" />
        </Tabs.Content>
      </Tabs>
    </div>
  );
}
