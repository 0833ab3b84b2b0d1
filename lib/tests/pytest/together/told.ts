/** What a run tells at its end of test files that shared a pytest, or could not. Pure. */

import { outcomeOf } from "../../../figures/test_outcome.ts";
import type { TestRun } from "../../../model/evidence.ts";
import { count } from "../../../text/units.ts";
import { firstOf } from "../../../text/first_of.ts";

const MOST_NAMES = 5;

/** `runs`: those of pytest. */
export function sharingTexts(runs: readonly TestRun[]): string[] {
  const failed = namesOf(runs.filter((run) => (run.place ?? 1) > 1 && outcomeOf(run) === "failed"));
  return [
    ...withReasons(runs, ({ apart }) => apart, (files) => `${files} ran in a pytest of its own`),
    ...withReasons(runs, ({ anew }) => anew, (files) => `After ${files}, another pytest had to begin`),
    ...(failed.length === 0 ? [] : [
      `${count(failed.length, "test file")} failed in a pytest that had run others before (${listed(failed)}): ` +
      "--tests-per file shows whether they fail alone",
    ]),
  ];
}

function withReasons(
  runs: readonly TestRun[],
  whyOf: (run: TestRun) => string | undefined,
  text: (files: string) => string,
): string[] {
  const by = Map.groupBy(runs.filter((run) => whyOf(run) !== undefined), whyOf);
  return [...by].map(([why, some]) => `${text(listed(namesOf(some)))}: ${why}`);
}

function namesOf(runs: readonly TestRun[]): string[] {
  return [...new Set(runs.map(({ file }) => file))];
}

function listed(names: readonly string[]): string {
  return firstOf(names, MOST_NAMES).join(", ");
}
