import { useNavigate } from "@solidjs/router";
import { For } from "solid-js";
import { ActionRow, Card, PageHead, Pill, Section } from "../components/layout";
import { useWallets } from "../features/wallets";
import { t } from "../i18n";
import { useCommand } from "../query/use";
import { TESTID } from "../testids";

/** The wallets on this device, and the ways to one more. */
export default function Wallets() {
  const navigate = useNavigate();
  const wallets = useWallets();
  const select = useCommand("cmd_select_wallet");
  const choose = (id: string): void => {
    if (id === wallets.selected()?.id) navigate("/");
    else select.mutate([{ wallet_id: id }], { onSuccess: () => navigate("/") });
  };
  return (
    <div class="column">
      <PageHead title={t("wallets.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <Section title={t("wallets.here")}>
        <Card tight>
          <For each={wallets.all()}>
            {(wallet) => (
              <ActionRow
                icon="wallet"
                title={wallet.name}
                text={`${t(`network.${wallet.network}`)} · ${t(`script.${wallet.script_type}`)}${wallet.watch_only ? ` · ${t("wallets.watch_only")}` : ""}`}
                trailing={wallet.id === wallets.selected()?.id ? <Pill tone="accent">{t("wallets.current")}</Pill> : undefined}
                disabled={select.isPending}
                onPress={() => choose(wallet.id)}
              />
            )}
          </For>
        </Card>
      </Section>
      <Section title={t("wallets.add")}>
        <Card tight>
          <ActionRow icon="plus" title={t("welcome.new")} text={t("add.new.text")} data-testid={TESTID.welcomeNew} onPress={() => navigate("/create")} />
          <ActionRow icon="download" title={t("welcome.existing")} text={t("add.existing.text")} data-testid={TESTID.welcomeExisting} onPress={() => navigate("/existing")} />
        </Card>
      </Section>
    </div>
  );
}
