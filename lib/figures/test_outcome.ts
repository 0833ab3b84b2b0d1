/** How one pytest file came out. Pure. */

import type { TestRun } from "../model/evidence.ts";
import type { TestOutcome } from "../model/outcome.ts";

export const WORSE: Record<TestOutcome, number> = { passed: 0, none: 1, failed: 2 };

/**
 * An exit code of 0 alone proves nothing: twelve skipped tests give it, no test at all, and a wrapper that ran none.
 */
export function outcomeOf(test: TestRun): TestOutcome {
  const { counts, endUnknown, isEmpty, leftOut, notRun, returnCode, signal, timedOut, unfinished } = test;
  if (timedOut || signal !== null || unfinished !== undefined || failedTests(test) > 0) return "failed";
  if (isEmpty || [endUnknown, leftOut, notRun].some((why) => why !== undefined)) return "none";
  if (returnCode !== 0) return "failed";
  return counts !== null && counts.passed > 0 ? "passed" : "none";
}

/** A conftest or a wrapper may turn the exit code into 0: the worse of the code and the counts decides. */
export function failedTests({ counts }: Pick<TestRun, "counts">): number {
  return (counts?.failed ?? 0) + (counts?.errors ?? 0);
}

/** The worst outcome of each file over several runs. */
export function worstOutcomes(runs: readonly { file: string; outcome: TestOutcome }[]): Record<string, TestOutcome> {
  const worst = new Map<string, TestOutcome>();
  for (const { file, outcome } of runs) {
    const before = worst.get(file);
    if (before === undefined || WORSE[outcome] > WORSE[before]) worst.set(file, outcome);
  }
  return Object.fromEntries(worst);
}
