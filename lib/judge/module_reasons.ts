/**
 * The verdict rules about one module in one cycle that are not about a single service: dependencies, start, tests.
 * Pure.
 */

import { count, duration } from "../text/units.ts";
import { failedTests } from "../figures/test_outcome.ts";
import { extendedText } from "../text/extended.ts";
import type { RunStarted, TestRun, TestSearch } from "../model/evidence.ts";
import { type CycleEvidence, pagesOf } from "../model/record.ts";
import { isNotUp } from "./evidence_reasons.ts";
import type { Allowances } from "./flaky_tests.ts";
import type { Finding } from "./rule.ts";
import { isTested } from "./rule.ts";

export function moduleFindings(
  run: RunStarted,
  module: string,
  cycle: CycleEvidence,
  allowances: Allowances,
): Finding[] {
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
      `The engine's events may have a gap (${cycle.eventGaps[0]}), so a restart or a kill for memory may be unseen. ` +
        run.engine.words.eventsRemedy,
    ),
  ];
  const tests = isTested(run, module) ? testFindings(module, cycle, allowances) : [];
  return [...starts, ...dependencies, ...tests, ...gaps];
}

function subject(module: string, service: string | null): string {
  return service === null ? `Module "${module}"` : `"${service}"`;
}

function finding(code: Finding["code"], text: string): Finding {
  return { code, text, service: null };
}

function testFindings(module: string, cycle: CycleEvidence, allowances: Allowances): Finding[] {
  if (cycle.testFiles === null) return untested(module, cycle);
  if (cycle.testsUnavailable !== null && cycle.tests.length === 0) {
    return [finding("no_tests", `No test was run: ${cycle.testsUnavailable}`)];
  }
  if (cycle.testFiles.length === 0) return [finding("no_tests", noneText(module, cycle.testSearch))];
  const each = [
    ...unimportable(cycle.tests, allowances),
    ...cycle.tests.filter((test) => !isUnimportable(test)).flatMap((test) => oneTest(test, allowances)),
  ];
  const left = cycle.testFiles.length - cycle.tests.length;
  if (left === 0) return [...each, ...allLeftOut(module, cycle.tests), ...allSkipped(module, cycle.tests)];
  const files = `${left} of ${count(cycle.testFiles.length, "test file")} of "${module}"`;
  const missed = cycle.testsUnavailable === null
    ? finding("metrics_missing", `${files} did not get to run. Run it again`)
    : finding("no_tests", `${files} not run: ${cycle.testsUnavailable}`);
  return [...each, missed];
}

function noneText(module: string, search: TestSearch | undefined): string {
  if (search === undefined) return `No test file matches the patterns of "${module}"`;
  const { dir, files, nearest, patterns, taken } = search;
  if (patterns.length === 0) return `"${module}" has no test: give it \`tests\` or \`commands\` in the config file`;
  const wanted = `of "${module}" (${patterns.join(", ")})`;
  if (files === null) return `No test file matches the patterns ${wanted}: there is no folder ${dir}`;
  if (files === 0) return `No test file matches the patterns ${wanted}: the folder ${dir} has no file that can be read`;
  const near = taken !== undefined
    ? `${taken.map(({ file, module: other }) => `${file} went to "${other}"`).join(", ")}, which has a longer pattern`
    : nearest === null
    ? `no file in ${dir} has a similar name`
    : `the most similar name that no module has is ${nearest}, in ${dir}`;
  return `No test file matches the patterns ${wanted}; ${near}`;
}

/** A module that is up and well but whose tests were never searched for is not proven. */
function untested(module: string, cycle: CycleEvidence): Finding[] {
  const up = cycle.startFailures.length + cycle.dependencyFailures.length === 0 &&
    cycle.services.every((seen) => !pagesOf(seen).some(isNotUp) && seen.lastLook?.status === "running");
  return up ? [finding("metrics_missing", `The tests of "${module}" were not run. Run it again`)] : [];
}

function isUnimportable(test: TestRun): boolean {
  return !test.timedOut && test.returnCode !== 0 && test.lacks !== undefined;
}

/** Files that lack the same package fail for one reason, and have one line. */
function unimportable(tests: readonly TestRun[], allowances: Allowances): Finding[] {
  const lacking = Map.groupBy(tests.filter(isUnimportable), ({ lacks }) => lacks);
  return [...lacking].flatMap(([name, files]) => {
    const [first, ...others] = files as [TestRun, ...TestRun[]];
    if (others.length === 0) return oneTest(first, allowances);
    const text = `${count(files.length, "test file")} could not be imported: no module named '${name}' ` +
      `(${files.map(({ file }) => file).join(", ")}); output of the first: ${first.output}`;
    return [finding("tests_failed", text)];
  });
}

