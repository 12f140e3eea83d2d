import { A, useNavigate } from "@solidjs/router";
import { Show, type JSX } from "solid-js";
import { Button } from "../../components/button";
import { Card } from "../../components/layout";
import { Icon } from "../../components/icon";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import { shortHash } from "../../lib/address";
import { TESTID } from "../../testids";
import { Timeline } from "../history";
import { CopyIcon } from "../money";
import { useSendFlow } from "./flow";

const JUST_SENT = { status: "pending", confirmations: 0, height: null } as const;

/** The payment is on its way. */
export function Done(props: { txid: string; keeper?: (address: string) => JSX.Element }) {
  const navigate = useNavigate();
  const flow = useSendFlow();
  const unasked = () => {
    const sent = flow.sent();
    return sent?.txid === props.txid && sent.unasked.length > 0 ? sent.unasked.join(", ") : undefined;
  };
  const keep = () => {
    const sent = flow.sent();
    return sent?.txid === props.txid ? sent.keep : undefined;
  };
  return (
    <div class="stack" data-testid={TESTID.sent} data-txid={props.txid}>
    <Card class="send-done">
      <span class="send-done-mark">
        <Icon name="check" />
      </span>
      <h2 class="send-done-title">{t("done.title")}</h2>
      <p class="quiet send-done-text">{t("done.text")}</p>
      <div class="send-done-line">
        <Timeline tx={JUST_SENT} />
      </div>
      <p class="line">
        <span class="mono small" title={props.txid}>
          {shortHash(props.txid)}
        </span>
        <CopyIcon text={props.txid} what={t("tx.id")} />
      </p>
      <div class="line">
        <A class="button" data-kind="primary" href={`/activity/${props.txid}`} data-testid={TESTID.sentOpen} data-txid={props.txid}>
          {t("done.see")}
        </A>
        <Button onClick={() => navigate("/")}>{t("done.home")}</Button>
        <Show when={keep()}>{(address) => props.keeper?.(address())}</Show>
      </div>
    </Card>
      <Show when={unasked()}>
        {(who) => (
          <Notice tone="caution" title={t("done.unasked", { who: who() })} testId={TESTID.unasked}>
            <p>{t("done.unasked.text")}</p>
          </Notice>
        )}
      </Show>
    </div>
  );
}
