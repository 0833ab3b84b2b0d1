/** Whether the harness's own memory grows with the cycles: RSS of each cycle, and its slope with an interval. Pure. */

import { trendOf } from "../../lib/figures/trend.ts";
import { mean, median, type Point, sum } from "../../lib/figures/stats.ts";
import type { JournalLine } from "./harness.ts";
import type { Beat } from "./measure.ts";

export interface Growth {
  /** Theil–Sen slope, MiB per cycle. */
  slope: number;
  /** Its 95 % interval. */
  low: number;
  high: number;
  /** First and last cycle that count. */
  from: number;
  to: number;
}

/**
 * While code is compiled and the heaps find their size, memory rises without being lost: malloc's by 0.4 MiB, over up to 100
 * cycles. What is lost goes on being lost, so that it shows in the second half as well, and there alone.
 */
const WARM_UP_SHARE = 0.5;
/** In the very first cycles the program is still being loaded. */
const LOADING_SHARE = 0.05;
const Z = 1.96;

/** Over the second half of the cycles. null under ten of them, or without readings. */
export function growthOf(beats: readonly Beat[], journal: readonly JournalLine[]): Growth | null {
  return growthWithin(rssByCycle(beats, journal), WARM_UP_SHARE, 1);
}

/** Over the first half, to be told beside it. */
export function warmUpOf(beats: readonly Beat[], journal: readonly JournalLine[]): Growth | null {
  return growthWithin(rssByCycle(beats, journal), LOADING_SHARE, WARM_UP_SHARE);
}

function growthWithin(points: readonly Point[], from: number, to: number): Growth | null {
  const counted = points.slice(Math.ceil(points.length * from), Math.ceil(points.length * to));
  const interval = counted.length < 10 ? null : slopeInterval(counted);
  return interval === null ? null : { ...interval, from: counted[0]?.x ?? 0, to: counted.at(-1)?.x ?? 0 };
}

/** The median RSS within each cycle, MiB: the heap goes up and down between two collections. */
export function rssByCycle(beats: readonly Beat[], journal: readonly JournalLine[]): Point[] {
  const times = (type: string) => journal.filter((line) => line.type === type).map(({ at }) => Date.parse(at));
  const [starts, ends] = [times("cycle_started"), times("cycle_finished")];
  return starts.flatMap((start, index) => {
    const within = beats.filter(({ atMs }) => atMs >= start && atMs <= (ends[index] ?? -Infinity));
    const y = median(within.map(({ rssMib }) => rssMib));
    return y === undefined ? [] : [{ x: index + 1, y }];
  });
}

/**
 * Theil–Sen slope with the 95 % interval that Kendall's statistic gives it, made wider where neighbouring values are alike
 * (by the correlation of what is left beside the line): such values say less than as many independent ones.
 */
export function slopeInterval(points: readonly Point[]): { slope: number; low: number; high: number } | null {
  const trend = trendOf(points);
  if (trend === null) return null;
  const slopes = points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x)));
  slopes.sort((a, b) => a - b);
  const n = points.length;
  const alike = likeness(points.map(({ x, y }) => y - trend.slope * x));
  const width = Z * Math.sqrt(n * (n - 1) * (2 * n + 5) / 18 * (1 + alike) / (1 - alike));
  const at = (rank: number) => slopes[Math.min(Math.max(Math.round(rank), 0), slopes.length - 1)] ?? NaN;
  return { slope: trend.slope, low: at((slopes.length - width) / 2 - 1), high: at((slopes.length + width) / 2) };
}

/** Correlation of each value with the next one, from 0 to 0.9. */
function likeness(rests: readonly number[]): number {
  const middle = mean(rests) ?? 0;
  const off = rests.map((rest) => rest - middle);
  const square = sum(off.map((value) => value * value));
  const product = sum(off.slice(1).map((value, index) => value * (off[index] ?? 0)));
  return square === 0 ? 0 : Math.min(Math.max(product / square, 0), 0.9);
}
