/** Runs of test files as REPORT.json shows them: one outcome for each file, the worst of all cycles. */

import { outcomeOf, WORSE } from "../../figures/test_outcome.ts";
import type { TestRun } from "../../model/evidence.ts";
import type { ReportTest } from "./report.ts";
import { round } from "../../text/round.ts";

/** File → result. Of equally bad runs of a file the first counts, since later ones often only follow from it. */
export function testResults(runs: readonly TestRun[]): Record<string, ReportTest> {
  const results = new Map<string, ReportTest>();
  for (const run of runs) {
    const result = reportTest(run);
    const before = results.get(run.file);
    if (before === undefined || WORSE[result.outcome] > WORSE[before.outcome]) results.set(run.file, result);
  }
  return Object.fromEntries(results);
}

/** The exit code that `timeout` and the shells use. */
const RAN_OUT_OF_TIME = 124;

function reportTest(run: TestRun): ReportTest {
  const outcome = outcomeOf(run);
  return {
    return_code: run.timedOut ? RAN_OUT_OF_TIME : run.returnCode,
    passed: outcome === "passed",
    outcome,
    timed_out: run.timedOut,
    signal: run.signal,
    counts: run.counts,
    first_failure: run.firstFailure ?? run.unfinished ?? run.notRun ?? run.endUnknown ?? null,
    duration_ms: round(run.durationMs),
    limit_ms: run.limitMs,
    output: run.output,
  };
}
