/** How large a change must be for a comparison of two runs to find it, and how many cycles find a given one. Pure. */

import { leastChance, zAbove } from "./ranks.ts";
import { mean, median } from "./stats.ts";

/**
 * A change of the detectable size is found in nineteen of twenty comparisons: it may be missed as too small, or as not
 * clear.
 */
const MISSED = 0.05 / 2;
/** On normal noise: the efficiency of ranks, and how much more a median spreads than a mean. */
const RANKS_EFFICIENCY = 0.955;
const MEDIAN_SPREAD = 1.2533;
const Z_MISSED = zAbove(MISSED);
/** By how many spreads a median's change may fall short. */
const LARGE_FACTOR = Z_MISSED * MEDIAN_SPREAD;
const MEAN_DISTANCE_TO_SIGMA = 1.2533;
/** With fewer values a side, their scatter is not known. */
const LEAST_VALUES = 3;
const MOST_CYCLES = 1000;

export interface Bounds {
  /** What a change must exceed, in the unit of the values. */
  limit: number;
  /** The chance of a false alarm that is left to this one comparison. */
  chance: number;
}

/**
 * How far a value is from the median of its run, as a standard deviation; null if there are too few values. It uses the
 * mean distance, so that wild values do not count by their square.
 */
export function noiseOf(before: readonly number[], after: readonly number[]): number | null {
  if (before.length < LEAST_VALUES || after.length < LEAST_VALUES) return null;
  const rests = [before, after].flatMap((values) => {
    const middle = median(values) as number;
    return values.map((value) => Math.abs(value - middle));
  });
  // Corrects for the two medians, which were taken from the values themselves.
  const few = Math.sqrt(rests.length / (rests.length - 2));
  return MEAN_DISTANCE_TO_SIGMA * few * (mean(rests) as number);
}

/** The smallest change that is found in nineteen of twenty comparisons of so many values. */
export function detectable(
  noise: number,
  { before, after }: { before: number; after: number },
  bounds: Bounds,
): number {
  const spread = noise * Math.sqrt(1 / before + 1 / after);
  return Math.max(clearFactor(bounds) * spread, bounds.limit + LARGE_FACTOR * spread);
}

/** How many times the spread of a difference a change must be to be clear by its ranks. */
function clearFactor({ chance }: Bounds): number {
  return (zAbove(chance) + Z_MISSED) / Math.sqrt(RANKS_EFFICIENCY);
}

/**
 * How many cycles of each run find the change; without a known noise, the fewest that could. null if over a thousand,
 * or if the change is not beyond its limit.
 */
export function cyclesToFind(change: number, noise: number | null, bounds: Bounds): number | null {
  const beyond = change - bounds.limit;
  if (beyond <= 0) return null;
  // Both terms of `detectable`, solved for the number of values: the spread is noise × √(2 ÷ n).
  const ratio = Math.max(clearFactor(bounds) / change, LARGE_FACTOR / beyond);
  const byNoise = Math.ceil(2 * ((noise ?? 0) * ratio) ** 2 - 1e-9);
  const cycles = Math.max(byNoise, leastCycles(bounds.chance));
  return cycles > MOST_CYCLES ? null : cycles;
}

/** The fewest cycles whose ranks can be clear. */
function leastCycles(chance: number): number {
  let cycles = LEAST_VALUES;
  while (cycles < MOST_CYCLES && leastChance(cycles, cycles) > chance) cycles++;
  return cycles;
}
