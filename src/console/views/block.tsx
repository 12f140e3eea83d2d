import { A, useNavigate, useParams } from "@solidjs/router";
import { Show } from "solid-js";
import { Card, Details, Fact, Facts, PageHead, Section } from "../../components/layout";
import { EmptyState, Skeleton } from "../../components/states";
import { Amount } from "../../parts/amount";
import { Ago } from "../../parts/when";
import { formatExact } from "../../lib/time";
import { flattened } from "../../query/pages-query";
import { locale, t } from "../i18n";
import type { BlockQuery, NodeBlock } from "../ipc/types";
import { fullnessOf } from "../lib/bands";
import { formatBytes, formatDecimal } from "../lib/format";
import { isMissing } from "../lib/missing";
import { WholeId } from "../parts/id";
import { Meter } from "../parts/meter";
import { TransactionList } from "../parts/transactions";
import { NodeView } from "../parts/view";
import { usePages } from "../query/use";
import { CID } from "../testids";

const PAGE = 50;
const many = (count: number): string => count.toLocaleString(locale());

/** A block is named by its hash or its height. */
function queryOf(name: string): Pick<BlockQuery, "hash" | "height"> {
  return /^\d{1,10}$/.test(name) ? { hash: null, height: Number(name) } : { hash: name, height: null };
}

function Neighbours(props: { block: NodeBlock }) {
  return (
    <nav class="line line-between" aria-label={t("block.around")}>
      <Show when={props.block.block.previous} fallback={<span class="quiet small">{t("block.first")}</span>}>
        {(hash) => (
          <A class="link-quiet" rel="prev" href={`/block/${hash()}`}>
            ← {many(props.block.block.height - 1)}
          </A>
        )}
      </Show>
      <Show when={props.block.next_hash} fallback={<span class="quiet small">{t("block.newest")}</span>}>
        {(hash) => (
          <A class="link-quiet" rel="next" href={`/block/${hash()}`}>
            {many(props.block.block.height + 1)} →
          </A>
        )}
      </Show>
    </nav>
  );
}

function BlockFacts(props: { block: NodeBlock }) {
  const row = () => props.block.block;
  // A block that was given whole says how large it is.
  const weight = () => row().weight ?? 0;
  const full = () => String(Math.round(fullnessOf(weight()) * 100));
  return (
    <Card>
      <Meter share={fullnessOf(weight())} label={t("block.fullness")} text={t("blocks.full", { full: full() })} />
      <Facts>
        <Fact name={t("block.fullness")}>
          {t("blocks.full", { full: full() })} <span class="quiet">{many(weight())} WU</span>
        </Fact>
        <Fact name={t("block.confirmations")}>
          {props.block.confirmations === 0 ? t("block.stale") : many(props.block.confirmations)}
        </Fact>
        <Fact name={t("block.time")}>
          {formatExact(row().time, locale())}
        </Fact>
        <Fact name={t("block.fees")}>
          <Amount sats={row().fees} why={t("node.untold")} />
        </Fact>
        <Fact name={t("block.size")}>{formatBytes(row().size ?? 0, locale())}</Fact>
        <Fact name={t("block.hash")} below>
          <WholeId id={row().hash} what={t("block.hash")} />
        </Fact>
      </Facts>
      <Details label={t("block.header")}>
        <Facts>
          <Fact name={t("block.version")}>
            <span class="mono">{props.block.version}</span>
          </Fact>
          <Fact name={t("block.bits")}>
            <span class="mono">{props.block.bits}</span>
          </Fact>
          <Fact name={t("block.nonce")}>
            <span class="mono">{props.block.nonce}</span>
          </Fact>
          <Fact name={t("node.difficulty")}>{formatDecimal(props.block.difficulty, locale())}</Fact>
          <Fact name={t("block.median")}>{formatExact(props.block.median_time, locale())}</Fact>
          <Fact name={t("block.stripped")}>{formatBytes(props.block.stripped_size, locale())}</Fact>
          <Fact name={t("block.root")} below>
            <WholeId id={props.block.merkle_root} what={t("block.root")} />
          </Fact>
          <Fact name={t("block.work")} below>
            <WholeId id={props.block.chain_work} what={t("block.work")} />
          </Fact>
        </Facts>
      </Details>
    </Card>
  );
}

/** Everything about one block, its transactions a page at a time. */
export default function Block() {
  const params = useParams<{ name: string }>();
  const navigate = useNavigate();
  const pages = usePages("cmd_get_block_by_hash", (after) => [{ ...queryOf(params.name), after, limit: PAGE }]);
  const all = flattened(pages, (found) => {
    const first = found[0];
    return first && { block: first, transactions: found.flatMap((page) => page.transactions) };
  });
  const title = () => {
    const height = all.data?.block.block.height ?? queryOf(params.name).height;
    return typeof height === "number" ? t("block.title", { height: many(height) }) : t("block.title.unknown");
  };
  return (
    <>
      <PageHead title={title()} back={{ label: t("action.back"), onBack: () => navigate("/blocks") }} />
      <NodeView
        query={all}
        seen={(found) => found.block.seen}
        skeleton={<Skeleton label={t("state.loading")} rows={8} />}
        failed={(error) => {
          const removed = error.code === "node_block_removed";
          return removed || isMissing(error) ? (
            <div data-testid={CID.found} data-code={error.code}>
              <EmptyState
                icon={removed ? "trash" : "search"}
                title={t(removed ? "block.removed" : "block.none")}
                text={removed ? t("block.removed.text") : t("block.none.text", { name: params.name })}
              />
            </div>
          ) : undefined;
        }}
      >
        {(found) => (
          <Show when={found()}>
            {(shown) => (
              <div class="stack-wide" data-testid={CID.block} data-hash={shown().block.block.hash}>
                <p class="figure-note">
                  <span>
                    <Ago at={shown().block.block.time} />
                  </span>
                  <span>
                    {t("blocks.txs", { count: shown().block.block.transactions, number: many(shown().block.block.transactions) })}
                  </span>
                </p>
                <Neighbours block={shown().block} />
                <BlockFacts block={shown().block} />
                <Section title={t("block.transactions")}>
                  <TransactionList transactions={shown().transactions} pages={pages} label={t("block.transactions")} />
                </Section>
              </div>
            )}
          </Show>
        )}
      </NodeView>
    </>
  );
}
