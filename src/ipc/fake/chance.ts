/** Numbers that look random and are the same each time (mulberry32). */
export interface Chance {
  /** A whole number from 0 up to but without `below`. */
  below: (below: number) => number;
  pick: <T>(from: readonly [T, ...T[]]) => T;
  hex: (digits: number) => string;
}

export function makeChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    pick: (from) => from[below(from.length)] ?? from[0],
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(""),
  };
}

const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const PREFIX = { bitcoin: "bc1p", testnet: "tb1p", testnet4: "tb1p", signet: "tb1p", regtest: "bcrt1p" } as const;

/** Letters that look like a taproot address. Its checksum is wrong, so nobody can pay to it. */
export function fakeAddress(chance: Chance, network: keyof typeof PREFIX): string {
  return PREFIX[network] + Array.from({ length: 58 }, () => BECH32[chance.below(32)] ?? "q").join("");
}

/** Something that looks like a code, with its three corners. No camera reads it. */
export function fakeQr(text: string): { size: number; path: string } {
  const size = 33;
  const chance = makeChance(Array.from(text).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7));
  const corner = (x: number, y: number): boolean | undefined => {
    for (const [left, top] of [[0, 0], [size - 7, 0], [0, size - 7]] as const) {
      const dx = x - left;
      const dy = y - top;
      if (dx < -1 || dx > 7 || dy < -1 || dy > 7) continue;
      const ring = Math.max(Math.abs(dx - 3), Math.abs(dy - 3));
      return ring === 3 || ring <= 1;
    }
    return undefined;
  };
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const dark = corner(x, y) ?? chance.below(2) === 0;
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    }
  }
  return { size, path };
}
