import { A } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Section } from "../../components/layout";
import { Notice } from "../../components/states";
import { Switch } from "../../components/switch";
import { parseFeeRate } from "../../lib/fee-rate";
import { makeIntent } from "../../lib/request-id";
import { t } from "../i18n";
import { AmountField, useTypedAmount } from "../parts/amount-field";
import { Asking } from "../parts/asking";
import { Failure } from "../parts/failure";
import { useCommand } from "../query/use";
import { CID } from "../testids";

/** Pays out of a wallet of the node. The system asks; what stands here is only a wish. */
export function WalletSend(props: { wallet: string; locked: boolean }) {
  const intent = makeIntent();
  const [to, setTo] = createSignal("");
  const [amount, setAmount] = createSignal("");
  const [rate, setRate] = createSignal("");
  const [subtract, setSubtract] = createSignal(false);
  const send = useCommand("cmd_send_transaction_admin", {
    intent,
    onDone: () => {
      setTo("");
      setAmount("");
      setRate("");
    },
  });
  const typed = useTypedAmount(amount);
  const parsedRate = () => (rate().trim() === "" ? undefined : parseFeeRate(rate()));
  const rateFault = () => {
    const read = parsedRate();
    return read === undefined || read.ok ? undefined : t("send.rate.fault");
  };
  const wanted = () => (to().trim() === "" || rateFault() !== undefined ? undefined : typed.sats());
  const changed = (): void => {
    intent.done();
    send.reset();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const sats = wanted();
    const fee = parsedRate();
    if (sats === undefined) return;
    send.mutate([
      {
        request_id: intent.id(),
        wallet: props.wallet,
        address: to().trim(),
        amount: sats,
        fee_rate: fee?.ok === true ? fee.rate : null,
        subtract_fee: subtract(),
      },
    ]);
  };
  return (
    <Section title={t("send.title")}>
      <Card>
        <Show when={props.locked}>
          <Notice tone="caution" title={t("send.locked")}>
            <p>{t("send.locked.text")}</p>
          </Notice>
        </Show>
        <form class="stack" onSubmit={submit}>
          <TextField
            label={t("send.to")}
            mono
            value={to()}
            data-testid={CID.sendTo}
            onInput={(text) => {
              changed();
              setTo(text);
            }}
          />
          <div class="pair">
            <AmountField
              label={t("send.amount")}
              value={amount()}
              error={typed.fault()}
              testId={CID.sendAmount}
              onInput={(text) => {
                changed();
                setAmount(text);
              }}
            />
            <TextField
              label={t("send.rate")}
              hint={t("send.rate.hint")}
              inputMode="decimal"
              value={rate()}
              error={rateFault()}
              data-testid={CID.sendRate}
              onInput={(text) => {
                changed();
                setRate(text);
              }}
              trailing={<span class="field-unit">sat/vB</span>}
            />
          </div>
          <Switch
            label={t("send.subtract")}
            checked={subtract()}
            onChange={(on) => {
              changed();
              setSubtract(on);
            }}
          />
          <Show when={send.error}>{(error) => <Failure error={error()} />}</Show>
          <div>
            <Button kind="primary" type="submit" icon="send" busy={send.isPending} disabled={wanted() === undefined} data-testid={CID.sendSubmit}>
              {t("send.act")}
            </Button>
          </div>
        </form>
        <Show when={send.data}>
          {(sent) => (
            <div data-testid={CID.sent}>
              <Notice tone="good" title={t("send.done")} live>
                <A class="link-quiet" href={`/tx/${sent().txid}`}>
                  {t("send.done.see")}
                </A>
              </Notice>
            </div>
          )}
        </Show>
        <Asking what="send" open={send.isPending} />
      </Card>
    </Section>
  );
}
