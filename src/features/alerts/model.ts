import type { Notice, Rival, Transaction } from "../../ipc/types";

/** What is told of a payment: that it was replaced, or that it replaced another. */
export function aboutPayment(notices: readonly Notice[], walletId: string | null, tx: Pick<Transaction, "txid" | "replaced_by">): Notice[] {
  return notices.filter(
    (notice) =>
      notice.wallet_id === walletId &&
      notice.kind === "payment_replaced" &&
      // The first is named by its unsigned transaction, which has another id where inputs have scripts.
      (notice.txid === tx.txid || notice.replaced_by === tx.txid || (notice.replaced_by !== null && notice.replaced_by === tx.replaced_by)),
  );
}

/** What is told of an address. */
export function aboutAddress(notices: readonly Notice[], walletId: string | null, address: string): Notice[] {
  return notices.filter((notice) => notice.wallet_id === walletId && notice.address === address);
}

/** Names one after the other: "Laptop", "Laptop and Phone", "Laptop, Phone and Desk". */
export function named(devices: readonly string[], and: string): string {
  const last = devices.at(-1) ?? "";
  const first = devices.slice(0, -1);
  return first.length === 0 ? last : `${first.join(", ")} ${and} ${last}`;
}

/** What can be done about another payment that wants the same coins. */
export type RivalAct = "drop" | "see";

export function actOf(rival: Rival): RivalAct | undefined {
  if (rival.stage === "sent") return "see";
  return rival.draft_id === null ? undefined : "drop";
}
