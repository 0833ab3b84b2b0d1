/** How large a change has to be to be found by a comparison of two runs, and how many cycles find a given one. Pure. */

import { leastChance, zAbove } from "./ranks.ts";
import { mean, median } from "./stats.ts";

/** A change of that size is found in nineteen of twenty comparisons: it may be missed as too small, or as not clear. */
const MISSED = 0.05 / 2;
/** What ranks make of as many values, and medians: the first is the better by this, on normal noise. */
const RANKS_EFFICIENCY = 0.955;
const MEDIAN_SPREAD = 1.2533;
const MEAN_DISTANCE_TO_SIGMA = 1.2533;
/** Under so many values a side there is no telling how they scatter. */
const LEAST_VALUES = 3;
const MOST_CYCLES = 1000;

export interface Bounds {
  /** What a change has to be larger than, in the unit of the values. */
  limit: number;
  /** The chance of a false alarm that is left to this one comparison. */
  chance: number;
}

/**
 * How far a value is from the median of its run, as a standard deviation; null where there are too few to tell. By the
 * mean distance, so that wild values count for what they are worth, and not by their square.
 */
export function noiseOf(before: readonly number[], after: readonly number[]): number | null {
  if (before.length < LEAST_VALUES || after.length < LEAST_VALUES) return null;
  const rests = [before, after].flatMap((values) => {
    const middle = median(values) ?? 0;
    return values.map((value) => Math.abs(value - middle));
  });
  // Two medians were taken from the values themselves.
  const few = Math.sqrt(rests.length / (rests.length - 2));
  return MEAN_DISTANCE_TO_SIGMA * few * (mean(rests) ?? 0);
}

/** The smallest change that is found in nineteen of twenty comparisons of so many values. */
export function detectable(
  noise: number,
  { before, after }: { before: number; after: number },
  bounds: Bounds,
): number {
  const spread = noise * Math.sqrt(1 / before + 1 / after);
  const toBeClear = (zAbove(bounds.chance) + zAbove(MISSED)) * spread / Math.sqrt(RANKS_EFFICIENCY);
  const toBeLarge = bounds.limit + zAbove(MISSED) * MEDIAN_SPREAD * spread;
  return Math.max(toBeClear, toBeLarge);
}

/** Cycles of each run by which the change is found; without a known noise the least that could; null over a thousand. */
export function cyclesToFind(change: number, noise: number | null, bounds: Bounds): number | null {
  for (let cycles = LEAST_VALUES; cycles <= MOST_CYCLES; cycles++) {
    if (leastChance(cycles, cycles) > bounds.chance) continue;
    if (detectable(noise ?? 0, { before: cycles, after: cycles }, bounds) <= change) return cycles;
  }
  return null;
}
