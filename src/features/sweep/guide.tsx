import { useNavigate } from "@solidjs/router";
import { createSignal, For, Match, Show, Switch, type ParentProps } from "solid-js";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Card, Fact, Facts } from "../../components/layout";
import { Segmented } from "../../components/segmented";
import { Sheet } from "../../components/sheet";
import { EmptyState, Notice, Skeleton } from "../../components/states";
import { t } from "../../i18n";
import type { CoinSum, Draft, LockedCoins, Sweep } from "../../ipc/types";
import { shortHash } from "../../lib/address";
import { formatFeeRate } from "../../lib/fee-rate";
import { makeIntent } from "../../lib/request-id";
import { useAnswer, useCommand } from "../../query/use";
import { TESTID } from "../../testids";
import { AddressText, Amount } from "../money";
import { Awaiting, ErrorNotice, QueryView } from "../notice";
import { FeePicker, rateOf, type FeeChoice } from "../send";
import { paymentOf, shownStep, standingOf, STEPS, sweepFor, type Shown } from "./model";
import "./sweep.css";

function Sum(props: { sum: CoinSum }) {
  return (
    <>
      <Amount sats={props.sum.amount} /> <span class="quiet small">{t("sweep.coins", { count: props.sum.count })}</span>
    </>
  );
}

