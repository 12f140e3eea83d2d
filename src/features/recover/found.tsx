import { useNavigate } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Card, Row } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { Imported, WalletSummary } from "../../ipc/types";
import { useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { foundOf, type Came } from "./model";

function WalletRow(props: { wallet: WalletSummary; came: Came }) {
  const keys = () => t(props.wallet.watch_only ? "recover.watches" : "recover.keys");
  return (
    <div data-testid={TESTID.recoverWallet} data-came={props.came} data-wallet-id={props.wallet.id}>
      <Row
        icon={props.wallet.watch_only ? "eye" : "key"}
        title={props.wallet.name}
        text={`${t(`network.${props.wallet.network}`)} · ${t(`script.${props.wallet.script_type}`)} · ${keys()}. ${t(`recover.came.${props.came}`)}`}
      />
    </div>
  );
}

/** What came back, before it is opened. */
export function Found(props: { found: Imported }) {
  const navigate = useNavigate();
  const select = useCommand("cmd_select_wallet", { quiet: true });
  const all = () => foundOf(props.found);
  const watches = () => all().some(({ wallet, came }) => came === "added" && wallet.watch_only);
  const open = (): void => {
    const first = all().find(({ came }) => came === "added") ?? all()[0];
    if (!first || first.wallet.selected) navigate("/", { replace: true });
    else select.mutate([{ wallet_id: first.wallet.id }], { onSettled: () => navigate("/", { replace: true }) });
  };
  return (
    <div class="stack" data-testid={TESTID.recoverFound}>
      <Notice tone={all().length > 0 ? "good" : "info"} title={t(all().length > 0 ? "recover.found" : "recover.found.none")} live>
        <p>{t(all().length > 0 ? "recover.found.text" : "recover.found.none.text")}</p>
      </Notice>
      <Show when={props.found.passed_over > 0 || props.found.incomplete}>
        <Notice tone="caution" title={t("lost.lacking")} testId={TESTID.recoverLacking}>
          <Show when={props.found.passed_over > 0}>
            <p>{t("lost.lacking.text", { count: props.found.passed_over })}</p>
          </Show>
          <Show when={props.found.incomplete}>
            <p>{t("lost.lacking.missing")}</p>
          </Show>
          <p>{t("lost.lacking.chain")}</p>
        </Notice>
      </Show>
      <Show when={all().length > 0}>
        <Card tight>
          <For each={all()}>{(one) => <WalletRow wallet={one.wallet} came={one.came} />}</For>
        </Card>
      </Show>
      <Show when={watches()}>
        <p class="quiet small">{t("recover.watches.text")}</p>
      </Show>
      <Button kind="primary" wide busy={select.isPending} data-testid={TESTID.recoverOpen} onClick={open}>
        {t("recover.open")}
      </Button>
    </div>
  );
}
