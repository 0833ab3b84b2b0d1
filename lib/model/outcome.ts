/** The outcomes of runs, modules, cycles and test files: the words, and their one order. */

export type Status = "PASS" | "WARN" | "FAIL" | "SKIP";

/** The worst first. What was skipped has not passed. */
export const STATUSES = ["FAIL", "WARN", "SKIP", "PASS"] as const satisfies readonly Status[];

/** undefined if there are none. */
export function worstOf(statuses: Iterable<Status>): Status | undefined {
  const there = new Set(statuses);
  return STATUSES.find((status) => there.has(status));
}

/** For sorting: the worse one comes first. */
export function byWorst(a: Status, b: Status): number {
  return STATUSES.indexOf(a) - STATUSES.indexOf(b);
}

/** The outcome of a test file. `none`: nothing was collected, or every test was skipped. */
export type TestOutcome = "passed" | "failed" | "none";
