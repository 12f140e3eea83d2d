/** Which rows of a long list are drawn: from `first` up to but without `end`. */
export interface Span {
  first: number;
  end: number;
}

/** Tops of all rows and, last, the height of all: `offsets[i]` is where row `i` starts. */
export function offsetsOf(heights: readonly number[]): Float64Array {
  const offsets = new Float64Array(heights.length + 1);
  for (let i = 0; i < heights.length; i += 1) offsets[i + 1] = (offsets[i] ?? 0) + (heights[i] ?? 0);
  return offsets;
}

/** The last row that starts at or above `y`, or the first. */
export function rowAt(offsets: Float64Array, y: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The rows that touch the view, and a few around it so that a quick scroll meets drawn rows. */
export function visibleSpan(offsets: Float64Array, top: number, height: number, around: number): Span {
  const rows = offsets.length - 1;
  if (rows <= 0) return { first: 0, end: 0 };
  const first = Math.max(0, rowAt(offsets, Math.max(0, top)) - around);
  const end = Math.min(rows, rowAt(offsets, Math.max(0, top + height)) + 1 + around);
  return { first, end };
}
