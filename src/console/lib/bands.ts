import type { FeeBand } from "../ipc/types";

/** What a block holds, in vB. */
export const BLOCK_VSIZE = 1_000_000;
export const BLOCK_WEIGHT = 4_000_000;

export interface Bar {
  band: FeeBand;
  /** Where the next band begins; none: the last has no end. */
  to: number | undefined;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Whether the next block has room for it. */
  next: boolean;
}

/** How much of a bar is never less than this, so that little is not drawn as nothing. */
const LEAST = 1.5;

/** Lays the histogram out, lowest fee rate at the left, each as high as it is large. */
export function barsOf(bands: readonly FeeBand[], width: number, height: number): Bar[] {
  const most = Math.max(0, ...bands.map((band) => band.vsize));
  if (most === 0) return [];
  const step = width / bands.length;
  const gap = Math.min(2, step * 0.2);
  let above = 0;
  const next = new Set<number>();
  for (let i = bands.length - 1; i >= 0; i -= 1) {
    if (above >= BLOCK_VSIZE) break;
    next.add(i);
    above += bands[i]?.vsize ?? 0;
  }
  return bands.map((band, i) => {
    const tall = band.vsize === 0 ? 0 : Math.max(LEAST, (band.vsize / most) * height);
    return { band, to: bands[i + 1]?.from, x: i * step + gap / 2, y: height - tall, width: step - gap, height: tall, next: next.has(i) };
  });
}

/** The lowest fee rate that gets into the next block; none: all that waits does. */
export function nextBlockRate(bands: readonly FeeBand[]): number | undefined {
  let above = 0;
  for (let i = bands.length - 1; i >= 0; i -= 1) {
    above += bands[i]?.vsize ?? 0;
    if (above > BLOCK_VSIZE) return bands[i]?.from;
  }
  return undefined;
}

/** How full a block is, 0 to 1. One that the node removed has no weight that is known. */
export function fullnessOf(weight: number): number {
  return Math.min(1, Math.max(0, weight / BLOCK_WEIGHT));
}
