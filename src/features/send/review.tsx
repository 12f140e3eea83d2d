import { Navigate, useNavigate } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Bytes, Card, Details, Fact, Facts } from "../../components/layout";
import { Notice, Skeleton } from "../../components/states";
import { t } from "../../i18n";
import type { Draft, Signed } from "../../ipc/types";
import { formatFeeRate } from "../../lib/fee-rate";
import { makeIntent } from "../../lib/request-id";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { AddressText, Amount, CopyButton } from "../money";
import { Awaiting, ErrorNotice, QueryView } from "../notice";
import { ShowAndScan } from "../scan";
import { useWalletId, useWallets } from "../wallets";
import { RivalChoice } from "./choice";
import { useSendFlow } from "./flow";
import { cautionsOf, feeShare, newPayee } from "./model";

function SignedView(props: { signed: Signed }) {
  return (
    <Card>
      <Notice tone="info" title={t("signed.title")}>
        <p>{t("signed.text")}</p>
      </Notice>
      <Bytes text={props.signed.raw} data-testid={TESTID.signedRaw} />
      <div class="line">
        <CopyButton small text={props.signed.raw} what={t("tx.raw")} />
        <CopyButton small text={props.signed.psbt} what="PSBT" label={t("signed.copy_psbt")} />
      </div>
    </Card>
  );
}

