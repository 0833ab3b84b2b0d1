/** How one pytest file came out. Pure. */

import type { TestOutcome, TestRun } from "../model/evidence.ts";

/** pytest's exit code where it collected no test. */
const NOTHING_COLLECTED = 5;

export const WORSE: Record<TestOutcome, number> = { passed: 0, none: 1, failed: 2 };

/** Twelve skipped tests end with 0, and still nothing was tested. */
export function outcomeOf({ returnCode, signal, timedOut, counts }: TestRun): TestOutcome {
  if (timedOut || signal !== null) return "failed";
  if (returnCode === NOTHING_COLLECTED) return "none";
  if (returnCode !== 0) return "failed";
  return counts !== null && counts.passed === 0 && counts.skipped > 0 ? "none" : "passed";
}

/** Of several runs of each file the worst. */
export function worstOutcomes(runs: readonly { file: string; outcome: TestOutcome }[]): Record<string, TestOutcome> {
  const worst = new Map<string, TestOutcome>();
  for (const { file, outcome } of runs) {
    const before = worst.get(file);
    if (before === undefined || WORSE[outcome] > WORSE[before]) worst.set(file, outcome);
  }
  return Object.fromEntries(worst);
}
