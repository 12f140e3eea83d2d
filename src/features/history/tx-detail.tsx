import { A, useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import { Button } from "../../components/button";
import { TextField } from "../../components/field";
import { Bytes, Card, Details, Fact, Facts, Section } from "../../components/layout";
import { Sheet } from "../../components/sheet";
import { Notice, Skeleton } from "../../components/states";
import { useToasts } from "../../components/toast";
import { locale, t } from "../../i18n";
import type { TransactionDetail } from "../../ipc/types";
import { shortHash } from "../../lib/address";
import { formatFeeRate, parseFeeRate } from "../../lib/fee-rate";
import { makeIntent } from "../../lib/request-id";
import { formatExact } from "../../lib/time";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { PaymentAlerts, RivalList } from "../alerts";
import { AddressText, Amount, CopyButton, CopyIcon, LabelEdit } from "../money";
import { Awaiting, ErrorNotice, QueryView } from "../notice";
import { useWalletId } from "../wallets";
import { lookOf } from "./model";
import { Timeline } from "./timeline";
import { TxParts } from "./tx-parts";
import "./tx-detail.css";

/** The reader says what the replacement costs; Rust says the least that is taken. */
function useReplacementRate(detail: () => TransactionDetail) {
  const walletId = useWalletId();
  const fees = useAnswer("cmd_get_fee_estimates", () => [{ wallet_id: walletId() }]);
  const least = () => detail().replacement_fee_rate ?? 1;
  const proposed = () => {
    const fast = fees.isSuccess ? fees.data.fast : 0;
    return formatFeeRate(Math.max(least(), fast));
  };
  const [typed, setTyped] = createSignal<string>();
  const text = () => typed() ?? proposed();
  const rate = () => {
    const parsed = parseFeeRate(text());
    return parsed.ok && parsed.rate >= least() ? parsed.rate : undefined;
  };
  const fault = () => {
    const parsed = parseFeeRate(text());
    if (!parsed.ok) return t(`fee.fault.${parsed.fault}`);
    return parsed.rate < least() ? t("fee.fault.too_low", { rate: formatFeeRate(least()) }) : undefined;
  };
  return { least, text, setTyped, rate, fault };
}

function BumpSheet(props: { detail: TransactionDetail; open: boolean; onClose: () => void }) {
  const walletId = useWalletId();
  const navigate = useNavigate();
  const intent = makeIntent();
  const bump = useCommand("cmd_bump_transaction", { quiet: true });
  const choice = useReplacementRate(() => props.detail);
  const run = (): void => {
    const fee_rate = choice.rate();
    if (fee_rate === undefined) return;
    bump.mutate(
      [{ request_id: intent.id(), wallet_id: walletId(), txid: props.detail.transaction.txid, fee_rate }],
      {
        onSuccess: (draft) => {
          intent.done();
          props.onClose();
          navigate(`/send/review/${draft.id}`);
        },
      },
    );
  };
  return (
    <Sheet open={props.open} onClose={props.onClose} title={t("tx.bump.title")} text={t("tx.bump.text")} closeLabel={t("action.close")}>
      <TextField
        label={t("fee.rate")}
        inputMode="decimal"
        value={choice.text()}
        error={choice.fault()}
        hint={t("tx.bump.hint", { rate: formatFeeRate(choice.least()) })}
        onInput={(text) => {
          choice.setTyped(text);
          intent.done();
        }}
        trailing={<span class="field-unit">sat/vB</span>}
      />
      <Show when={bump.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button kind="primary" wide busy={bump.isPending} disabled={choice.rate() === undefined} data-testid={TESTID.txBumpConfirm} onClick={run}>
        {t("tx.bump.go")}
      </Button>
    </Sheet>
  );
}

function CancelSheet(props: { detail: TransactionDetail; open: boolean; onClose: () => void }) {
  const walletId = useWalletId();
  const navigate = useNavigate();
  const toasts = useToasts();
  const intent = makeIntent();
  const cancel = useCommand("cmd_cancel_transaction", { quiet: true });
  const run = (): void => {
    cancel.mutate(
      [
        {
          request_id: intent.id(),
          wallet_id: walletId(),
          txid: props.detail.transaction.txid,
          draft_id: null,
          fee_rate: null,
        },
      ],
      {
        onSuccess: (done) => {
          intent.done();
          props.onClose();
          toasts.show({ title: t("tx.cancel.done"), text: t("tx.cancel.done.text"), icon: "check" });
          if (done.txid !== null) navigate(`/activity/${done.txid}`);
        },
      },
    );
  };
  return (
    <>
      <Sheet open={props.open && !cancel.isPending} onClose={props.onClose} title={t("tx.cancel.title")} text={t("tx.cancel.text")} closeLabel={t("action.close")}>
        <Show when={props.detail.replacement_fee_rate}>
          {(rate) => <p class="quiet small">{t("tx.cancel.fee", { rate: formatFeeRate(rate()) })}</p>}
        </Show>
        <Show when={cancel.error}>{(error) => <ErrorNotice error={error()} />}</Show>
        <Button kind="danger" wide data-testid={TESTID.txCancelConfirm} onClick={run}>
          {t("tx.cancel.go")}
        </Button>
        <Button wide onClick={() => props.onClose()}>
          {t("tx.cancel.keep")}
        </Button>
      </Sheet>
      <Awaiting what="confirm" open={cancel.isPending} />
    </>
  );
}

function Detail(props: { detail: TransactionDetail }) {
  const [bumping, setBumping] = createSignal(false);
  const [cancelling, setCancelling] = createSignal(false);
  const tx = () => props.detail.transaction;
  const look = () => lookOf(tx());
  return (
    <div class="stack-wide tx-detail" data-testid={TESTID.tx} data-txid={tx().txid} data-status={tx().status}>
      <div class="tx-hero">
        <p class="quiet">{t(look().title)}</p>
        <Amount sats={look().amount} sign={look().sign} tone={look().tone} size="large" why={t("amount.fee_unknown")} />
      </div>
      <PaymentAlerts tx={tx()} />
      <Show when={props.detail.rivals.length > 0}>
        <Card>
          <Notice tone="caution" title={t("rival.title")}>
            <p>{t("rival.pending.text")}</p>
          </Notice>
          <RivalList rivals={props.detail.rivals} />
        </Card>
      </Show>
      <Card>
        <Timeline tx={tx()} />
        <Show when={tx().replaced_by}>
          {(by) => (
            <Notice tone="caution" icon="info">
              <p>{tx().direction === "outgoing" ? t("tx.replaced.out") : t("tx.replaced.in")}</p>
              <p>
                <A href={`/activity/${by()}`}>{t("tx.replaced.see")}</A>
              </p>
            </Notice>
          )}
        </Show>
        <Show when={tx().status === "dropped"}>
          <Notice tone="caution" icon="info">
            <p>{t("tx.dropped.text")}</p>
          </Notice>
        </Show>
        <Show when={props.detail.can_bump || props.detail.can_cancel}>
          <div class="line line-fill">
            <Show when={props.detail.can_bump}>
              <Button icon="bolt" data-testid={TESTID.txBump} onClick={() => setBumping(true)}>
                {t("tx.bump")}
              </Button>
            </Show>
            <Show when={props.detail.can_cancel}>
              <Button icon="close" data-testid={TESTID.txCancel} onClick={() => setCancelling(true)}>
                {t("tx.cancel")}
              </Button>
            </Show>
          </div>
        </Show>
      </Card>
      <Card>
        <Facts>
          <Fact name={t("label.name")}>
            <LabelEdit kind="tx" target={tx().txid} label={tx().label} testId={TESTID.txLabel} />
          </Fact>
          <Show when={tx().direction !== "internal" ? tx().address : null}>
            {(address) => (
              <Fact below name={tx().direction === "outgoing" ? t("tx.to") : t("tx.at")}>
                <Show when={tx().contact}>
                  {(name) => (
                    <span class="tx-payee" data-testid={TESTID.payee}>
                      {name()}
                    </span>
                  )}
                </Show>
                <AddressText address={address()} />
              </Fact>
            )}
          </Show>
          <Show when={tx().direction !== "incoming"}>
            <Fact name={t("fee.name")}>
              <Amount sats={tx().fee} size="small" why={t("amount.fee_unknown")} />
            </Fact>
          </Show>
          <Show when={tx().fee_rate}>{(rate) => <Fact name={t("fee.rate")}>{formatFeeRate(rate())} sat/vB</Fact>}</Show>
          <Fact name={tx().status === "confirmed" ? t("tx.time.block") : t("tx.time.seen")}>
            {formatExact(tx().time, locale())}
          </Fact>
          <Show when={tx().cancels}>
            {(txid) => (
              <Fact name={t("tx.cancels")}>
                <A class="mono" href={`/activity/${txid()}`}>
                  {shortHash(txid())}
                </A>
              </Fact>
            )}
          </Show>
          <Fact name={t("tx.id")}>
            <span class="tx-id">
              <span class="mono small" title={tx().txid}>
                {shortHash(tx().txid)}
              </span>
              <CopyIcon text={tx().txid} what={t("tx.id")} />
            </span>
          </Fact>
        </Facts>
      </Card>
      <Section>
        <Details label={t("tx.details")}>
          <Card>
            <TxParts title={t("tx.inputs")} parts={props.detail.inputs} />
            <TxParts title={t("tx.outputs")} parts={props.detail.outputs} />
            <Facts>
              <Fact name={t("tx.size")}>{tx().vsize.toLocaleString(locale())} vB</Fact>
              <Show when={tx().block_hash}>
                {(hash) => (
                  <Fact below name={t("tx.block")}>
                    <span class="mono small">{hash()}</span>
                  </Fact>
                )}
              </Show>
              <Show when={tx().status === "pending"}>
                <Fact name={t("tx.replaceable")}>{tx().replaceable ? t("word.yes") : t("word.no")}</Fact>
              </Show>
            </Facts>
            <div class="stack">
              <Bytes text={props.detail.raw} data-testid={TESTID.txRaw} />
              <div>
                <CopyButton small text={props.detail.raw} what={t("tx.raw")} />
              </div>
            </div>
          </Card>
        </Details>
      </Section>
      <BumpSheet detail={props.detail} open={bumping()} onClose={() => setBumping(false)} />
      <CancelSheet detail={props.detail} open={cancelling()} onClose={() => setCancelling(false)} />
    </div>
  );
}

/** Everything about one payment. */
export function TxDetail(props: { txid: string }) {
  const walletId = useWalletId();
  const answer = useAnswer("cmd_get_transaction", () => [{ wallet_id: walletId(), txid: props.txid }]);
  return (
    <QueryView query={answer} skeleton={<Skeleton label={t("state.loading")} rows={5} kind="text" />}>
      {(detail) => <Detail detail={detail()} />}
    </QueryView>
  );
}
