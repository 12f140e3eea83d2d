import { t } from "../../i18n";
import type { Network, Restored, ScriptType } from "../../ipc/types";

/** Networks to choose from, the real one first. */
export const NETWORKS: readonly Network[] = ["bitcoin", "testnet4", "signet", "regtest"];
export const SCRIPT_TYPES: readonly ScriptType[] = ["taproot", "segwit", "nested_segwit", "legacy"];

export { bandOf } from "../../parts/band";

/** Which wallets came back, in a sentence. */
export function restoredText(restored: Restored): string {
  const { name, script_type, wallets } = restored;
  if (wallets.length === 1) return t("restore.done.one", { name, kind: t(`script.${script_type}`) });
  return t("restore.done.many", { count: wallets.length, names: wallets.map((wallet) => wallet.name).join(", ") });
}

/** Most characters of a wallet's name. */
export const LONGEST_NAME = 64;

/** A first name that is not taken: `Satchel`, `Satchel 2`. */
export function freshName(base: string, taken: readonly string[]): string {
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number += 1) {
    const name = `${base} ${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** The first letter of a name, for its badge. */
export function initialOf(name: string): string {
  const first = name.trim().codePointAt(0);
  return first === undefined ? "S" : String.fromCodePoint(first).toUpperCase();
}
