/** Sums up a self-test's trials: counts, and how often the verdict may be wrong all the same. Pure. */

import type { CatalogueEntry } from "./defect.ts";
import { upperBound } from "../figures/binomial.ts";
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
