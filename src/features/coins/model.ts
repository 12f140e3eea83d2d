import type { Coin } from "../../ipc/types";
import { treemap, type Area } from "../../lib/treemap";

/** Most areas drawn; smaller coins share the last one. */
export const MOST_AREAS = 60;

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
  const areas = treemap(
    cells.map((cell) => cell.sats),
    width,
    height,
  );
  return cells.flatMap((cell, i) => {
    const area = areas[i];
    return area ? [{ ...cell, ...area }] : [];
  });
}

/** How a coin is drawn and called. */
export type CoinMood = "locked" | "spendable" | "pending" | "immature";

export function moodOf(coin: Coin): CoinMood {
  if (coin.locked) return "locked";
  if (coin.status === "immature") return "immature";
  return coin.status === "confirmed" ? "spendable" : "pending";
}
