import { parseAmount, type AmountFault, type Unit } from "../../lib/format-sats";
import type { Sats } from "../../lib/sats";
import type { Key } from "../../i18n";
import type { KeychainStatus } from "../../ipc/types";

/** Minutes without input until it locks, to choose from; 0 is never. */
export const LOCK_MINUTES = [1, 5, 15, 60, 0] as const;

export type ServerFault = "form" | "plain" | "secret";

/** What is wrong with the address of a server, as far as can be said without asking it. */
export function serverFault(text: string): ServerFault | undefined {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return "form";
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return "form";
  if (url.username !== "" || url.password !== "") return "secret";
  const here = url.hostname === "localhost" || url.hostname === "[::1]" || /^127\./.test(url.hostname);
  const onion = url.hostname.endsWith(".onion");
  return url.protocol === "http:" && !here && !onion ? "plain" : undefined;
}

/** A limit as typed; nothing is no limit. */
export function limitOf(typed: string, unit: Unit): { ok: true; limit: Sats | null } | { ok: false; fault: AmountFault } {
  if (typed.trim() === "") return { ok: true, limit: null };
  const parsed = parseAmount(typed, unit);
  return parsed.ok ? { ok: true, limit: parsed.amount } : parsed;
}

/** Whether the keychain can prove a payment: it opens this wallet, and asks each time. */
export function provesByPresence(status: KeychainStatus | undefined): boolean {
  return status?.presence === "every_read" && status.set_up;
}

/** What the row says: whether it is on, and who is asked when it is used. */
export function keychainText(status: KeychainStatus): Key {
  if (!status.set_up && status.fault !== null) {
    if (status.fault === "keychain_locked") return "keychain.locked";
    // The sensor says more of why nothing can be kept.
    const why = status.sensor?.fault ?? "absent";
    return why === "absent" ? "keychain.absent" : `keychain.sensor.${why}`;
  }
  return `keychain.${status.set_up ? "on" : "off"}.${status.presence}`;
}
