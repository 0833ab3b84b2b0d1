/** The verdict rules about one module in one cycle that no single service gives: dependencies, start, tests. Pure. */

import { count, duration } from "../figures/units.ts";
import type { RunStarted, TestRun } from "../model/evidence.ts";
import type { CycleEvidence } from "../model/record.ts";
import { eventsRemedy } from "./evidence_reasons.ts";
import type { Finding } from "./rule.ts";

export function moduleFindings(run: RunStarted, module: string, cycle: CycleEvidence): Finding[] {
  const dependencies = cycle.dependencyFailures.map(({ dependency, why }) =>
    finding("dependency_failed", `Not started, since its dependency "${dependency}" is not ready: ${why}`)
  );
  const starts = cycle.startFailures.map(({ service, why, next }) => ({
    ...finding(
      "start_failed",
      `${subject(module, service)} could not be started: ${why}${next === "" ? "" : `. ${next}`}`,
    ),
    service,
  }));
  const gaps = cycle.eventGaps.length === 0 ? [] : [
    finding(
      "metrics_missing",
      `The engine's events may have a hole (${cycle.eventGaps[0]}), so a restart or a kill for memory may be unseen. ` +
        eventsRemedy(run),
    ),
  ];
  return [...dependencies, ...starts, ...testFindings(module, cycle), ...gaps];
}

function subject(module: string, service: string | null): string {
  return service === null ? `Module "${module}"` : `"${service}"`;
}

function finding(code: Finding["code"], text: string): Finding {
  return { code, text, service: null };
}

function testFindings(module: string, cycle: CycleEvidence): Finding[] {
  if (cycle.testFiles === null) return untested(module, cycle);
  if (cycle.testsUnavailable !== null) return [finding("no_tests", `No test was run: ${cycle.testsUnavailable}`)];
  if (cycle.testFiles.length === 0) return [finding("no_tests", `No test file matches the patterns of "${module}"`)];
  const each = cycle.tests.flatMap(oneTest);
  const left = cycle.testFiles.length - cycle.tests.length;
  if (left === 0) return [...each, ...allSkipped(module, cycle.tests)];
  return [
    ...each,
    finding("metrics_missing", `${count(left, "test file")} of "${module}" did not get to run. Run it again`),
  ];
}

/** A module that is up and well but whose tests were never looked for is not proven. */
function untested(module: string, cycle: CycleEvidence): Finding[] {
  const up = cycle.startFailures.length + cycle.dependencyFailures.length === 0 &&
    cycle.services.every(({ notReady, noUrlWhy, lastLook }) =>
      notReady === null && noUrlWhy === null && lastLook?.status === "running"
    );
  return up ? [finding("metrics_missing", `The tests of "${module}" were not run. Run it again`)] : [];
}

function oneTest(test: TestRun): Finding[] {
  if (test.timedOut) {
    const text = `${test.file} did not end within ${duration(test.limitMs)} and was killed with its children; ` +
      `output: ${test.output}`;
    return [finding("tests_timeout", text)];
  }
  if (test.returnCode === 5) return [finding("no_tests", `pytest collected no test from ${test.file} (exit code 5)`)];
  if (test.returnCode !== 0) return [finding("tests_failed", failedText(test))];
  if (test.counts === null) {
    const what = `pytest left no count of the tests it ran in ${test.file}`;
    return [
      finding("metrics_missing", `${what}. See its output, ${test.output}, and whether a plugin changes its last line`),
    ];
  }
  const total = Object.values(test.counts).reduce((sum, each) => sum + each, 0);
  return total > 0 ? [] : [finding("no_tests", `pytest ran no test of ${test.file} (exit code 0)`)];
}

/** What pytest means by its exit codes, beyond "a test failed". */
const CODE_MEANINGS: Readonly<Record<number, string>> = {
  2: "interrupted, or an error at collection",
  3: "internal error of pytest",
  4: "wrong usage of pytest",
};

function failedText({ file, returnCode, signal, counts, firstFailure, output }: TestRun): string {
  const { passed, failed, errors } = counts ?? { passed: 0, failed: 0, errors: 0 };
  const bad = failed + errors;
  const how = signal !== null
    ? `pytest was ended by ${signal}`
    : bad > 0
    ? `${bad} of ${count(passed + bad, "test")} failed (exit code ${returnCode})`
    : `pytest ended with exit code ${returnCode}${meaning(returnCode)}`;
  const first = firstFailure === null ? "" : `, first: ${firstFailure}`;
  return `${file}: ${how}${first}; output: ${output}`;
}

function meaning(code: number | null): string {
  const words = code === null ? undefined : CODE_MEANINGS[code];
  return words === undefined ? "" : ` (${words})`;
}

function allSkipped(module: string, tests: readonly TestRun[]): Finding[] {
  const counts = tests.map((test) => test.counts).filter((item) => item !== null);
  if (counts.length < tests.length) return [];
  const skipped = counts.reduce((sum, item) => sum + item.skipped, 0);
  const ran = counts.reduce((sum, { passed, failed, errors }) => sum + passed + failed + errors, 0);
  return ran > 0 || skipped === 0 ? [] : [finding("no_tests", `Every test of "${module}" was skipped (${skipped})`)];
}
