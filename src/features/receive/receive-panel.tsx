import { createEffect, createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Card } from "../../components/layout";
import { QrCode } from "../../components/qr-code";
import { Skeleton } from "../../components/states";
import { t } from "../../i18n";
import type { Address } from "../../ipc/types";
import { parseAmount } from "../../lib/format-sats";
import { paymentUri } from "../../lib/payment-uri";
import { makeIntent } from "../../lib/request-id";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { AddressAlerts, MaybeElsewhere } from "../alerts";
import { AddressText, CopyButton, LabelEdit, ShareButton } from "../money";
import { ErrorNotice, QueryView } from "../notice";
import { useSession } from "../session";
import { useWalletId } from "../wallets";
import "./receive-panel.css";

/** A code for a text, drawn by Rust. */
function Code(props: { text: string; label: string }) {
  const qr = useAnswer("cmd_make_qr", () => [{ text: props.text }], () => ({ keep: true }));
  return (
    <QueryView query={qr} skeleton={<Skeleton label={t("state.loading")} rows={1} kind="block" />}>
      {(code) => <QrCode size={code().size} path={code().path} label={props.label} data-testid={TESTID.qr} />}
    </QueryView>
  );
}

function Shown(props: { address: Address; onNew: () => void; busy: boolean }) {
  const session = useSession();
  const [asking, setAsking] = createSignal(false);
  const [typed, setTyped] = createSignal("");
  const amount = () => {
    const parsed = parseAmount(typed(), session.settings().unit);
    return parsed.ok && parsed.amount > 0 ? parsed.amount : undefined;
  };
  const fault = () => {
    if (!asking() || typed().trim() === "") return undefined;
    const parsed = parseAmount(typed(), session.settings().unit);
    return parsed.ok ? undefined : t(`amount.fault.${parsed.fault}`);
  };
  const asksMore = () => asking() && amount() !== undefined;
  const uri = () =>
    paymentUri({ address: props.address.address, amount: asking() ? amount() : undefined, label: undefined });
  return (
    <>
      <Card class="receive-card">
        <Code text={uri()} label={t("receive.qr", { address: props.address.address })} />
        <div class="receive-side">
          <div class="receive-address">
            <AddressText address={props.address.address} large data-testid={TESTID.address} />
          </div>
          <div class="line receive-acts">
            <CopyButton text={props.address.address} what={t("word.address")} data-testid={TESTID.addressCopy} />
            <Show when={asksMore()}>
              <CopyButton text={uri()} what={t("receive.link")} label={t("receive.copy_link")} />
            </Show>
            <ShareButton
              what={{ kind: "text", text: asksMore() ? uri() : props.address.address }}
              name={asksMore() ? t("receive.link") : t("word.address")}
              data-testid={TESTID.addressShare}
            />
            <Button icon="plus" busy={props.busy} data-testid={TESTID.addressNew} onClick={() => props.onNew()}>
              {t("receive.new")}
            </Button>
          </div>
        </div>
      </Card>
      <MaybeElsewhere devices={props.address.maybe_on} />
      <AddressAlerts address={props.address.address} />
      <Card>
        <div class="line line-between">
          <span class="field-label">{t("receive.label")}</span>
          <LabelEdit kind="address" target={props.address.address} label={props.address.label} testId={TESTID.addressLabel} />
        </div>
        <Show
          when={asking()}
          fallback={
            <div>
              <Button kind="plain" icon="plus" onClick={() => setAsking(true)}>
                {t("receive.ask")}
              </Button>
            </div>
          }
        >
          <TextField
            label={t("receive.amount")}
            hint={t("receive.amount.hint")}
            inputMode="decimal"
            value={typed()}
            error={fault()}
            onInput={setTyped}
            data-testid={TESTID.requestAmount}
            trailing={<span class="field-unit">{session.settings().unit === "btc" ? "BTC" : "sats"}</span>}
          />
        </Show>
      </Card>
    </>
  );
}

/** The newest unused address; a fresh one when there is none or when asked. */
export function ReceivePanel() {
  const walletId = useWalletId();
  const intent = makeIntent();
  const page = useAnswer(
    "cmd_get_addresses",
    () => [{ wallet_id: walletId(), side: "receive", after: null, limit: 1, unused_only: true }],
    () => ({ enabled: walletId() !== null, keep: true }),
  );
  const generate = useCommand("cmd_generate_address", { quiet: true });
  const make = (): void => {
    generate.mutate([{ request_id: intent.id(), wallet_id: walletId(), label: null }], { onSuccess: () => intent.done() });
  };
  // Receiving is one tap: a wallet without an unused address gets one unasked, once a visit.
  let asked: string | null = null;
  createEffect(() => {
    if (page.data?.addresses.length !== 0 || asked === walletId()) return;
    asked = walletId();
    make();
  });
  return (
    <div class="stack">
      <Show when={generate.error}>{(error) => <ErrorNotice error={error()} onRetry={make} />}</Show>
      <QueryView
        query={page}
        skeleton={
          <Card>
            <Skeleton label={t("state.loading")} rows={1} kind="block" />
          </Card>
        }
        isEmpty={(answer) => answer.addresses.length === 0}
        empty={
          <Card class="receive-first">
            <p class="quiet">{t("receive.first")}</p>
            <Button kind="primary" icon="receive" busy={generate.isPending} data-testid={TESTID.addressNew} onClick={make}>
              {t("receive.make")}
            </Button>
          </Card>
        }
      >
        {(answer) => (
          <Show when={answer().addresses[0]}>
            {(address) => <Shown address={address()} onNew={make} busy={generate.isPending} />}
          </Show>
        )}
      </QueryView>
    </div>
  );
}
