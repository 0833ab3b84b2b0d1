/** Sums up a self-test's trials: counts, and how often the verdict may be wrong all the same. Pure. */

import type { CatalogueEntry } from "./defect.ts";
import { type Outcome, OUTCOMES } from "./outcome.ts";
import type { Trial } from "./trial.ts";

export interface Score {
  trials: number;
  counts: Record<Outcome, number>;
  /** All trials whose outcome is not `right`. */
  wrong: number;
  /** With 95 % confidence, the verdict is wrong in at most this share of such trials, in percent; null without a trial. */
  boundPct: number | null;
}

export function scoreOf(trials: readonly Trial[]): Score {
  const counts = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, trials.filter((trial) => trial.outcome === outcome).length]),
  ) as Score["counts"];
  const wrong = trials.length - counts.right;
  return {
    trials: trials.length,
    counts,
    wrong,
    boundPct: trials.length === 0 ? null : 100 * upperBound(wrong, trials.length),
  };
}

/** All trials of one entry. */
export interface Row {
  entry: CatalogueEntry;
  trials: Trial[];
  /** The first that was not right, or the first. */
  shown: Trial | undefined;
}

export function rowsOf(entries: readonly CatalogueEntry[], trials: readonly Trial[]): Row[] {
  const byId = Map.groupBy(trials, ({ id }) => id);
  return entries.map((entry) => {
    const own = byId.get(entry.id) ?? [];
    return { entry, trials: own, shown: own.find(({ outcome }) => outcome !== "right") ?? own[0] };
  });
}

const CONFIDENCE = 0.95;

/**
 * The one-sided Clopper–Pearson bound: the largest rate at which `wrong` or fewer of `trials` would still come about by
 * chance in 5 % of cases. For none wrong it is 1 − 0.05^(1/n), about 3/n.
 */
export function upperBound(wrong: number, trials: number): number {
  if (wrong >= trials) return 1;
  let low = 0;
  let high = 1;
  // 60 halvings are more than the precision of a double.
  for (let step = 0; step < 60; step++) {
    const rate = (low + high) / 2;
    if (atMost(wrong, trials, rate) > 1 - CONFIDENCE) low = rate;
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
