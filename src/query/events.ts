import type { AppEvent, Tag } from "../ipc/types";

const MONEY: readonly Tag[] = ["balance", "history", "coins", "addresses", "info"];

/** What an event from Rust makes stale. */
export function tagsOfEvent(event: AppEvent): readonly Tag[] {
  switch (event.type) {
    case "stale":
      return event.tags;
    case "synced":
      // The amounts may be the same, but how fresh they are is not.
      return event.report.changed_transactions > 0 ? [...MONEY, "drafts"] : ["balance", "history", "coins", "info"];
    case "received":
    case "confirmed":
    case "replaced":
      return MONEY;
    case "keychain_dropped":
      return ["keychain"];
    case "unlocked":
      return ["wallets"];
    case "database_damaged":
      return ["info"];
    case "place_met":
      // What came in was told by what it changed.
      return ["places"];
    case "noticed":
      return ["notices"];
    case "device_copied":
      return ["circle"];
    case "locked":
    case "link_waiting":
    case "console_closed":
    case "place_round":
    case "syncing":
    case "sync_failed":
      return [];
  }
}
