import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import { Button } from "../../components/button";
import { Card, Pill } from "../../components/layout";
import { formatFeeRate } from "../../lib/fee-rate";
import { Amount } from "../../parts/amount";
import { Ago } from "../../parts/when";
import { locale, t } from "../i18n";
import type { NodeMempoolRow, NodeTransaction } from "../ipc/types";
import { shortId } from "../lib/format";
import { CID } from "../testids";
import { moveBetweenRows } from "./arrows";
import "./blocks.css";

const many = (count: number): string => count.toLocaleString(locale());

/** Transactions of a block, a line each. */
export function TransactionList(props: { transactions: readonly NodeTransaction[]; label: string }) {
  return (
    <Card tight>
      <ul class="lines" aria-label={props.label} onKeyDown={moveBetweenRows}>
        <For each={props.transactions}>
          {(tx) => (
            <li>
              <A
                class="line-link"
                data-row
                href={`/tx/${tx.txid}${tx.block_hash === null ? "" : `?block=${tx.block_hash}`}`}
                data-testid={CID.txRow}
                data-txid={tx.txid}
              >
                <span class="line-main">
                  <span class="line-title mono" translate="no">
                    {shortId(tx.txid)}
                  </span>
                  <span class="line-note">
                    <Show when={!tx.coinbase} fallback={<Pill tone="accent">{t("tx.coinbase")}</Pill>}>
                      {t("tx.shape", { ins: many(tx.inputs.length + tx.more_inputs), outs: many(tx.outputs.length + tx.more_outputs) })}
                      <Show when={tx.fee_rate !== null}> · {formatFeeRate(tx.fee_rate ?? 0)} sat/vB</Show>
                    </Show>
                  </span>
                </span>
                <span class="line-end">
                  <Amount sats={tx.total} size="small" />
                </span>
              </A>
            </li>
          )}
        </For>
      </ul>
    </Card>
  );
}

/** What waits, a line each. */
export function PoolList(props: { rows: readonly NodeMempoolRow[] }) {
  return (
    <Card tight>
      <ul class="lines" aria-label={t("pool.title")} onKeyDown={moveBetweenRows}>
        <For each={props.rows}>
          {(row) => (
            <li>
              <A class="line-link" data-row href={`/tx/${row.txid}`} data-testid={CID.poolRow} data-txid={row.txid}>
                <span class="line-main">
                  <span class="line-title mono" translate="no">
                    {shortId(row.txid)}
                  </span>
                  <span class="line-note">
                    {many(row.vsize)} vB · <Ago at={row.time} />
                  </span>
                </span>
                <span class="line-end">
                  <strong>{formatFeeRate(row.fee_rate)} sat/vB</strong>
                  <Amount sats={row.fee} size="small" />
                </span>
              </A>
            </li>
          )}
        </For>
      </ul>
    </Card>
  );
}

/** Asks for the next page of a list. */
export function MoreButton(props: { pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  return (
    <Show when={props.pages.hasNextPage}>
      <div>
        <Button busy={props.pages.isFetchingNextPage} data-testid={CID.more} onClick={() => void props.pages.fetchNextPage()}>
          {t("action.more")}
        </Button>
      </div>
    </Show>
  );
}
