/**
 * What k of n tells about a rate: exact (Clopper–Pearson) bounds, which a verdict may rest on. They hold for every n and every
 * rate: the interval contains the true rate in at least 95 % of cases. Wilson's interval is narrower, and holds only on average:
 * for rates near 0 and few cycles, which is what flaky tests have, it is wrong more often than it says. Pure.
 */

const CONFIDENCE = 0.95;

/** Shares from 0 to 1. */
export interface Interval {
  low: number;
  high: number;
}

/** The 95 % interval of a rate of which `count` of `trials` were seen: either side is wrong in 2.5 % of cases at most. */
export function interval(count: number, trials: number): Interval {
  const side = (1 - CONFIDENCE) / 2;
  return { low: count === 0 ? 0 : bound(count - 1, trials, 1 - side), high: bound(count, trials, side) };
}

/**
 * The one-sided bound: the largest rate at which `count` or fewer of `trials` would still come about by chance in 5 % of cases.
 * For none it is 1 − 0.05^(1/n), about 3/n.
 */
export function upperBound(count: number, trials: number): number {
  return bound(count, trials, 1 - CONFIDENCE);
}

/** As many cycles as a run can have. */
const MOST_TRIALS = 10_000;

/**
 * How many trials it takes until `count` of them show that the rate is at most `rate`: the least for which the interval ends
 * there; null if over ten thousand.
 */
export function trialsToShow(count: number, rate: number): number | null {
  const shows = (trials: number) => bound(count, trials, (1 - CONFIDENCE) / 2) <= rate;
  if (!shows(MOST_TRIALS)) return null;
  let [low, high] = [count, MOST_TRIALS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shows(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The rate at which `count` or fewer happen with this chance; 1 where all of them do. */
function bound(count: number, trials: number, chance: number): number {
  if (count >= trials) return 1;
  let low = 0;
  let high = 1;
  // 60 halvings are more than the precision of a double.
  for (let step = 0; step < 60; step++) {
    const rate = (low + high) / 2;
    if (atMost(count, trials, rate) > chance) low = rate;
    else high = rate;
  }
  return high;
}

/** The chance that at most `most` of `trials` happen, each at `rate`; in logarithms, since the terms are tiny. */
function atMost(most: number, trials: number, rate: number): number {
  let logTerm = trials * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= most; k++) {
    logTerm += Math.log((trials - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(logTerm);
  }
  return sum;
}
