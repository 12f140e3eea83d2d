import { useNavigate } from "@solidjs/router";
import { createMemo, createSignal, For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Card } from "../../components/layout";
import { EmptyState, Skeleton } from "../../components/states";
import { MorePages } from "../../components/more-pages";
import { locale, t } from "../../i18n";
import type { Coin } from "../../ipc/types";
import { toSats } from "../../lib/sats";
import { flattened } from "../../query/pages-query";
import { usePages } from "../../query/use";
import { TESTID } from "../../testids";
import { Amount } from "../money";
import { QueryView } from "../notice";
import { useSendFlow } from "../send";
import { useWalletId } from "../wallets";
import { CoinLegend, CoinMap } from "./coin-map";
import { CoinRow } from "./coin-row";

const PAGE = 100;

/** Coins as areas and as a table; chosen ones can be spent. */
export function CoinsPanel() {
  const walletId = useWalletId();
  const navigate = useNavigate();
  const flow = useSendFlow();
  const [chosen, setChosen] = createSignal<readonly string[]>([]);
  const pages = usePages(
    "cmd_get_unspent_outputs",
    (after) => [{ wallet_id: walletId(), after, limit: PAGE, search: null }],
    () => ({ enabled: walletId() !== null }),
  );
  const query = flattened(pages, (all) => all.flatMap((page) => page.coins));
  const coins = createMemo(() => query.data ?? []);
  const total = () => (pages.isPending ? undefined : pages.data?.pages[0]?.total);
  const sum = () =>
    toSats(
      coins()
        .filter((coin) => chosen().includes(coin.outpoint))
        .reduce((all, coin) => all + coin.amount, 0),
    );
  const toggle = (coin: Coin): void =>
    void setChosen((was) =>
      was.includes(coin.outpoint) ? was.filter((outpoint) => outpoint !== coin.outpoint) : [...was, coin.outpoint],
    );
  const spend = (): void => {
    flow.restart([...chosen()]);
    navigate("/send");
  };
  return (
    <QueryView
      query={query}
      skeleton={
        <Card tight>
          <Skeleton label={t("state.loading")} rows={6} />
        </Card>
      }
      isEmpty={(all) => all.length === 0}
      empty={
        <Card>
          <EmptyState icon="coins" title={t("coins.empty")} text={t("coins.empty.text")}>
            <Button kind="primary" icon="receive" onClick={() => navigate("/receive")}>
              {t("nav.receive")}
            </Button>
          </EmptyState>
        </Card>
      }
    >
      {(all) => (
        <div class="stack">
          <div class="line line-between">
            <p class="quiet small">
              {t("coins.count", { count: total() ?? all().length, number: (total() ?? all().length).toLocaleString(locale()) })}
            </p>
            <CoinLegend coins={all()} chosen={chosen().length > 0} />
          </div>
          <CoinMap coins={all()} chosen={chosen()} onToggle={toggle} />
          <Card tight>
            <For each={all()}>
              {(coin) => <CoinRow coin={coin} chosen={chosen().includes(coin.outpoint)} onToggle={() => toggle(coin)} />}
            </For>
          </Card>
          <MorePages pages={pages} />
          <Show when={chosen().length > 0}>
            <div class="coins-bar" role="status">
              <span class="line coins-sum">
                <span class="coins-count">{t("coins.chosen", { count: chosen().length })}</span> <Amount sats={sum()} />
              </span>
              <span class="line coins-acts">
                <span class="coins-clear">
                  <Button small kind="plain" icon="close" onClick={() => setChosen([])}>
                    {t("coins.clear")}
                  </Button>
                </span>
                <Button small kind="primary" icon="send" data-testid={TESTID.coinsSpend} onClick={spend}>
                  {t("coins.spend")}
                </Button>
              </span>
            </div>
          </Show>
        </div>
      )}
    </QueryView>
  );
}
