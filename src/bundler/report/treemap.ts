/** A rectangle; all of one map are in the unit of its outermost one. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a rectangle into one for each weight, each with an area in proportion, as square as they go.
 *
 * The squarified layout of Bruls, Huizing and van Wijk (2000). Weights must come heaviest first; one of zero gets no area.
 */
export function squarify(weights: readonly number[], area: Rectangle): Rectangle[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scale = total > 0 ? (area.width * area.height) / total : 0;
  const placed: Rectangle[] = [];
  let [rest, row] = [area, [] as number[]];
  for (const weight of weights.map((value) => value * scale)) {
    const side = Math.min(rest.width, rest.height);
    if (row.length > 0 && worst([...row, weight], side) > worst(row, side)) {
      rest = layRow(row, rest, placed);
      row = [];
    }
    row.push(weight);
  }
  layRow(row, rest, placed);
  return placed;
}

/** The largest ratio of sides in a row of areas along a side. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((total, area) => total + area, 0);
  const [largest, smallest] = [Math.max(...row), Math.min(...row)];
  if (smallest === 0 || side === 0) { return Infinity; }
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}

/** Places a row along the shorter side; returns what is left. */
function layRow(row: readonly number[], rest: Rectangle, placed: Rectangle[]): Rectangle {
  const sum = row.reduce((total, area) => total + area, 0);
  const isWide = rest.width >= rest.height;
  const side = isWide ? rest.height : rest.width;
  const depth = side > 0 ? sum / side : 0;
  let along = 0;
  for (const area of row) {
    const length = depth > 0 ? area / depth : 0;
    placed.push(isWide
      ? { x: rest.x, y: rest.y + along, width: depth, height: length }
      : { x: rest.x + along, y: rest.y, width: length, height: depth });
    along += length;
  }
  return isWide
    ? { ...rest, x: rest.x + depth, width: Math.max(0, rest.width - depth) }
    : { ...rest, y: rest.y + depth, height: Math.max(0, rest.height - depth) };
}
