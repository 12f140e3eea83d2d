import { A } from "@solidjs/router";
import { Show, type JSX } from "solid-js";
import { Pill } from "../../components/layout";
import { formatFeeRate } from "../../lib/fee-rate";
import { Amount } from "../../parts/amount";
import { Ago } from "../../parts/when";
import { locale, t } from "../i18n";
import type { NodeAddressTransaction, NodeMempoolRow, NodeTransaction } from "../ipc/types";
import { shortId } from "../lib/format";
import { CID } from "../testids";
import { Lines, type Pages } from "./lines";

const many = (count: number): string => count.toLocaleString(locale());

/** A transaction in a list: leads to its page. */
function TransactionLine(props: {
  txid: string;
  /** The block it is in, which a node without an index needs to find it. */
  block?: string | null;
  testId: string;
  note: JSX.Element;
  end: JSX.Element;
}) {
  return (
    <A
      class="line-link"
      href={`/tx/${props.txid}${props.block ? `?block=${props.block}` : ""}`}
      data-testid={props.testId}
      data-txid={props.txid}
    >
      <span class="line-main">
        <span class="line-title mono" translate="no">
          {shortId(props.txid)}
        </span>
        <span class="line-note">{props.note}</span>
      </span>
      <span class="line-end">{props.end}</span>
    </A>
  );
}

/** Transactions of a block, a line each. */
export function TransactionList(props: { transactions: readonly NodeTransaction[]; pages: Pages; label: string }) {
  return (
    <Lines rows={props.transactions} keyOf={(tx) => tx.txid} pages={props.pages} label={props.label}>
      {(tx) => (
        <TransactionLine
          txid={tx().txid}
          block={tx().block_hash}
          testId={CID.txRow}
          note={
            <Show when={!tx().coinbase} fallback={<Pill tone="accent">{t("tx.coinbase")}</Pill>}>
              {t("tx.shape", { ins: many(tx().inputs.length + tx().more_inputs), outs: many(tx().outputs.length + tx().more_outputs) })}
              <Show when={tx().fee_rate !== null}> · {formatFeeRate(tx().fee_rate ?? 0)} sat/vB</Show>
            </Show>
          }
          end={<Amount sats={tx().total} size="small" />}
        />
      )}
    </Lines>
  );
}

/** What waits, a line each. */
export function PoolList(props: { rows: readonly NodeMempoolRow[]; pages: Pages }) {
  return (
    <Lines rows={props.rows} keyOf={(row) => row.txid} pages={props.pages} label={t("pool.title")}>
      {(row) => (
        <TransactionLine
          txid={row().txid}
          testId={CID.poolRow}
          note={
            <>
              {many(row().vsize)} vB · <Ago at={row().time} />
            </>
          }
          end={
            <>
              <strong>{formatFeeRate(row().fee_rate)} sat/vB</strong>
              <Amount sats={row().fee} size="small" />
            </>
          }
        />
      )}
    </Lines>
  );
}

/** What an address received and spent, a line each transaction. */
export function AddressTransactionList(props: { rows: readonly NodeAddressTransaction[]; pages: Pages }) {
  return (
    <Lines rows={props.rows} keyOf={(row) => row.txid} pages={props.pages} label={t("address.transactions")}>
      {(row) => (
        <TransactionLine
          txid={row().txid}
          block={row().block_hash}
          testId={CID.txRow}
          note={
            <>
              <Show when={row().height !== null} fallback={t("tx.waits")}>
                {t("block.title", { height: many(row().height ?? 0) })}
              </Show>
              <Show when={row().time}>
                {(at) => (
                  <>
                    {" · "}
                    <Ago at={at()} />
                  </>
                )}
              </Show>
            </>
          }
          end={
            <>
              <Show when={row().received > 0}>
                <Amount sats={row().received} sign="+" tone="received" size="small" />
              </Show>
              <Show when={(row().spent ?? 0) > 0}>
                <Amount sats={row().spent} sign="−" size="small" />
              </Show>
            </>
          }
        />
      )}
    </Lines>
  );
}
