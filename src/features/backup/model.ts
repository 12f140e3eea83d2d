import type { BackupHealth, WalletInfo } from "../../ipc/types";

/** A backup older than this is worth a new one, when something changed since. */
export const OLD_BACKUP = 90 * 24 * 60 * 60;

export type Health = "good" | "due" | "missing" | "none";

/** Whether the words were proven. Without words on this device there is nothing to prove. */
export function wordsHealth(info: WalletInfo): Health {
  if (!info.has_seed) return "none";
  return info.words_proven_at === null ? "missing" : "good";
}

export function fileHealth(info: WalletInfo, now: number): Health {
  if (info.backed_up_at === null) return "missing";
  return now - info.backed_up_at > OLD_BACKUP ? "due" : "good";
}

/** Whether the last backup was opened as if it were needed. */
export function drillHealth(health: BackupHealth | undefined): Health {
  if (!health || health.path === null) return "none";
  return health.proven_at === null ? "due" : "good";
}

/** Whether the home screen should remind: there is something to lose and no words on paper. */
export function reminds(info: WalletInfo): boolean {
  return wordsHealth(info) === "missing";
}
