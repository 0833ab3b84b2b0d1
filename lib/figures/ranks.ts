/**
 * Whether later values are higher than earlier ones, by their ranks alone: no shape of the noise is assumed, and a wild
 * value counts as no more than the highest. The test computes how often chance alone would separate the values like
 * that, if only chance made some of them the earlier and some the later ones (Mann–Whitney, exact, ties included).
 */

import { sum } from "./stats.ts";

/** Up to this many values, all ways to divide them are counted; above, the normal curve is close enough. */
const MOST_COUNTED = 40;

/** The chance, from 0 to 1, that the later values rank as high as they do or higher; 1 if there are none to compare. */
export function chanceOfHigher(earlier: readonly number[], later: readonly number[]): number {
  if (earlier.length === 0 || later.length === 0) return 1;
  const ranks = doubledRanks([...earlier, ...later]);
  const seen = sum(ranks.slice(earlier.length));
  return ranks.length <= MOST_COUNTED ? counted(ranks, later.length, seen) : approximate(ranks, later.length, seen);
}

/** The least chance that so many values can give: when every later one is higher than every earlier one. */
export function leastChance(earlier: number, later: number): number {
  let ways = 1;
  for (let i = 1; i <= later; i++) ways = ways * (earlier + i) / i;
  return 1 / ways;
}

/**
 * Which of several chances are too small to be chance, so that at most a share `rate` of all such families has a false
 * one (Holm): the smallest must be at most rate ÷ n, the next at most rate ÷ (n − 1), until one is not.
 */
export function clearOnes(chances: readonly number[], rate: number): boolean[] {
  const clear = chances.map(() => false);
  const order = chances.map((chance, index) => ({ chance, index })).sort((a, b) => a.chance - b.chance);
  for (const [rank, { chance, index }] of order.entries()) {
    if (chance > rate / (chances.length - rank)) break;
    clear[index] = true;
  }
  return clear;
}

/** Ranks from 1 on, times two, so that the mean rank of equal values is a whole number. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2);
}

/** The share of all ways to choose that many of the ranks whose sum is no lower than `seen`. */
function counted(ranks: readonly number[], chosen: number, seen: number): number {
  const highest = sum([...ranks].sort((a, b) => a - b).slice(-chosen));
  const width = highest + 1;
  // A row for each number of ranks: in how many ways they have each sum.
  const ways = new Float64Array((chosen + 1) * width);
  ways[0] = 1;
  ranks.forEach((rank, nth) => {
    for (let many = Math.min(chosen, nth + 1); many >= 1; many--) {
      const to = many * width;
      for (let at = highest; at >= rank; at--) {
        ways[to + at] = (ways[to + at] as number) + (ways[to - width + at - rank] as number);
      }
    }
  });
  const last = ways.subarray(chosen * width);
  let [all, high] = [0, 0];
  last.forEach((many, at) => {
    all += many;
    if (at >= seen) high += many;
  });
  return high / all;
}

function approximate(ranks: readonly number[], chosen: number, seen: number): number {
  const all = ranks.length;
  const middle = sum(ranks) / all;
  const spread = sum(ranks.map((rank) => (rank - middle) ** 2)) / (all - 1);
  const deviation = Math.sqrt(chosen * (all - chosen) / all * spread);
  // The sum moves in steps of two: half of one is on either side. Of values all alike, that is minus infinity.
  return upperTail((seen - 1 - chosen * middle) / deviation);
}

/** Share of a normal curve above `z` (Abramowitz and Stegun 7.1.26; to 1e-7). */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = series * Math.exp(-x * x) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/** The `z` above which that share of a normal curve lies, for shares down to 1e-6. */
export function zAbove(share: number): number {
  let [low, high] = [-6, 6];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
