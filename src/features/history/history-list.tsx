import { createMemo, createSignal, Match, onCleanup, Show, Switch } from "solid-js";
import { TextField } from "../../components/field";
import { Icon } from "../../components/icon";
import { Card } from "../../components/layout";
import { Segmented } from "../../components/segmented";
import { EmptyState, Skeleton } from "../../components/states";
import { VirtualList } from "../../components/virtual-list";
import { locale, t } from "../../i18n";
import type { Direction, Transaction } from "../../ipc/types";
import { usePlatform } from "../../platform/context";
import { createMore, flattened } from "../../query/pages-query";
import { usePages } from "../../query/use";
import { TESTID } from "../../testids";
import { QueryView } from "../notice";
import { useWalletId } from "../wallets";
import { linesOf, type Line } from "./model";
import { TxRow } from "./tx-row";
import "./history-list.css";

const PAGE = 100;
const PAUSE = 200;
type Filter = "all" | Direction;

/** Heights in rem; the style sheet has the same. */
const HEIGHT = { head: 2.5, tx: 4.25 } as const;

const headOf = (line: Line): string | undefined => (line.kind !== "head" ? undefined : "key" in line.title ? t(line.title.key) : line.title.text);
const txOf = (line: Line): Transaction | undefined => (line.kind === "tx" ? line.tx : undefined);
const keyOf = (line: Line): string => (line.kind === "tx" ? line.tx.txid : `head ${line.key}`);

/** All payments, found and filtered in Rust, drawn as far as they are in view. */
export function HistoryList(props: { current?: string | undefined }) {
  const walletId = useWalletId();
  const platform = usePlatform();
  const [typed, setTyped] = createSignal("");
  const [search, setSearch] = createSignal("");
  const [filter, setFilter] = createSignal<Filter>("all");

  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const type = (text: string): void => {
    setTyped(text);
    clearTimeout(timer);
    timer = setTimeout(() => setSearch(text.trim()), PAUSE);
  };

  const pages = usePages(
    "cmd_get_transaction_history",
    (after) => {
      const chosen = filter();
      return [
        {
          wallet_id: walletId(),
          after,
          limit: PAGE,
          direction: chosen === "all" ? null : chosen,
          search: search() === "" ? null : search(),
        },
      ];
    },
    () => ({ enabled: walletId() !== null, keep: true }),
  );
  const rows = createMemo(() => (pages.isPending ? [] : (pages.data?.pages.flatMap((page) => page.transactions) ?? [])));
  const total = () => (pages.isPending ? undefined : pages.data?.pages[0]?.total);
  const lines = createMemo(() => linesOf(rows(), platform.clock(), locale()));
  const filtered = () => search() !== "" || filter() !== "all";
  const more = createMore(() => pages);

  return (
    <div class="stack history">
      <div class="history-tools">
        <TextField
          label={t("history.search")}
          bare
          type="search"
          placeholder={t("history.search")}
          value={typed()}
          onInput={type}
          data-testid={TESTID.historySearch}
          trailing={<Icon name="search" class="history-glass" />}
        />
        <Segmented<Filter>
          label={t("history.filter")}
          testId={TESTID.historyFilter}
          value={filter()}
          onChange={setFilter}
          segments={[
            { value: "all", label: t("history.all") },
            { value: "incoming", label: t("history.incoming") },
            { value: "outgoing", label: t("history.outgoing") },
          ]}
        />
      </div>
      <QueryView
        query={flattened(pages, () => lines())}
        skeleton={
          <Card tight>
            <Skeleton label={t("state.loading")} rows={8} />
          </Card>
        }
        isEmpty={(all: Line[]) => all.length === 0}
        empty={
          <Show
            when={filtered()}
            fallback={<EmptyState icon="list" title={t("history.empty")} text={t("history.empty.text")} />}
          >
            <EmptyState icon="search" title={t("history.none")} text={t("history.none.text")} />
          </Show>
        }
      >
        {(all) => (
          <>
            <p class="quiet small" data-testid={TESTID.historyCount} aria-live="polite">
              {t("history.count", { count: total() ?? rows().length, number: (total() ?? rows().length).toLocaleString(locale()) })}
            </p>
            <Card tight>
              <VirtualList<Line>
                items={all()}
                keyOf={keyOf}
                heightOf={(line) => HEIGHT[line.kind]}
                open={pages.hasNextPage}
                onNearEnd={more}
                label={t("history.title")}
              >
                {(line) => (
                  <Switch>
                    <Match when={headOf(line())}>{(title) => <h2 class="history-head">{title()}</h2>}</Match>
                    <Match when={txOf(line())}>{(tx) => <TxRow tx={tx()} current={tx().txid === props.current} />}</Match>
                  </Switch>
                )}
              </VirtualList>
            </Card>
          </>
        )}
      </QueryView>
    </div>
  );
}