/** Makes the wallet that gets the coins. */
function Begin(props: { sweep: Sweep }) {
  const intent = makeIntent();
  const begin = useCommand("cmd_begin_sweep", { quiet: true, onDone: () => intent.done() });
  return (
    <>
      <p class="quiet small">{t("sweep.begin.text")}</p>
      <Show when={begin.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button
        kind="primary"
        icon="plus"
        busy={begin.isPending}
        data-testid={TESTID.sweepBegin}
        onClick={() => begin.mutate([{ request_id: intent.id(), wallet_id: props.sweep.wallet_id }])}
      >
        {t("sweep.begin.act")}
      </Button>
      <Awaiting what="passphrase" open={begin.isPending} />
    </>
  );
}

/** Its words, shown and asked back in windows of their own. */
function Words(props: { sweep: Sweep }) {
  const show = useCommand("cmd_show_words", { quiet: true });
  const check = useCommand("cmd_check_words", { quiet: true });
  const request = () => [{ wallet_id: props.sweep.to_wallet_id }] as [{ wallet_id: string | null }];
  return (
    <>
      <p class="quiet small">{t("sweep.words.text", { name: props.sweep.to_name ?? "" })}</p>
      <Show when={show.error ?? check.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <div class="line">
        <Button icon="words" busy={show.isPending} data-testid={TESTID.sweepShowWords} onClick={() => show.mutate(request())}>
          {t("backup.show")}
        </Button>
        <Button kind="primary" icon="check" busy={check.isPending} data-testid={TESTID.sweepCheckWords} onClick={() => check.mutate(request())}>
          {t("backup.check")}
        </Button>
      </div>
      <Awaiting what="words_show" open={show.isPending} />
      <Awaiting what="words_check" open={check.isPending} />
    </>
  );
}

/** How far it is where one payment does not move everything. */
function Payments(props: { sweep: Sweep }) {
  return (
    <Show when={paymentOf(props.sweep)}>
      {(payment) => (
        <div data-testid={TESTID.sweepPayments} data-sent={props.sweep.payments.sent} data-left={props.sweep.payments.left}>
          <Show when={props.sweep.payments.left > 0}>
            <p>
              <strong>{t("sweep.payment", payment())}</strong>
            </p>
          </Show>
          <p class="quiet small">
            <Show when={props.sweep.payments.sent > 0} fallback={<>{t("sweep.payments.why", { count: payment().all })}</>}>
              {t("sweep.payments.confirmed", { count: props.sweep.payments.sent, confirmed: props.sweep.payments.confirmed })} {t("sweep.payments.moved")}{" "}
              <Sum sum={props.sweep.moved} />
            </Show>
          </p>
        </div>
      )}
    </Show>
  );
}

/** What is asked before everything is sent: the fee, and what becomes of locked coins. */
function Prepare(props: { sweep: Sweep }) {
  const intent = makeIntent();
  const fees = useAnswer("cmd_get_fee_estimates", () => [{ wallet_id: props.sweep.wallet_id }]);
  const estimates = () => (fees.isPending || fees.isError ? undefined : fees.data);
  const [choice, setChoice] = createSignal<FeeChoice>("normal");
  const [custom, setCustom] = createSignal("");
  const [locked, setLocked] = createSignal<LockedCoins>("move");
  const draft = useCommand("cmd_draft_sweep", { quiet: true, onDone: () => intent.done() });
  const prepare = (): void =>
    draft.mutate([
      { request_id: intent.id(), wallet_id: props.sweep.wallet_id, fee_rate: rateOf(choice(), custom(), estimates()) ?? null, locked: props.sweep.locked.length > 0 ? locked() : null },
    ]);
  return (
    <>
      <p>
        <Sum sum={props.sweep.coins} />
      </p>
      <Show when={props.sweep.locked.length > 0}>
        <Notice tone="caution" title={t("sweep.locked.title", { count: props.sweep.locked.length })} testId={TESTID.sweepLocked}>
          <ul class="sweep-coins">
            <For each={props.sweep.locked}>
              {(coin) => (
                <li>
                  <span>
                    {coin.label ?? <span class="mono small">{shortHash(coin.outpoint)}</span>}
                  </span>
                  <Amount sats={coin.amount} />
                </li>
              )}
            </For>
          </ul>
          <Segmented
            label={t("sweep.locked.ask")}
            value={locked()}
            segments={[
              { value: "move", label: t("sweep.locked.move") },
              { value: "leave", label: t("sweep.locked.leave") },
            ]}
            onChange={setLocked}
            testId={TESTID.sweepLockedChoice}
          />
          <Show when={locked() === "leave"}>
            <p>{t("sweep.locked.leave.text")}</p>
          </Show>
        </Notice>
      </Show>
      <FeePicker
        estimates={estimates()}
        pending={fees.isPending}
        choice={choice()}
        custom={custom()}
        onChoice={setChoice}
        onCustom={(typed) => {
          setCustom(typed);
          setChoice("custom");
        }}
      />
      <Show when={draft.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button kind="primary" busy={draft.isPending} data-testid={TESTID.sweepDraft} onClick={prepare}>
        {t("sweep.draft.act")}
      </Button>
    </>
  );
}

function Payment(props: { sweep: Sweep; draft: Draft; asking: boolean }) {
  const send = useCommand("cmd_send_transaction", { quiet: true });
  const share = () => Math.ceil((props.draft.fee * 100) / Math.max(props.draft.total, 1));
  return (
    <>
      <Facts>
        <For each={props.draft.recipients}>
          {(to) => (
            <Fact below name={t("sweep.send.to", { name: props.sweep.to_name ?? "" })}>
              <AddressText address={to.address} />
            </Fact>
          )}
        </For>
        <Fact name={t("sweep.send.arrives")}>
          <Amount sats={props.draft.amount} />
        </Fact>
        <Fact name={t("review.fee", { rate: formatFeeRate(props.draft.fee_rate) })}>
          <Amount sats={props.draft.fee} />
        </Fact>
      </Facts>
      <Show when={share() >= 5}>
        <Notice tone="caution">
          <p>{t("sweep.send.dear", { percent: share() })}</p>
        </Notice>
      </Show>
      <Show when={props.sweep.left.count > 0}>
        <p class="quiet small">
          {t("sweep.left")} <Sum sum={props.sweep.left} />. {t("sweep.left.text")}
        </p>
      </Show>
      <Show when={!props.asking && send.error}>
        {(error) => <ErrorNotice error={error()} place={props.draft.state === "open" ? "unsigned" : "signed"} />}
      </Show>
      <Button
        kind="primary"
        icon="send"
        busy={send.isPending}
        data-testid={TESTID.sweepSend}
        onClick={() => send.mutate([{ draft_id: props.draft.id }])}
      >
        {t("sweep.send.act")}
      </Button>
      <Awaiting what="confirm" open={send.isPending} />
    </>
  );
}

/** The payment that waits to be signed. */
function Send(props: { sweep: Sweep }) {
  const draft = useAnswer("cmd_get_draft", () => [{ draft_id: props.sweep.draft_id ?? "" }], () => ({ enabled: props.sweep.draft_id !== null }));
  return (
    <QueryView query={draft} skeleton={<Skeleton label={t("state.loading")} kind="text" rows={2} />}>
      {(found) => <Payment sweep={props.sweep} draft={found()} asking={draft.isFetching} />}
    </QueryView>
  );
}

function PutAway(props: { sweep: Sweep }) {
  const intent = makeIntent();
  const navigate = useNavigate();
  const finish = useCommand("cmd_finish_sweep", { quiet: true, onDone: () => navigate("/devices", { replace: true }) });
  return (
    <>
      <p class="quiet small">{t("sweep.put_away.text")}</p>
      <Show when={props.sweep.left.count > 0}>
        <p class="quiet small">
          {t("sweep.left")} <Sum sum={props.sweep.left} />.
        </p>
      </Show>
      <Show when={finish.error}>{(error) => <ErrorNotice error={error()} />}</Show>
      <Button
        kind="primary"
        icon="check"
        busy={finish.isPending}
        data-testid={TESTID.sweepFinish}
        onClick={() => finish.mutate([{ request_id: intent.id(), wallet_id: props.sweep.wallet_id }])}
      >
        {t("sweep.put_away.act")}
      </Button>
    </>
  );
}

function Step(props: ParentProps<{ step: Shown; sweep: Sweep }>) {
  const standing = () => standingOf(props.step, props.sweep.step);
  return (
    <li class="sweep-step" data-standing={standing()} aria-current={standing() === "now" ? "step" : undefined}>
      <span class="sweep-mark" aria-hidden="true">
        <Show when={standing() === "done"} fallback={STEPS.indexOf(props.step) + 1}>
          <Icon name="check" />
        </Show>
      </span>
      <div class="sweep-body">
        <p class="row-title">
          {t(`sweep.step.${props.step}`)}
          <Show when={standing() === "done"}>
            <span class="offscreen">{t("sweep.step.done")}</span>
          </Show>
        </p>
        <Show when={standing() === "now"}>
          <Show when={props.step === "draft" || props.step === "wait"}>
            <Payments sweep={props.sweep} />
          </Show>
          {props.children}
        </Show>
      </div>
    </li>
  );
}

/** For those who erased the device themselves. */
function Waive(props: { sweep: Sweep }) {
  const intent = makeIntent();
  const navigate = useNavigate();
  const [open, setOpen] = createSignal(false);
  const waive = useCommand("cmd_waive_sweep", { quiet: true, onDone: () => navigate("/devices", { replace: true }) });
  return (
    <>
      <Button kind="plain" data-testid={TESTID.sweepWaive} onClick={() => setOpen(true)}>
        {t("sweep.waive")}
      </Button>
      <Sheet open={open() && !waive.isPending} title={t("sweep.waive.title")} closeLabel={t("action.close")} onClose={() => setOpen(false)}>
        <Show when={waive.error}>{(error) => <ErrorNotice error={error()} />}</Show>
        <p>{t("sweep.waive.text", { devices: props.sweep.lost.join(", ") })}</p>
        <Button kind="danger" wide onClick={() => waive.mutate([{ request_id: intent.id(), wallet_id: props.sweep.wallet_id }])}>
          {t("sweep.waive.act")}
        </Button>
      </Sheet>
      <Awaiting what="confirm" open={waive.isPending} />
    </>
  );
}

function Steps(props: { sweep: Sweep }) {
  return (
    <div class="stack-wide" data-testid={TESTID.sweep} data-step={props.sweep.step} data-wallet-id={props.sweep.wallet_id}>
      <Notice tone="danger" title={t("sweep.why.title", { devices: props.sweep.lost.join(", ") })}>
        <p>{t("sweep.why", { name: props.sweep.name })}</p>
      </Notice>
      <Show
        when={props.sweep.step !== "elsewhere"}
        fallback={<EmptyState icon="devices" title={t("sweep.elsewhere.title")} text={t("sweep.elsewhere.text")} />}
      >
        <Card>
          <ol class="sweep-steps">
            <For each={STEPS}>
              {(step) => (
                <Step step={step} sweep={props.sweep}>
                  <Switch>
                    <Match when={props.sweep.step === "begin"}>
                      <Begin sweep={props.sweep} />
                    </Match>
                    <Match when={props.sweep.step === "keep"}>
                      <Words sweep={props.sweep} />
                    </Match>
                    <Match when={props.sweep.step === "draft"}>
                      <Prepare sweep={props.sweep} />
                    </Match>
                    <Match when={props.sweep.step === "send"}>
                      <Send sweep={props.sweep} />
                    </Match>
                    <Match when={shownStep(props.sweep.step) === "wait"}>
                      <p class="quiet small">{t("sweep.wait.text")}</p>
                    </Match>
                    <Match when={props.sweep.step === "put_away"}>
                      <PutAway sweep={props.sweep} />
                    </Match>
                  </Switch>
                </Step>
              )}
            </For>
          </ol>
        </Card>
        <p class="quiet small">{t("sweep.resume")}</p>
      </Show>
      <Waive sweep={props.sweep} />
    </div>
  );
}

/** Guides through moving the coins of a wallet whose keys a lost device holds. */
export function SweepGuide(props: { wallet: string | undefined }) {
  const navigate = useNavigate();
  const list = useAnswer("cmd_list_sweeps", () => []);
  return (
    <QueryView
      query={list}
      skeleton={
        <Card tight>
          <Skeleton label={t("state.loading")} rows={5} />
        </Card>
      }
    >
      {(found) => (
        <Show
          when={sweepFor(found().sweeps, props.wallet)}
          fallback={
            <EmptyState icon="shield" title={t("sweep.none.title")} text={t("sweep.none.text")}>
              <Button onClick={() => navigate("/devices")}>{t("host.done.back")}</Button>
            </EmptyState>
          }
        >
          {(sweep) => <Steps sweep={sweep()} />}
        </Show>
      )}
    </QueryView>
  );
}
