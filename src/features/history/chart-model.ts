import type { BalancePoint } from "./model";

const DAY = 86_400;
/** How far back a range looks, in seconds. */
const SPANS = { week: 7 * DAY, month: 30 * DAY, year: 365 * DAY } as const;

export type ChartRange = keyof typeof SPANS | "all";

/** Ranges worth choosing: those shorter than the history, and all of it. None when there is no choice. */
export function rangesOf(points: readonly BalancePoint[], now: number): ChartRange[] {
  const first = points[0];
  if (!first) return [];
  const shorter = (Object.keys(SPANS) as (keyof typeof SPANS)[]).filter((range) => SPANS[range] < now - first.time);
  return shorter.length === 0 ? [] : [...shorter, "all"];
}

/** The balance at a time: that of the last point before it. */
export function balanceAt(points: readonly BalancePoint[], time: number): number {
  let sats = points[0]?.sats ?? 0;
  for (const point of points) {
    if (point.time > time) break;
    sats = point.sats;
  }
  return sats;
}

/** What is drawn: where it begins, and the points from there on, the first of which is the balance then. */
export interface Window {
  from: number;
  to: number;
  points: BalancePoint[];
}

/** Cuts a range out. The whole history gets a little time before it, so that its first payment is a step and not a wall. */
export function windowOf(points: readonly BalancePoint[], range: ChartRange, now: number): Window | undefined {
  const first = points[0];
  if (!first || points.length < 3) return undefined;
  const last = Math.max(now, ...points.map((point) => point.time));
  const from = range === "all" ? first.time - Math.max(1, Math.round((last - first.time) * 0.04)) : now - SPANS[range];
  const inside = points.filter((point) => point.time > from);
  return { from, to: last, points: [{ time: from, sats: balanceAt(points, from) }, ...inside] };
}

/** A window as paths, and where a time and a balance stand on them. */
export interface Drawn {
  line: string;
  area: string;
  x: (time: number) => string;
  y: (sats: number) => string;
}

/**
 * Steps, not slopes: a balance changes at once. What moves only a little is drawn from just below its lowest point,
 * since a slab would say nothing.
 */
export function drawSteps(window: Window, width: number, height: number): Drawn {
  const span = Math.max(1, window.to - window.from);
  const all = window.points.map((point) => Math.max(0, point.sats));
  const most = Math.max(1, ...all);
  const least = Math.min(...all);
  const base = least < most / 2 || least === most ? 0 : least - (most - least) * 0.6;
  const top = height * 0.08;
  const x = (time: number): string => (Math.min(1, Math.max(0, (time - window.from) / span)) * width).toFixed(1);
  const y = (sats: number): string => (height - ((Math.max(0, sats) - base) / (most - base)) * (height - top)).toFixed(1);
  let line = `M0 ${y(window.points[0]?.sats ?? 0)}`;
  for (const point of window.points.slice(1)) line += `H${x(point.time)}V${y(point.sats)}`;
  line += `H${width}`;
  return { line, area: `${line}V${height}H0Z`, x, y };
}
