/** A place on the map, in its units. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The worst ratio of sides in a row of areas laid along a side. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((a, b) => a + b, 0);
  const max = Math.max(...row);
  const min = Math.min(...row);
  const square = side * side;
  return Math.max((square * max) / (sum * sum), (sum * sum) / (square * min));
}

/**
 * Lays values out as areas of their size, as near to squares as it goes (squarified treemap). Values come largest
 * first and are above zero; the answer has the same order.
 */
export function treemap(values: readonly number[], width: number, height: number): Area[] {
  const total = values.reduce((a, b) => a + b, 0);
  if (total <= 0 || width <= 0 || height <= 0) return [];
  const scale = (width * height) / total;
  const areas: Area[] = [];
  let free: Area = { x: 0, y: 0, width, height };
  let row: number[] = [];

  const lay = (): void => {
    const sum = row.reduce((a, b) => a + b, 0);
    if (sum <= 0) return;
    const tall = free.width >= free.height;
    const thickness = sum / (tall ? free.height : free.width);
    let along = tall ? free.y : free.x;
    for (const size of row) {
      const length = size / thickness;
      areas.push(
        tall
          ? { x: free.x, y: along, width: thickness, height: length }
          : { x: along, y: free.y, width: length, height: thickness },
      );
      along += length;
    }
    free = tall
      ? { x: free.x + thickness, y: free.y, width: free.width - thickness, height: free.height }
      : { x: free.x, y: free.y + thickness, width: free.width, height: free.height - thickness };
    row = [];
  };

  for (const value of values) {
    const size = value * scale;
    const side = Math.min(free.width, free.height);
    if (row.length > 0 && worst([...row, size], side) > worst(row, side)) lay();
    row.push(size);
  }
  lay();
  return areas;
}
