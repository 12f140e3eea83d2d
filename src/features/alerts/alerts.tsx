import { A } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { Notice as Alert, Transaction } from "../../ipc/types";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { Ago } from "../money";
import { useWalletId } from "../wallets";
import { aboutAddress, aboutPayment } from "./model";
import "./alerts.css";

/** How many stand on Home before the rest is asked for. */
const SHOWN = 1;

/** What has to be heard of and was not put away. Nothing while that is not known: the screen is about something else. */
export function useAlerts(): () => Alert[] {
  const answer = useAnswer("cmd_list_notices", () => [{ all: false }]);
  return () => (answer.isPending || answer.isError ? [] : answer.data.notices);
}

/** One of them. It stays until it is put away on this device. */
function AlertCard(props: { alert: Alert; here?: string; brief?: boolean }) {
  const walletId = useWalletId();
  const dismiss = useCommand("cmd_dismiss_notice");
  const elsewhere = () => props.alert.wallet_id !== null && props.alert.wallet_id !== walletId();
  const leadsTo = () => {
    if (elsewhere()) return undefined;
    const by = props.alert.replaced_by;
    return by === null || by === props.here ? undefined : `/activity/${by}`;
  };
  return (
    <Notice
      tone={props.alert.kind === "payment_replaced" ? "danger" : "caution"}
      title={t(`alert.${props.alert.kind}`)}
      testId={TESTID.alert}
      code={props.alert.kind}
      actions={
        <Button small busy={dismiss.isPending} data-testid={TESTID.alertDismiss} onClick={() => dismiss.mutate([{ notice_id: props.alert.id }])}>
          {t("alert.dismiss")}
        </Button>
      }
    >
      <p class="alert-text">{props.alert.text}</p>
      <Show when={!props.brief}>
        <p>{t(`alert.${props.alert.kind}.text`)}</p>
      </Show>
      <p class="quiet small">
        <Show when={elsewhere()}>{t("alert.wallet", { wallet: props.alert.wallet ?? "" })} · </Show>
        <Ago at={props.alert.at} />
        <Show when={leadsTo()}>
          {(to) => (
            <>
              {" "}
              · <A href={to()}>{t("alert.see")}</A>
            </>
          )}
        </Show>
      </p>
    </Notice>
  );
}

function Cards(props: { alerts: readonly Alert[]; here?: string; brief?: boolean }) {
  const ids = () => props.alerts.map((alert) => alert.id);
  const of = (id: string) => props.alerts.find((alert) => alert.id === id);
  return <For each={ids()}>{(id) => <Show when={of(id)}>{(alert) => <AlertCard alert={alert()} here={props.here ?? ""} brief={props.brief ?? false} />}</Show>}</For>;
}

/** Of all wallets, the newest first. What is told on every screen stands above. */
export function HomeAlerts() {
  const every = useAlerts();
  const alerts = () => every().filter((alert) => alert.kind !== "device_added");
  const [all, setAll] = createSignal(false);
  const shown = () => (all() ? alerts() : alerts().slice(0, SHOWN));
  return (
    <Show when={alerts().length > 0}>
      <div class="stack alerts">
        <Cards alerts={shown()} brief={!all()} />
        <Show when={alerts().length > shown().length}>
          <Button small kind="plain" data-testid={TESTID.alertsMore} onClick={() => setAll(true)}>
            {t("alert.more", { count: alerts().length - SHOWN })}
          </Button>
        </Show>
      </div>
    </Show>
  );
}

/** Beside the payment that they are about. */
export function PaymentAlerts(props: { tx: Pick<Transaction, "txid" | "replaced_by"> }) {
  const walletId = useWalletId();
  const alerts = useAlerts();
  return <Cards alerts={aboutPayment(alerts(), walletId(), props.tx)} here={props.tx.txid} />;
}

/** Beside the address that they are about. */
export function AddressAlerts(props: { address: string }) {
  const walletId = useWalletId();
  const alerts = useAlerts();
  return <Cards alerts={aboutAddress(alerts(), walletId(), props.address)} />;
}