function Look(props: { draft: Draft; asking: boolean }) {
  const flow = useSendFlow();
  const walletId = useWalletId();
  const navigate = useNavigate();
  const fees = useAnswer("cmd_get_fee_estimates", () => [{ wallet_id: walletId() }]);
  const send = useCommand("cmd_send_transaction", { quiet: true });
  const sign = useCommand("cmd_sign_transaction", { quiet: true });
  const drop = useCommand("cmd_cancel_transaction");
  const dropIntent = makeIntent();
  const [signed, setSigned] = createSignal<Signed>();

  const estimates = () => (fees.isPending || fees.isError ? undefined : fees.data);
  const fromHere = () => flow.said().draft === props.draft.id;
  const cautions = () => cautionsOf(props.draft, estimates(), fromHere() && flow.said().target?.mine === true);
  const share = () => feeShare(props.draft);
  const wallets = useWallets();
  // Its keys are elsewhere: it is prepared and shown here, and sent once the signatures are back.
  const elsewhere = () => props.draft.state === "open" && wallets.all().find((wallet) => wallet.id === props.draft.wallet_id)?.watch_only === true;
  const busy = () => send.isPending || sign.isPending;

  const goSend = (): void => {
    if (busy()) return;
    send.mutate([{ draft_id: props.draft.id }], {
      onSuccess: ({ txid, not_asked }) => {
        const keep = newPayee(props.draft, fromHere() && flow.said().target?.mine === true);
        flow.restart();
        flow.noteSent({ txid, unasked: not_asked, keep });
        navigate(`/send/done/${txid}`, { replace: true });
      },
    });
  };
  const goSign = (): void => sign.mutate([{ draft_id: props.draft.id }], { onSuccess: setSigned });
  const discard = (): void => {
    drop.mutate(
      [{ request_id: dropIntent.id(), wallet_id: walletId(), txid: null, draft_id: props.draft.id, fee_rate: null }],
      {
        onSuccess: () => {
          dropIntent.done();
          if (fromHere()) flow.restart();
          navigate("/");
        },
      },
    );
  };

  return (
    <div class="stack" data-testid={TESTID.draftReview} data-draft-id={props.draft.id} data-purpose={props.draft.purpose}>
      <Show when={props.draft.purpose !== "payment"}>
        <Notice tone="info">
          <p>{props.draft.purpose === "bump" ? t("review.bump") : t("review.cancel")}</p>
        </Notice>
      </Show>
      <Show when={props.draft.prepared_on}>
        {(device) => (
          <Notice tone="info" icon="devices">
            <p>{t("review.prepared_on", { device: device() })}</p>
          </Notice>
        )}
      </Show>
      <Card>
        <div class="review-hero">
          <span class="quiet">{t("review.leaves")}</span>
          <Amount sats={props.draft.total} size="huge" data-testid={TESTID.draftTotal} />
        </div>
        <Facts>
          <For each={props.draft.recipients}>
            {(recipient) => (
              <>
                <Fact below name={t("review.to")}>
                  <Show when={recipient.contact}>
                    {(name) => (
                      <span class="payee-name" data-testid={TESTID.payee}>
                        {name()}
                      </span>
                    )}
                  </Show>
                  <AddressText address={recipient.address} large data-testid={TESTID.draftRecipient} />
                </Fact>
                <Fact name={t("review.gets")}>
                  <Amount sats={recipient.amount} data-testid={TESTID.draftAmount} />
                </Fact>
              </>
            )}
          </For>
          <Fact name={t("review.fee", { rate: formatFeeRate(props.draft.fee_rate) })}>
            <Amount sats={props.draft.fee} data-testid={TESTID.draftFee} />
          </Fact>
          <Show when={props.draft.label}>
            <Fact name={t("label.name")}>{props.draft.label}</Fact>
          </Show>
        </Facts>
        <Details label={t("review.details")}>
          <Facts>
            <Fact name={t("review.change")}>
              <Show when={props.draft.change !== null} fallback={t("review.no_change")}>
                <Amount sats={props.draft.change} size="small" />
              </Show>
            </Fact>
            <Fact name={t("review.inputs")}>{props.draft.inputs}</Fact>
            <Fact name={t("tx.size")}>{props.draft.vsize} vB</Fact>
            <Show when={share()}>{(tenths) => <Fact name={t("review.share")}>{`${tenths() / 10} %`}</Fact>}</Show>
          </Facts>
          <p class="quiet small">{t("review.sign.text")}</p>
          <div class="line">
            <Button small icon="key" disabled={busy() || elsewhere() || props.draft.rivals.length > 0} data-testid={TESTID.draftSign} onClick={goSign}>
              {t("review.sign")}
            </Button>
            <Show when={!elsewhere()}>
              <ShowAndScan draftId={props.draft.id} />
            </Show>
          </div>
        </Details>
      </Card>
      <For each={cautions()}>
        {(caution) => (
          <Notice tone="caution">
            <p>{t(`review.caution.${caution}`)}</p>
          </Notice>
        )}
      </For>
      <Show when={signed()}>{(done) => <SignedView signed={done()} />}</Show>
      {/* What it means depends on how far it came, which is known once the draft was asked for anew. */}
      <Show when={!props.asking && (send.error ?? sign.error)}>
        {(error) => <ErrorNotice error={error()} place={props.draft.state === "open" ? "unsigned" : "signed"} />}
      </Show>
      <Show when={props.draft.rivals.length === 0} fallback={<RivalChoice draft={props.draft} busy={busy() || drop.isPending} onDiscard={discard} />}>
      <p class="quiet small">{t("review.compare")}</p>
      <div class="review-acts">
        <Show
          when={!elsewhere()}
          fallback={
            <Notice tone="info" icon="key" title={t("review.elsewhere")} testId={TESTID.signElsewhere} actions={<ShowAndScan draftId={props.draft.id} />}>
              <p>{t("review.elsewhere.text")}</p>
            </Notice>
          }
        >
          <Button kind="primary" wide icon="send" busy={busy()} data-testid={TESTID.sendButton} onClick={goSend}>
            {props.draft.state === "signed" ? t("review.send_signed") : t("review.send")}
          </Button>
        </Show>
        <div class="line review-others">
          <Show when={fromHere()}>
            <Button kind="plain" disabled={busy()} onClick={() => navigate("/send/amount")}>
              {t("review.change_it")}
            </Button>
          </Show>
          <Button kind="plain" disabled={busy()} busy={drop.isPending} data-testid={TESTID.draftDiscard} onClick={discard}>
            {t("review.discard")}
          </Button>
        </div>
      </div>
      </Show>
      <Awaiting what="confirm" open={busy()} />
    </div>
  );
}

/** Third step: look again, at what Rust made of the words. */
export function Review(props: { draftId: string }) {
  const draft = useAnswer("cmd_get_draft", () => [{ draft_id: props.draftId }]);
  return (
    <QueryView query={draft} skeleton={<Skeleton label={t("state.loading")} rows={5} kind="text" />}>
      {(found) => (
        // Sent meanwhile: by a call whose answer this page did not live to hear, or by another device.
        <Show when={found().state === "broadcast" && found().txid} fallback={<Look draft={found()} asking={draft.isFetching} />}>
          {(txid) => <Navigate href={`/send/done/${txid()}`} />}
        </Show>
      )}
    </QueryView>
  );
}
