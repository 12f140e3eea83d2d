import { useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Pill } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { t } from "../../i18n";
import type { Rival } from "../../ipc/types";
import { shortHash } from "../../lib/address";
import { makeIntent } from "../../lib/request-id";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Amount, ShortAddress } from "../money";
import { ErrorNotice } from "../notice";
import { useWalletId } from "../wallets";
import { actOf, named } from "./model";
import "./alerts.css";

/** What another payment pays, as far as this device knows it. */
function Pays(props: { rival: Rival }) {
  const walletId = useWalletId();
  const draft = useAnswer("cmd_get_draft", () => [{ draft_id: props.rival.draft_id ?? "" }], () => ({ enabled: props.rival.draft_id !== null }));
  const sent = useAnswer("cmd_get_transaction", () => [{ wallet_id: walletId(), txid: props.rival.txid }], () => ({ enabled: props.rival.stage === "sent" }));
  const pays = () => {
    if (draft.isSuccess) return { amount: draft.data.amount, to: draft.data.recipients[0]?.address ?? null };
    if (sent.isSuccess) return { amount: sent.data.transaction.amount, to: sent.data.transaction.address };
    return undefined;
  };
  return (
    <Show when={pays()} fallback={<span class="mono small">{shortHash(props.rival.txid)}</span>}>
      {(found) => (
        <span class="rival-pays">
          <Amount sats={found().amount} size="small" />
          <Show when={found().to}>{(address) => <ShortAddress address={address()} />}</Show>
        </span>
      )}
    </Show>
  );
}

function Drop(props: { rival: Rival; who: string; open: boolean; onClose: () => void }) {
  const walletId = useWalletId();
  const intent = makeIntent();
  const drop = useCommand("cmd_cancel_transaction", { quiet: true });
  const run = (): void =>
    drop.mutate([{ request_id: intent.id(), wallet_id: walletId(), txid: null, draft_id: props.rival.draft_id, fee_rate: null }], {
      onSuccess: () => {
        intent.done();
        props.onClose();
      },
    });
  return (
    <Sheet open={props.open} title={t("rival.drop.title")} text={t(props.rival.stage === "signed" ? "rival.drop.signed" : "rival.drop.text", { who: props.who })} closeLabel={t("action.close")} onClose={() => props.onClose()}>
      <Show when={drop.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button kind="danger" wide busy={drop.isPending} data-testid={TESTID.rivalDropConfirm} onClick={run}>
        {t("rival.drop.go")}
      </Button>
      <Button wide onClick={() => props.onClose()}>
        {t("rival.drop.keep")}
      </Button>
    </Sheet>
  );
}

function RivalRow(props: { rival: Rival }) {
  const navigate = useNavigate();
  const [dropping, setDropping] = createSignal(false);
  const who = () => (props.rival.devices.length === 0 ? t("rival.nobody") : named(props.rival.devices, t("word.and")));
  return (
    <li class="rival" data-testid={TESTID.rival} data-stage={props.rival.stage}>
      <div class="rival-text">
        <p class="row-title">{t("rival.of", { who: who() })}</p>
        <p class="quiet small rival-facts">
          <Pays rival={props.rival} />
        </p>
        <p class="quiet small">{t("rival.coins", { count: props.rival.coins.length })}</p>
      </div>
      <Pill tone={props.rival.stage === "sent" ? "danger" : "pending"}>{t(`rival.stage.${props.rival.stage}`)}</Pill>
      <Show when={actOf(props.rival)}>
        {(act) => (
          <Button small data-testid={TESTID.rivalAct} onClick={() => (act() === "see" ? navigate(`/activity/${props.rival.txid}`) : setDropping(true))}>
            {t(`rival.act.${act()}`)}
          </Button>
        )}
      </Show>
      <Drop rival={props.rival} who={who()} open={dropping()} onClose={() => setDropping(false)} />
    </li>
  );
}

/** Payments of other devices that want the same coins, and what can be done about each. */
export function RivalList(props: { rivals: readonly Rival[] }) {
  const ids = () => props.rivals.map((rival) => rival.txid);
  return (
    <ul class="rivals">
      <For each={ids()}>{(id) => <Show when={props.rivals.find((rival) => rival.txid === id)}>{(rival) => <RivalRow rival={rival()} />}</Show>}</For>
    </ul>
  );
}
