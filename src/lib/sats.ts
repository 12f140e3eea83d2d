declare const brand: unique symbol;

/** Whole satoshis. A number holds every one of them exactly: all money is below 2^53. */
export type Sats = number & { readonly [brand]: "sats" };

/** All bitcoin there will be. */
export const MAX_SATS = 2_100_000_000_000_000;
export const SATS_PER_BTC = 100_000_000;

/** Makes an amount of a number that is one; throws on anything else, so that no fraction travels on as money. */
export function toSats(value: number): Sats {
  if (!Number.isSafeInteger(value) || value < 0 || value > MAX_SATS) {
    throw new RangeError(`${String(value)} is no amount in satoshis`);
  }
  return value as Sats;
}

export const ZERO = toSats(0);

/** Adds amounts; throws above all money. */
export function addSats(...amounts: readonly Sats[]): Sats {
  return toSats(amounts.reduce<number>((sum, amount) => sum + amount, 0));
}

/** `a - b`; throws below zero. */
export function subtractSats(a: Sats, b: Sats): Sats {
  return toSats(a - b);
}
