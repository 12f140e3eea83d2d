import { useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Details } from "../../components/layout";
import { Notice } from "../../components/states";
import { t } from "../../i18n";
import type { PaymentTarget } from "../../ipc/types";
import { amountText } from "../../lib/format-sats";
import { toSats, type Sats } from "../../lib/sats";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { AddressText, Amount } from "../money";
import { ErrorNotice } from "../notice";
import { useBalance } from "../sync";
import { useWalletId } from "../wallets";
import { CoinChoice } from "./coin-choice";
import { FeePicker } from "./fee-picker";
import { useSendFlow } from "./flow";
import { rateOf, wantedOf } from "./model";

/** Second step: how much, and how fast. Ends in a draft. */
export function HowMuch(props: { target: PaymentTarget }) {
  const flow = useSendFlow();
  const walletId = useWalletId();
  const navigate = useNavigate();
  const balance = useBalance();
  const fees = useAnswer("cmd_get_fee_estimates", () => [{ wallet_id: walletId() }]);
  const create = useCommand("cmd_create_draft", { quiet: true });
  const [tried, setTried] = createSignal(false);
  const [chosenSum, setChosenSum] = createSignal<number>();

  const estimates = () => (fees.isPending || fees.isError ? undefined : fees.data);
  const choice = () => (fees.isError && flow.said().choice !== "custom" ? "custom" : flow.said().choice);
  const rate = () => rateOf(choice(), flow.said().custom, estimates());
  const spendable = (): Sats | null => (balance.isPending ? null : (balance.data?.spendable ?? null));
  const limit = (): Sats | null => {
    const sum = chosenSum();
    return flow.said().coins.length > 0 ? (sum === undefined ? null : toSats(sum)) : spendable();
  };
  const wanted = () => wantedOf(flow.said().amount, flow.said().unit, flow.said().all, limit());
  const fault = () => {
    const want = wanted();
    if (want.kind !== "fault") return undefined;
    if (!tried() && (want.fault === "empty" || want.fault === "zero")) return undefined;
    if (want.fault === "over") return t("amount.fault.over", { limit: amountText(limit() ?? toSats(0), flow.said().unit) });
    return t(`amount.fault.${want.fault}`);
  };

  const goOn = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    const want = wanted();
    const fee_rate = rate();
    if (want.kind === "fault" || fee_rate === undefined || create.isPending) return;
    create.mutate(
      [
        {
          request_id: flow.intent.id(),
          wallet_id: walletId(),
          recipients: [{ address: props.target.address, amount: want.kind === "all" ? null : want.amount }],
          fee_rate,
          coins: flow.said().coins.length > 0 ? flow.said().coins : null,
          label: flow.said().label.trim() === "" ? null : flow.said().label.trim(),
          replaces: flow.said().draft,
        },
      ],
      {
        onSuccess: (draft) => {
          flow.say({ draft: draft.id });
          navigate(`/send/review/${draft.id}`);
        },
      },
    );
  };

  return (
    <form class="stack" onSubmit={goOn}>
      <Card>
        <div class="send-target">
          <span class="quiet small">{t("send.to.short")}</span>
          <Show when={props.target.contact}>
            {(name) => (
              <span class="payee-name" data-testid={TESTID.payee}>
                {name()}
              </span>
            )}
          </Show>
          <AddressText address={props.target.address} />
          <Show when={props.target.label ?? props.target.message}>
            <p class="small quiet">
              {t("send.payee_says")} <q>{[props.target.label, props.target.message].filter(Boolean).join(" — ")}</q>
            </p>
          </Show>
        </div>
        <Show when={props.target.mine}>
          <Notice tone="info">
            <p>{t("send.own_address")}</p>
          </Notice>
        </Show>
        <Show when={props.target.paid_before && !props.target.mine}>
          <Notice tone="info" title={t("contacts.paid_before")} testId={TESTID.paidBefore}>
            <p>{t("contacts.paid_before.text")}</p>
          </Notice>
        </Show>
        <TextField
          label={t("send.amount")}
          large
          inputMode="decimal"
          placeholder={flow.said().all ? t("send.everything") : "0"}
          value={flow.said().all ? "" : flow.said().amount}
          error={fault()}
          data-testid={TESTID.sendAmount}
          onInput={(amount) => flow.say({ amount, all: false })}
          trailing={
            <Button kind="plain" data-testid={TESTID.sendUnit} aria-label={t("send.unit.switch")} onClick={() => flow.switchUnit()}>
              {flow.said().unit === "btc" ? "BTC" : "sats"}
            </Button>
          }
        />
        <div class="line line-between">
          <span class="quiet small line">
            {flow.said().coins.length > 0 ? t("send.available.coins") : t("send.available")}
            <Amount sats={limit()} size="small" />
          </span>
          <Button small aria-pressed={flow.said().all} data-testid={TESTID.sendAll} onClick={() => flow.say({ all: !flow.said().all })}>
            {flow.said().all ? t("send.all.undo") : t("send.all")}
          </Button>
        </div>
      </Card>
      <Card>
        <Show when={fees.isError}>
          <Notice
            tone="caution"
            title={t("fee.unknown")}
            testId={TESTID.feesUnknown}
            actions={
              <Button small icon="sync" busy={fees.isFetching} onClick={() => void fees.refetch()}>
                {t("action.again")}
              </Button>
            }
          >
            <p>{t("fee.unknown.text")}</p>
          </Notice>
        </Show>
        <FeePicker
          estimates={estimates()}
          pending={fees.isPending}
          choice={choice()}
          custom={flow.said().custom}
          onChoice={(next) => flow.say({ choice: next })}
          onCustom={(custom) => flow.say({ custom, choice: "custom" })}
        />
      </Card>
      <Card>
        <TextField
          label={t("send.label")}
          hint={t("send.label.hint")}
          value={flow.said().label}
          maxLength={120}
          data-testid={TESTID.sendLabel}
          onInput={(label) => flow.say({ label })}
        />
        <Details label={t("send.coins")} data-testid={TESTID.sendCoins} open={flow.said().coins.length > 0}>
          <CoinChoice chosen={flow.said().coins} onChange={(coins) => flow.say({ coins })} onSum={setChosenSum} />
        </Details>
      </Card>
      <Show when={create.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button kind="primary" wide type="submit" busy={create.isPending} disabled={rate() === undefined} data-testid={TESTID.sendNext}>
        {t("send.review")}
      </Button>
    </form>
  );
}
