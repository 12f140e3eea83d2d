import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { ActionRow, Card, Details, Fact, Facts, Section } from "../../components/layout";
import { Skeleton } from "../../components/states";
import { locale, t } from "../../i18n";
import type { WalletInfo } from "../../ipc/types";
import { formatDay } from "../../lib/time";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { CopyIcon } from "../money";
import { QueryView } from "../notice";
import { useSync } from "../sync";
import { LONGEST_NAME, useWalletId } from "../wallets";
import "./settings.css";

function Rename(props: { info: WalletInfo }) {
  const [typed, setTyped] = createSignal<string>();
  const rename = useCommand("cmd_rename_wallet");
  const name = () => typed() ?? props.info.name;
  const changed = () => name().trim() !== "" && name().trim() !== props.info.name;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!changed()) return;
    rename.mutate([{ wallet_id: props.info.id, name: name().trim() }], { onSuccess: () => setTyped(undefined) });
  };
  return (
    <form class="wallet-line" onSubmit={submit}>
      <TextField label={t("create.name")} value={name()} maxLength={LONGEST_NAME} onInput={setTyped} data-testid={TESTID.walletName} />
      <Show when={changed()}>
        <Button kind="primary" type="submit" busy={rename.isPending} data-testid={TESTID.walletRename}>
          {t("action.save")}
        </Button>
      </Show>
    </form>
  );
}

function Descriptor(props: { name: string; text: string; testId: string }) {
  return (
    <div class="stack">
      <span class="field-label">{props.name}</span>
      <div class="descriptor">
        <code data-testid={props.testId}>{props.text}</code>
        <CopyIcon text={props.text} what={props.name} />
      </div>
    </div>
  );
}

/** All that may be told about the wallet. Nothing of it can spend; descriptors let whoever has them see the payments. */
export function WalletInfoCard() {
  const walletId = useWalletId();
  const info = useAnswer("cmd_get_wallet_info", () => [{ wallet_id: walletId() }], () => ({ enabled: walletId() !== null }));
  const sync = useSync();
  return (
    <Section title={t("settings.wallet")}>
      <Card>
        <QueryView query={info} skeleton={<Skeleton label={t("state.loading")} rows={3} kind="text" />}>
          {(found) => (
            <>
              <Rename info={found()} />
              <Facts>
                <Fact name={t("create.network")}>{t(`network.${found().network}`)}</Fact>
                <Fact name={t("create.script")}>{t(`script.${found().script_type}`)}</Fact>
                <Fact name={t("info.kind")}>{found().watch_only ? t("wallets.watch_only") : t("info.can_spend")}</Fact>
                <Fact name={t("info.here_since")}>{formatDay(found().created_at, locale())}</Fact>
                <Fact name={t("info.transactions")}>{found().transactions.toLocaleString(locale())}</Fact>
                <Fact name={t("info.coins")}>{found().coins.toLocaleString(locale())}</Fact>
              </Facts>
              <Details label={t("info.details")}>
                <p class="quiet small">{t("info.descriptors.text")}</p>
                <Facts>
                  <Fact name={t("info.fingerprint")}>
                    <span class="mono">{found().fingerprint}</span>
                  </Fact>
                  <Fact name={t("info.account")}>{found().account}</Fact>
                  <Fact name={t("info.addresses")}>{`${found().receive_addresses} + ${found().change_addresses}`}</Fact>
                </Facts>
                <Descriptor name={t("info.external")} text={found().external_descriptor} testId={TESTID.descriptorExternal} />
                <Descriptor name={t("info.internal")} text={found().internal_descriptor} testId={TESTID.descriptorInternal} />
              </Details>
            </>
          )}
        </QueryView>
      </Card>
      <Card tight>
        <ActionRow
          icon="sync"
          title={t("info.rescan")}
          text={t("info.rescan.text")}
          disabled={sync.state().phase === "running"}
          onPress={() => sync.start(true)}
        />
      </Card>
    </Section>
  );
}
