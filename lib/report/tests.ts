/** pytest runs as REPORT.json shows them: one outcome a file, of several cycles the worst. */

import type { TestRun } from "../model/evidence.ts";
import type { ReportTest, TestOutcome } from "./report.ts";
import { round } from "./words.ts";

/** pytest's exit code where it collected no test. */
const NOTHING_COLLECTED = 5;

const WORSE: Record<TestOutcome, number> = { passed: 0, none: 1, failed: 2 };

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

function reportTest(run: TestRun): ReportTest {
  const outcome = outcomeOf(run);
  return {
    return_code: run.returnCode,
    passed: outcome === "passed",
    outcome,
    timed_out: run.timedOut,
    signal: run.signal,
    counts: run.counts,
    first_failure: run.firstFailure,
    duration_ms: round(run.durationMs),
    limit_ms: run.limitMs,
    output: run.output,
  };
}

/** Twelve skipped tests end with 0, and still nothing was tested. */
function outcomeOf({ returnCode, signal, timedOut, counts }: TestRun): TestOutcome {
  if (timedOut || signal !== null) return "failed";
  if (returnCode === NOTHING_COLLECTED) return "none";
  if (returnCode !== 0) return "failed";
  return counts !== null && counts.passed === 0 && counts.skipped > 0 ? "none" : "passed";
}
