import { A, useNavigate, useParams, useSearchParams } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Card, Details, Fact, Facts, PageHead, Pill, Section } from "../../components/layout";
import { EmptyState, Skeleton } from "../../components/states";
import { formatFeeRate } from "../../lib/fee-rate";
import { Amount } from "../../parts/amount";
import { Ago } from "../../parts/when";
import { locale, t } from "../i18n";
import type { NodeMempoolTransaction, NodeTransaction } from "../ipc/types";
import { isMissing } from "../lib/missing";
import { Id, WholeId } from "../parts/id";
import { Inputs, Outputs } from "../parts/script";
import { NodeView } from "../parts/view";
import { useAnswer } from "../query/use";
import { CID } from "../testids";

const many = (count: number): string => count.toLocaleString(locale());

/** In a block, or waiting for one. */
function Standing(props: { tx: NodeTransaction }) {
  return (
    <p class="figure-note">
      <Show when={props.tx.block_hash} fallback={<Pill tone="pending">{t("tx.waits")}</Pill>}>
        {(hash) => (
          <>
            <Pill tone="received">{t("tx.confirmations", { count: props.tx.confirmations, number: many(props.tx.confirmations) })}</Pill>
            <A class="link-quiet" href={`/block/${hash()}`}>
              {props.tx.height === null ? t("block.title.unknown") : t("block.title", { height: many(props.tx.height) })}
            </A>
          </>
        )}
      </Show>
      <Show when={props.tx.time}>
        {(at) => (
          <span>
            <Ago at={at()} />
          </span>
        )}
      </Show>
    </p>
  );
}

function TxFacts(props: { tx: NodeTransaction }) {
  return (
    <Card>
      <Facts>
        <Fact name={t("tx.total")}>
          <Amount sats={props.tx.total} />
        </Fact>
        <Show when={!props.tx.coinbase}>
          <Fact name={t("tx.fee")}>
            <Amount sats={props.tx.fee} why={t("node.untold")} />
          </Fact>
          <Fact name={t("tx.rate")}>
            <Show when={props.tx.fee_rate} fallback={<span class="quiet">{t("node.untold")}</span>}>
              {(rate) => <>{formatFeeRate(rate())} sat/vB</>}
            </Show>
          </Fact>
        </Show>
        <Fact name={t("tx.size")}>
          {many(props.tx.vsize)} vB <span class="quiet">{t("tx.sizes", { size: many(props.tx.size), weight: many(props.tx.weight) })}</span>
        </Fact>
        <Fact name={t("tx.id")} below>
          <WholeId id={props.tx.txid} what={t("tx.id")} />
        </Fact>
      </Facts>
      <Details label={t("tx.details")}>
        <Facts>
          <Fact name={t("tx.version")}>{props.tx.version}</Fact>
          <Fact name={t("tx.locktime")}>{many(props.tx.lock_time)}</Fact>
          <Fact name={t("tx.wtxid")} below>
            <WholeId id={props.tx.wtxid} what={t("tx.wtxid")} />
          </Fact>
        </Facts>
      </Details>
    </Card>
  );
}

function Related(props: { title: string; ids: readonly string[] }) {
  return (
    <Show when={props.ids.length > 0}>
      <Fact name={props.title} below>
        <For each={props.ids}>
          {(id) => (
            <div>
              <Id id={id} href={`/tx/${id}`} />
            </div>
          )}
        </For>
      </Fact>
    </Show>
  );
}

/** What a waiting transaction needs, and what needs it. */
function Package(props: { found: NodeMempoolTransaction }) {
  const row = () => props.found.row;
  return (
    <Section title={t("tx.waiting")}>
      <Card>
        <Facts>
          <Fact name={t("tx.since")}>
            <Ago at={row().time} />
          </Fact>
          <Fact name={t("tx.replaceable")}>{row().replaceable ? t("word.yes") : t("word.no")}</Fact>
          <Fact name={t("tx.ancestors")}>
            {many(row().ancestors)} · {many(props.found.ancestor_vsize)} vB · <Amount sats={props.found.ancestor_fees} size="small" />
          </Fact>
          <Fact name={t("tx.descendants")}>
            {many(row().descendants)} · {many(props.found.descendant_vsize)} vB · <Amount sats={props.found.descendant_fees} size="small" />
          </Fact>
          <Related title={t("tx.depends")} ids={props.found.depends} />
          <Related title={t("tx.spent_by")} ids={props.found.spent_by} />
        </Facts>
      </Card>
    </Section>
  );
}

/** Everything about one transaction. */
export default function Transaction() {
  const params = useParams<{ txid: string }>();
  const [search] = useSearchParams<{ block?: string }>();
  const navigate = useNavigate();
  const answer = useAnswer("cmd_get_transactions", () => [{ txid: params.txid, block: search.block ?? null }]);
  const found = () => (answer.isPending ? undefined : answer.data?.transactions[0]);
  const waits = () => found()?.block_hash === null;
  const waiting = useAnswer("cmd_get_mempool_transaction", () => [{ txid: params.txid }], () => ({ enabled: waits() }));
  return (
    <>
      <PageHead title={t("tx.title")} back={{ label: t("action.back"), onBack: () => navigate(-1) }} />
      <NodeView
        query={answer}
        seen={(page) => page.seen}
        skeleton={<Skeleton label={t("state.loading")} rows={6} />}
        isEmpty={(page) => page.transactions.length === 0}
        empty={<EmptyState icon="search" title={t("tx.none")} text={t("tx.none.text")} />}
        failed={(error) =>
          isMissing(error) ? (
            <div data-testid={CID.found}>
              <EmptyState icon="search" title={t("tx.none")} text={t("tx.none.text")} />
            </div>
          ) : undefined
        }
      >
        {() => (
          <Show when={found()}>
            {(tx) => (
              <div class="stack-wide" data-testid={CID.tx} data-txid={tx().txid}>
                <Standing tx={tx()} />
                <TxFacts tx={tx()} />
                <Show when={waits()}>
                  <NodeView query={waiting} toldAbove failed={() => <></>} skeleton={<Skeleton label={t("state.loading")} rows={2} kind="text" />}>
                    {(shown) => <Package found={shown()} />}
                  </NodeView>
                </Show>
                <div class="pair">
                  <Section title={t("tx.inputs.count", { count: tx().inputs.length + tx().more_inputs, number: many(tx().inputs.length + tx().more_inputs) })}>
                    <Inputs inputs={tx().inputs} more={tx().more_inputs} />
                  </Section>
                  <Section title={t("tx.outputs.count", { count: tx().outputs.length + tx().more_outputs, number: many(tx().outputs.length + tx().more_outputs) })}>
                    <Outputs outputs={tx().outputs} more={tx().more_outputs} />
                  </Section>
                </div>
              </div>
            )}
          </Show>
        )}
      </NodeView>
    </>
  );
}