function oneTest(test: TestRun, allowances: Allowances): Finding[] {
  if (test.timedOut) return [finding("tests_timeout", timeoutText(test))];
  if (test.notRun !== undefined) {
    return [finding("metrics_missing", `${test.file} was found but not run: ${test.notRun}`)];
  }
  if (test.endUnknown !== undefined) {
    return [finding("metrics_missing", `${test.file} was run, but how it ended is not known: ${test.endUnknown}`)];
  }
  if (test.leftOut !== undefined) return [];
  const isRed = test.signal !== null || (test.returnCode !== 0 && !test.isEmpty);
  if (isRed || failedTests(test) > 0 || test.unfinished !== undefined) {
    const allowance = allowances(test);
    const code = allowance?.allowed === true ? "tests_flaky" : "tests_failed";
    return [finding(code, allowance === null ? failedText(test) : `${failedText(test)}; ${allowance.text}`)];
  }
  if (test.isEmpty) {
    const why = test.skipReason === undefined ? "" : `, since it was skipped as a whole: ${test.skipReason}`;
    return [
      finding("no_tests", `${test.runner} collected no test from ${test.file} (exit code ${test.returnCode})${why}`),
    ];
  }
  return uncounted(test);
}

function timeoutText({ containerLeft, file, limitMs, output, starvedMs, survivors }: TestRun): string {
  const ended = survivors !== undefined
    ? `, except for processes that could not be killed: ${survivors}`
    : containerLeft !== undefined
    ? `, except that its container ${containerLeft} could not be removed`
    : " with its children";
  return `${file} did not end within ${duration(limitMs)}${extendedText(limitMs, starvedMs)} and was killed` +
    `${ended}; output: ${output}`;
}

/** An exit code of 0 alone proves nothing. */
function uncounted({ counts, file, runner, unproven }: TestRun): Finding[] {
  const total = counts === null ? null : Object.values(counts).reduce((sum, each) => sum + each, 0);
  if (total === 0) return [finding("no_tests", `${runner} ran no test of ${file} (exit code 0)`)];
  const why = unproven ?? (counts === null ? `${runner} left no count of them` : null);
  return why === null ? [] : [finding("metrics_missing", `It is not known whether all tests of ${file} ran: ${why}`)];
}

function failedText(test: TestRun): string {
  const { counts, file, firstFailure, meaning, output, returnCode, runner, signal, unfinished } = test;
  const bad = failedTests(test);
  const ran = bad + (counts?.passed ?? 0);
  const ended = `${runner} ended with exit code ${returnCode}`;
  const how = signal !== null
    ? `${runner} was ended by ${signal}`
    : bad > 0
    ? `${bad} of ${count(ran, "test")} failed (exit code ${returnCode})`
    : unfinished !== undefined && returnCode === null
    ? `${runner} was cut short: ${unfinished}`
    : unfinished !== undefined
    ? `${ended}, but ${unfinished}`
    : `${ended}${meaning === undefined ? "" : ` (${meaning})`}`;
  const first = firstFailure === null ? "" : bad > 0 && ran > 1 ? `, first: ${firstFailure}` : `: ${firstFailure}`;
  return `${file}: ${how}${first}; output: ${output}`;
}

function allLeftOut(module: string, tests: readonly TestRun[]): Finding[] {
  const [first] = tests;
  if (first?.leftOut === undefined || !tests.every(({ leftOut }) => leftOut !== undefined)) return [];
  const files = tests.map(({ file }) => file).join(", ");
  return [finding("no_tests", `Every test file of "${module}" (${files}) is left out by ${first.leftOut}`)];
}

function allSkipped(module: string, tests: readonly TestRun[]): Finding[] {
  const run = tests.filter(({ leftOut }) => leftOut === undefined);
  const counts = run.map((test) => test.counts).filter((item) => item !== null);
  if (counts.length < run.length) return [];
  const skipped = counts.reduce((sum, item) => sum + item.skipped, 0);
  const ran = counts.reduce((sum, { passed, failed, errors }) => sum + passed + failed + errors, 0);
  // Each file that was skipped as a whole has a finding of its own.
  if (ran > 0 || skipped === 0 || run.every(({ isEmpty }) => isEmpty)) return [];
  const whys = [...new Set(run.flatMap(({ skipReason }) => skipReason ?? []))];
  const why = whys.length === 0 ? "" : `: ${whys.join("; ")}`;
  return [finding("no_tests", `Every test of "${module}" was skipped (${skipped})${why}`)];
}
