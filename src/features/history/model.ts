import type { IconName } from "../../components/icon";
import type { Key } from "../../i18n";
import type { Transaction, TxStatus } from "../../ipc/types";
import type { Sats } from "../../lib/sats";
import { dayBucket, formatMonth } from "../../lib/time";

/** Blocks after which a payment is called settled. */
export const SETTLED = 6;

/** How a transaction is drawn in a row. */
export interface TxLook {
  icon: IconName;
  title: Key;
  sign: "+" | "−" | undefined;
  tone: "plain" | "received" | "pending" | "struck";
  amount: Sats | null;
}

export function lookOf(tx: Transaction): TxLook {
  const over = tx.status === "replaced" || tx.status === "dropped";
  const pending = tx.status === "pending";
  switch (tx.direction) {
    case "incoming":
      return {
        icon: "receive",
        title: pending ? "tx.title.receiving" : "tx.title.received",
        sign: "+",
        tone: over ? "struck" : pending ? "pending" : "received",
        amount: tx.amount,
      };
    case "outgoing":
      return {
        icon: "send",
        title: pending ? "tx.title.sending" : "tx.title.sent",
        sign: "−",
        tone: over ? "struck" : pending ? "pending" : "plain",
        amount: tx.amount,
      };
    case "internal":
      // Nothing but the fee left the wallet.
      return {
        icon: "self",
        title: tx.cancels === null ? "tx.title.self" : "tx.title.cancel",
        sign: "−",
        tone: over ? "struck" : pending ? "pending" : "plain",
        amount: tx.fee,
      };
  }
}

/** A line of the list: a heading or a payment. */
export type Line = { kind: "head"; key: string; title: { key: Key } | { text: string } } | { kind: "tx"; tx: Transaction };

const BUCKETS = { today: "time.today", yesterday: "time.yesterday", week: "time.week" } as const;

/** Puts headings between payments: pending first, then days, then months. They come newest first. */
export function linesOf(transactions: readonly Transaction[], now: number, locale: string): Line[] {
  const lines: Line[] = [];
  let last = "";
  for (const tx of transactions) {
    const bucket = tx.status === "pending" ? "pending" : dayBucket(tx.time, now);
    const text = bucket === "month" ? formatMonth(tx.time, locale) : bucket;
    if (text !== last) {
      const title =
        bucket === "month" ? { text } : { key: bucket === "pending" ? ("tx.pending.head" as const) : BUCKETS[bucket] };
      lines.push({ kind: "head", key: text, title });
      last = text;
    }
    lines.push({ kind: "tx", tx });
  }
  return lines;
}

/** A stop on the way of a payment. */
export interface Stop {
  key: Key;
  state: "done" | "now" | "ahead" | "failed";
  params?: Readonly<Record<string, string | number>>;
}

/** A payment as a line through its states. */
export function stopsOf(tx: { status: TxStatus; confirmations: number; height: number | null }): Stop[] {
  const seen: Stop = { key: "tx.stop.seen", state: "done" };
  switch (tx.status) {
    case "pending":
      return [
        { ...seen, state: "now" },
        { key: "tx.stop.block", state: "ahead" },
        { key: "tx.stop.settled", state: "ahead", params: { blocks: SETTLED } },
      ];
    case "confirmed": {
      const settled = tx.confirmations >= SETTLED;
      return [
        seen,
        { key: "tx.stop.in_block", state: "done", params: { height: tx.height ?? "—" } },
        settled
          ? { key: "tx.stop.is_settled", state: "done", params: { blocks: SETTLED } }
          : { key: "tx.stop.settling", state: "now", params: { count: tx.confirmations, blocks: SETTLED } },
      ];
    }
    case "replaced":
      return [seen, { key: "tx.stop.replaced", state: "failed" }];
    case "dropped":
      return [seen, { key: "tx.stop.dropped", state: "failed" }];
  }
}

/** A point of the balance over time. */
export interface BalancePoint {
  time: number;
  sats: number;
}

/** The balance before and after each payment, walked back from what it is now; oldest first. */
export function balanceLine(total: Sats, transactions: readonly Transaction[]): BalancePoint[] {
  const points: BalancePoint[] = [];
  let sats: number = total;
  for (const tx of transactions) {
    if (tx.status === "replaced" || tx.status === "dropped") continue;
    points.push({ time: tx.time, sats });
    sats -= tx.received - tx.spent;
  }
  const oldest = points[points.length - 1];
  if (oldest) points.push({ time: oldest.time - 1, sats });
  return points.reverse();
}
