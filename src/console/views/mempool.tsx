import { createSignal, onCleanup, Show } from "solid-js";
import { Card, Fact, Facts, PageHead, Section } from "../../components/layout";
import { EmptyState, Notice, Skeleton } from "../../components/states";
import { formatFeeRate } from "../../lib/fee-rate";
import { Amount } from "../../parts/amount";
import { flattened } from "../../query/pages-query";
import { locale, t } from "../i18n";
import { useHub } from "../ipc/context";
import { formatBytes, formatVsize } from "../lib/format";
import { Histogram } from "../parts/histogram";
import { Meter } from "../parts/meter";
import { PoolList } from "../parts/transactions";
import { NodeView } from "../parts/view";
import { usePages } from "../query/use";

const PAGE = 100;

/** What waits for a block: drawn by fee rate, and a line each. */
export default function Mempool() {
  const pages = usePages("cmd_get_mempool", (after) => [{ after, limit: PAGE }]);
  const [came, setCame] = createSignal(0);
  onCleanup(
    useHub().listen((event) => {
      if (event.type === "new_transactions") setCame((before) => before + event.count);
      else if (event.type === "new_block") setCame(0);
    }),
  );
  const all = flattened(pages, (found) => {
    const first = found[0];
    return first && { ...first, transactions: found.flatMap((page) => page.transactions) };
  });
  const many = (count: number): string => count.toLocaleString(locale());
  return (
    <>
      <PageHead title={t("pool.title")} />
      <NodeView
        query={all}
        seen={(found) => found.seen}
        skeleton={<Skeleton label={t("state.loading")} rows={6} />}
        isEmpty={(found) => found.count === 0}
        empty={<EmptyState icon="clock" title={t("pool.none")} text={t("pool.none.text")} />}
      >
        {(found) => (
          <Show when={found()}>
            {(pool) => (
              <>
                <div class="figure">
                  <span class="figure-name">{t("pool.waiting.name")}</span>
                  <p class="figure-number">{many(pool().count)}</p>
                  <p class="figure-note">
                    <span>{formatVsize(pool().vsize, locale())}</span>
                    <Show when={came() > 0}>
                      <span>{t("pool.came", { count: came(), number: many(came()) })}</span>
                    </Show>
                  </p>
                </div>
                <Card>
                  <Histogram bands={pool().histogram} table />
                  <Show when={pool().sampled}>
                    {(count) => <p class="quiet small">{t("pool.sampled", { number: many(count()) })}</p>}
                  </Show>
                </Card>
                <Card>
                  <Facts>
                    <Fact name={t("pool.fees")}>
                      <Amount sats={pool().fees} />
                    </Fact>
                    <Fact name={t("pool.min")}>{formatFeeRate(pool().min_fee_rate)} sat/vB</Fact>
                    <Fact name={t("pool.relay")}>{formatFeeRate(pool().relay_fee_rate)} sat/vB</Fact>
                    <Fact name={t("pool.memory")}>
                      {t("pool.memory.text", { used: formatBytes(pool().usage, locale()), all: formatBytes(pool().max_usage, locale()) })}
                    </Fact>
                  </Facts>
                  <Meter
                    share={pool().max_usage === 0 ? 0 : pool().usage / pool().max_usage}
                    label={t("pool.memory")}
                    text={t("pool.memory.text", { used: formatBytes(pool().usage, locale()), all: formatBytes(pool().max_usage, locale()) })}
                  />
                  <Show when={pool().min_fee_rate > pool().relay_fee_rate}>
                    <Notice tone="caution">
                      <p>{t("pool.full", { rate: formatFeeRate(pool().min_fee_rate) })}</p>
                    </Notice>
                  </Show>
                </Card>
                <Section title={pool().sorted ? t("pool.list") : t("pool.list.unsorted")}>
                  <PoolList rows={pool().transactions} pages={pages} />
                </Section>
              </>
            )}
          </Show>
        )}
      </NodeView>
    </>
  );
}
