import type { IpcError } from "../../ipc/error";
import { toIpcError } from "../../ipc/error";
import type { AppEvent, Freshness } from "../../ipc/types";

/** What a wallet's sync is doing. */
export type SyncState =
  | { phase: "idle" }
  | { phase: "running"; done: number; expected: number; transactions: number }
  | { phase: "failed"; error: IpcError };

/** Seconds after which a picture is called old. Blocks come every ten minutes. */
export const OLD_AFTER = 20 * 60;

/** Seconds by which a picture may be newer than the clock that judges it, which moves in steps. */
const AHEAD_BY = 60;

/** Whether a picture is of a time to come: the clock was ahead when the server was asked, or is behind now. How old it is nobody knows then. */
export function isOfUnknownAge(freshness: Freshness, now: number): boolean {
  return freshness.synced_at - now > AHEAD_BY;
}

/** How a picture stands. */
export type Standing = "never" | "running" | "failed" | "old" | "fresh";

export function standingOf(sync: SyncState, freshness: Freshness | null | undefined, now: number): Standing {
  if (sync.phase === "running") return "running";
  if (sync.phase === "failed") return "failed";
  if (!freshness) return "never";
  return now - freshness.synced_at > OLD_AFTER || isOfUnknownAge(freshness, now) ? "old" : "fresh";
}

/** The state after an event, by wallet. */
export function applyEvent(
  states: Readonly<Record<string, SyncState>>,
  event: AppEvent,
): Readonly<Record<string, SyncState>> {
  switch (event.type) {
    case "syncing": {
      const { wallet_id, done, expected, transactions } = event.progress;
      return { ...states, [wallet_id]: { phase: "running", done, expected, transactions } };
    }
    case "synced":
      return { ...states, [event.report.wallet_id]: { phase: "idle" } };
    case "sync_failed":
      return {
        ...states,
        [event.wallet_id]:
          event.error.code === "cancelled" ? { phase: "idle" } : { phase: "failed", error: toIpcError(event.error) },
      };
    case "locked":
      return {};
    default:
      return states;
  }
}
