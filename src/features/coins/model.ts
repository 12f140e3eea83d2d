import type { Coin } from "../../ipc/types";
import { treemap, type Area } from "../../lib/treemap";

/** Most areas drawn; smaller coins share the last one. */
export const MOST_AREAS = 60;

/** The smallest share of the map that is drawn: below it a coin could be neither seen nor pressed. */
const LEAST_SHARE = 0.004;

/** An area of the map: one coin, or the many small ones together. */
export interface MapArea extends Area {
  coin: Coin | undefined;
  /** How many coins it stands for. */
  count: number;
  sats: number;
}

/** Lays coins out as areas by value, largest first. */
export function coinMap(coins: readonly Coin[], width: number, height: number): MapArea[] {
  const sorted = [...coins].filter((coin) => coin.amount > 0).sort((a, b) => b.amount - a.amount);
  const alone = sorted.length > MOST_AREAS ? sorted.slice(0, MOST_AREAS - 1) : sorted;
  const rest = sorted.slice(alone.length);
  const restSats = rest.reduce((sum, coin) => sum + coin.amount, 0);
  const cells: Pick<MapArea, "coin" | "count" | "sats">[] = alone.map((coin) => ({ coin, count: 1, sats: coin.amount }));
  if (rest.length > 0) cells.push({ coin: undefined, count: rest.length, sats: restSats });
  cells.sort((a, b) => b.sats - a.sats);
  const least = cells.reduce((sum, cell) => sum + cell.sats, 0) * LEAST_SHARE;
  const areas = treemap(
    cells.map((cell) => Math.max(cell.sats, least)),
    width,
    height,
  );
  return cells.flatMap((cell, i) => {
    const area = areas[i];
    return area ? [{ ...cell, ...area }] : [];
  });
}

/** The moods that are on the map, in the order in which they are explained. */
export function moodsOf(coins: readonly Coin[]): CoinMood[] {
  const there = new Set(coins.map(moodOf));
  return (["spendable", "locked", "reserved", "pending", "immature"] as const).filter((mood) => there.has(mood));
}

/** How a coin is drawn and called. */
export type CoinMood = "locked" | "reserved" | "spendable" | "pending" | "immature";

export function moodOf(coin: Coin): CoinMood {
  if (coin.locked) return "locked";
  if (coin.reserved_by !== null) return "reserved";
  if (coin.status === "immature") return "immature";
  return coin.status === "confirmed" ? "spendable" : "pending";
}
