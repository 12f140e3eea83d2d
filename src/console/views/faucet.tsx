import { A } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Notice } from "../../components/states";
import { makeIntent } from "../../lib/request-id";
import { t } from "../i18n";
import { AmountField, useTypedAmount } from "../parts/amount-field";
import { Failure } from "../parts/failure";
import { useCommand } from "../query/use";
import { CID } from "../testids";

/** What is offered at first, in bitcoin. */
const USUAL = "0.1";

/** Coins to practise with, paid by a wallet of the node that is mined to when it has none. Nobody is asked: they are worth nothing. */
export function Faucet() {
  const intent = makeIntent();
  const [address, setAddress] = createSignal("");
  const [amount, setAmount] = createSignal(USUAL);
  const pay = useCommand("cmd_pay_from_faucet", { intent });
  const typed = useTypedAmount(amount);
  const wanted = () => (address().trim() === "" ? undefined : typed.sats());
  const changed = (): void => {
    intent.done();
    pay.reset();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const sats = wanted();
        if (sats !== undefined) pay.mutate([{ request_id: intent.id(), address: address().trim(), amount: sats }]);
      }}
    >
      <TextField
        label={t("faucet.address")}
        mono
        value={address()}
        data-testid={CID.faucetAddress}
        onInput={(text) => {
          changed();
          setAddress(text);
        }}
      />
      <AmountField
        label={t("faucet.amount")}
        hint={t("faucet.hint")}
        value={amount()}
        error={typed.fault()}
        testId={CID.faucetAmount}
        onInput={(text) => {
          changed();
          setAmount(text);
        }}
      />
      <Show when={pay.error}>{(error) => <Failure error={error()} />}</Show>
      <div>
        <Button type="submit" icon="coins" busy={pay.isPending} disabled={wanted() === undefined} data-testid={CID.faucetSubmit}>
          {t("faucet.act")}
        </Button>
      </div>
      <Show when={pay.data}>
        {(paid) => (
          <div data-testid={CID.faucetPaid} data-txid={paid().txid}>
            <Notice
              tone="good"
              title={t(paid().block === null ? "faucet.sent" : "faucet.done")}
              actions={
                <A class="link-quiet" href={`/tx/${paid().txid}${paid().block === null ? "" : `?block=${paid().block}`}`}>
                  {t("send.done.see")}
                </A>
              }
              live
            >
              <p>{t(paid().block === null ? "faucet.sent.text" : "faucet.done.text")}</p>
            </Notice>
          </div>
        )}
      </Show>
    </form>
  );
}
