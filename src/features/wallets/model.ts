import type { Network, ScriptType } from "../../ipc/types";

/** Networks to choose from, the real one first. */
export const NETWORKS: readonly Network[] = ["bitcoin", "testnet4", "signet", "regtest"];
export const SCRIPT_TYPES: readonly ScriptType[] = ["taproot", "segwit", "nested_segwit", "legacy"];

/** How loud the band of a network is; none for real money. */
export function bandOf(network: Network): "none" | "practice" | "test" {
  if (network === "bitcoin") return "none";
  return network === "regtest" ? "practice" : "test";
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
