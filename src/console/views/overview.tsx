import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Card, Fact, Facts, PageHead, Section } from "../../components/layout";
import { EmptyState, Skeleton } from "../../components/states";
import { formatFeeRate } from "../../lib/fee-rate";
import { Ago } from "../../parts/when";
import { locale, t } from "../i18n";
import type { NodeChain } from "../ipc/types";
import { formatBytes, formatDecimal, formatPpm, formatVersion, formatVsize } from "../lib/format";
import { BlockColumns, ColumnsSkeleton } from "../parts/blocks";
import { Histogram } from "../parts/histogram";
import { Id } from "../parts/id";
import { Meter } from "../parts/meter";
import { NodeView } from "../parts/view";
import { useAnswer } from "../query/use";
import { CID } from "../testids";

const LATEST = 6;
const HOUR = 3_600;
const DAY = 24 * HOUR;

const many = (count: number): string => count.toLocaleString(locale());

function uptimeText(seconds: number): string {
  if (seconds >= 2 * DAY) return t("node.days", { count: Math.floor(seconds / DAY) });
  return t("node.hours", { count: Math.max(1, Math.floor(seconds / HOUR)) });
}

/** How far the node is, while it is not at the end. */
function Sync(props: { chain: NodeChain }) {
  const behind = () => props.chain.headers - props.chain.height;
  return (
    <Show when={props.chain.initial_download || behind() > 0}>
      <div class="stack" data-testid={CID.sync}>
        <Meter
          share={props.chain.progress_ppm / 1_000_000}
          label={t("sync.title")}
          text={t("sync.share", { share: formatPpm(props.chain.progress_ppm, locale()) })}
          tone="pending"
        />
        <p class="small">
          <strong>{t("sync.share", { share: formatPpm(props.chain.progress_ppm, locale()) })}</strong>{" "}
          <span class="quiet">{t("sync.behind", { count: behind(), number: many(behind()) })}</span>
        </p>
      </div>
    </Show>
  );
}

function NodeFacts(props: { chain: NodeChain }) {
  const peers = () => props.chain.peers;
  return (
    <Card>
      <Facts>
        <Fact name={t("node.name")}>
          <span class="words">{props.chain.subversion}</span> {formatVersion(props.chain.version)}
        </Fact>
        <Fact name={t("node.peers")}>
          <Show when={peers()} fallback={<span class="quiet">{t("node.untold")}</span>}>
            {(told) => (
              <Show when={told().active} fallback={t("node.peers.off")}>
                {t("node.peers.text", { count: told().count, number: many(told().count), inbound: many(told().inbound), outbound: many(told().outbound) })}
              </Show>
            )}
          </Show>
        </Fact>
        <Fact name={t("node.uptime")}>
          <Show when={props.chain.uptime} fallback={<span class="quiet">{t("node.untold")}</span>}>
            {(seconds) => uptimeText(seconds())}
          </Show>
        </Fact>
        <Fact name={t("node.disk")}>
          {formatBytes(props.chain.size_on_disk, locale())}
          <Show when={props.chain.pruned}>
            {" · "}
            {t("node.pruned", { height: many(props.chain.prune_height ?? 0) })}
          </Show>
        </Fact>
        <Fact name={t("node.difficulty")}>{formatDecimal(props.chain.difficulty, locale())}</Fact>
        <For each={props.chain.warnings}>
          {(warning) => (
            <Fact name={t("node.warns")} below>
              <span class="words">{warning}</span>
            </Fact>
          )}
        </For>
      </Facts>
    </Card>
  );
}

export default function Overview() {
  const chain = useAnswer("cmd_get_blockchain_info", () => []);
  const blocks = useAnswer("cmd_get_latest_blocks", () => [{ limit: LATEST }]);
  const pool = useAnswer("cmd_get_mempool", () => [{ limit: 1 }]);
  return (
    <>
      <PageHead title={t("nav.overview")} />
      <NodeView query={chain} seen={(found) => found.seen} skeleton={<Skeleton label={t("state.loading")} kind="number" rows={1} />}>
        {(found) => (
          <>
            <div class="figure">
              <span class="figure-name">{t("tip.title")}</span>
              <p class="figure-number" data-testid={CID.height} data-height={found().height}>
                {many(found().height)}
              </p>
              <p class="figure-note">
                <span>
                  <Ago at={found().best_time} />
                </span>
                <Id id={found().best_hash} href={`/block/${found().best_hash}`} />
                <span>{t(`network.${found().network}`)}</span>
              </p>
            </div>
            <Sync chain={found()} />
          </>
        )}
      </NodeView>
      <Section
        title={t("blocks.latest")}
        actions={
          <A class="link-quiet" href="/blocks">
            {t("blocks.all")}
          </A>
        }
      >
        <NodeView
          query={blocks}
          seen={(found) => found.seen}
          toldAbove
          skeleton={<ColumnsSkeleton count={LATEST} />}
          isEmpty={(found) => found.blocks.length === 0}
          empty={<EmptyState icon="list" title={t("blocks.none")} text={t("blocks.none.text")} />}
        >
          {(found) => <BlockColumns blocks={found().blocks} />}
        </NodeView>
      </Section>
      <Section
        title={t("pool.title")}
        actions={
          <A class="link-quiet" href="/mempool">
            {t("pool.all")}
          </A>
        }
      >
        <Card>
          <NodeView query={pool} seen={(found) => found.seen} toldAbove skeleton={<Skeleton label={t("state.loading")} kind="text" rows={2} />}>
            {(found) => (
              <>
                <p>
                  <strong>{t("pool.waiting", { count: found().count, number: many(found().count) })}</strong>{" "}
                  <span class="quiet">
                    {formatVsize(found().vsize, locale())} · {t("pool.least", { rate: formatFeeRate(found().min_fee_rate) })}
                  </span>
                </p>
                <Histogram bands={found().histogram} />
              </>
            )}
          </NodeView>
        </Card>
      </Section>
      <Section title={t("node.title")}>
        <NodeView query={chain} seen={(found) => found.seen} toldAbove skeleton={<Skeleton label={t("state.loading")} kind="text" rows={4} />}>
          {(found) => <NodeFacts chain={found()} />}
        </NodeView>
        <A class="link-quiet" href="/mine">
          {t("mine.link")}
        </A>
      </Section>
    </>
  );
}
