/**
 * Statistics over plain numbers; the unit of a result is that of the values. An empty series has no figure: the answer
 * is undefined, never 0 or NaN, so that a missing value cannot pass for a good one. No argument is changed.
 */

export function min(values: ArrayLike<number>): number | undefined {
  let least = values[0];
  for (let at = 1; at < values.length; at++) if ((values[at] as number) < (least as number)) least = values[at];
  return least;
}

export function max(values: ArrayLike<number>): number | undefined {
  let most = values[0];
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (most as number)) most = values[at];
  return most;
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let at = 0; at < values.length; at++) total += values[at] as number;
  return total;
}

/** Arithmetic mean. */
export function mean(values: ArrayLike<number>): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length;
}

/** The middle value; with an even number of values, the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number | undefined {
  return middleOf(ascending(values));
}

function middleOf(sorted: Float64Array): number | undefined {
  const middle = sorted.length / 2;
  return mean(sorted.subarray(Math.ceil(middle) - 1, Math.floor(middle) + 1));
}

/** Nearest-rank percentile: the smallest value that at least `percent` % of the values (0 < percent ≤ 100) do not exceed. */
export function percentile(values: ArrayLike<number>, percent: number): number | undefined {
  return rankOf(ascending(values), percent);
}

function rankOf(sorted: Float64Array, percent: number): number | undefined {
  return sorted[Math.max(Math.ceil(percent * sorted.length / 100), 1) - 1];
}

/** The nearest-rank 95th percentile; under 20 values it is their maximum. */
export function p95(values: ArrayLike<number>): number | undefined {
  return percentile(values, 95);
}

export interface Spread {
  min: number | undefined;
  median: number | undefined;
  p95: number | undefined;
  max: number | undefined;
}

/** All four, of values that are sorted once. */
export function spreadOf(values: ArrayLike<number>): Spread {
  const sorted = ascending(values);
  return { min: sorted[0], median: middleOf(sorted), p95: rankOf(sorted, 95), max: sorted[sorted.length - 1] };
}

/** A value `y` seen at `x`. */
export interface Point {
  x: number;
  y: number;
}

/**
 * Theil–Sen slope, y per x: the median of the slopes between all pairs of points. Up to 29 % of the points may be wild
 * without moving it far. Pairs of equal x are left out; undefined if there are no others. Takes n² time.
 */
export function slope(points: readonly Point[]): number | undefined {
  const slopes = new Float64Array(points.length * (points.length - 1) / 2);
  let count = 0;
  for (let i = 0; i < points.length; i++) {
    const { x, y } = points[i] as Point;
    for (let j = i + 1; j < points.length; j++) {
      const later = points[j] as Point;
      if (later.x !== x) slopes[count++] = (later.y - y) / (later.x - x);
    }
  }
  return middleOf(slopes.subarray(0, count).sort());
}

/** The longest time between two neighbours of an ascending time series, in its unit; under two times, undefined. */
export function longestGap(times: ArrayLike<number>): number | undefined {
  let longest: number | undefined;
  let before = times[0] as number;
  for (let at = 1; at < times.length; at++) {
    const time = times[at] as number;
    if (longest === undefined || time - before > longest) longest = time - before;
    before = time;
  }
  return longest;
}

/** All values in one list, in order. */
export function joined(lists: readonly Float64Array[]): Float64Array {
  if (lists.length === 1 && lists[0] !== undefined) return lists[0];
  const all = new Float64Array(sum(lists.map(({ length }) => length)));
  let start = 0;
  for (const list of lists) {
    all.set(list, start);
    start += list.length;
  }
  return all;
}

function ascending(values: ArrayLike<number>): Float64Array {
  return new Float64Array(values).sort();
}
