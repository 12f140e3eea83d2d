import { A } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card, Section } from "../../components/layout";
import { Notice } from "../../components/states";
import { Switch } from "../../components/switch";
import { parseFeeRate } from "../../lib/fee-rate";
import { parseAmount } from "../../lib/format-sats";
import { makeIntent } from "../../lib/request-id";
import { useUnit } from "../../parts/unit";
import { t } from "../i18n";
import { Asking } from "../parts/asking";
import { Failure } from "../parts/failure";
import { useCommand } from "../query/use";
import { CID } from "../testids";

/** Pays out of a wallet of the node. The system asks; what stands here is only a wish. */
export function WalletSend(props: { wallet: string; locked: boolean }) {
  const intent = makeIntent();
  const unit = useUnit();
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
  const parsed = () => parseAmount(amount(), unit());
  const parsedRate = () => (rate().trim() === "" ? undefined : parseFeeRate(rate()));
  const amountFault = () => {
    const read = parsed();
    if (amount() === "") return undefined;
    if (!read.ok) return t(`amount.fault.${read.fault}`);
    return read.amount === 0 ? t("amount.fault.zero") : undefined;
  };
  const rateFault = () => {
    const read = parsedRate();
    return read === undefined || read.ok ? undefined : t("send.rate.fault");
  };
  const ready = () => {
    const read = parsed();
    return to().trim() !== "" && read.ok && read.amount > 0 && rateFault() === undefined;
  };
  const changed = (): void => {
    intent.done();
    send.reset();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const read = parsed();
    const fee = parsedRate();
    if (!ready() || !read.ok) return;
    send.mutate([
      {
        request_id: intent.id(),
        wallet: props.wallet,
        address: to().trim(),
        amount: read.amount,
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
            <TextField
              label={t("send.amount")}
              inputMode="decimal"
              value={amount()}
              error={amountFault()}
              data-testid={CID.sendAmount}
              onInput={(text) => {
                changed();
                setAmount(text);
              }}
              trailing={<span class="field-unit">{unit() === "btc" ? "BTC" : "sats"}</span>}
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
            <Button kind="primary" type="submit" icon="send" busy={send.isPending} disabled={!ready()} data-testid={CID.sendSubmit}>
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
