/**
 * How often each test failed over the cycles of a module. A cycle counts for a test only if the test is known to have run to its
 * end in it, and to have passed or failed: one that was skipped, not run, cut short, or whose result was lost, does not. Pure.
 */

import type { TestRun } from "../model/evidence.ts";
import type { CycleEvidence, RunEvidence } from "../model/record.ts";
import { failedTests, outcomeOf } from "./test_outcome.ts";

export interface TestRate {
  file: string;
  /** The test in the file; null for the file, or the command, as a whole. */
  test: string | null;
  /** Cycles, in order. */
  failed: number[];
  passed: number[];
  skipped: number[];
}

export type TestLists = RunEvidence["testLists"];

/** It both failed and passed. */
export function isFlaky({ failed, passed }: TestRate): boolean {
  return failed.length > 0 && passed.length > 0;
}

/** Of the tests that failed at least once, in the order of their first failures. */
export function testRates(cycles: readonly CycleEvidence[], lists: TestLists): TestRate[] {
  const rates = new Map<string, TestRate>();
  for (const { tests } of cycles) {
    for (const run of tests) {
      for (const test of failuresIn(run, lists)) {
        const { file } = run;
        rates.set(keyOf(file, test), { file, test, failed: [], passed: [], skipped: [] });
      }
    }
  }
  const byFile = Map.groupBy(rates.values(), ({ file }) => file);
  const placeOf = newPlaces(lists);
  for (const { cycle, tests } of cycles) {
    for (const run of tests) {
      for (const rate of byFile.get(run.file) ?? []) {
        const outcome = rate.test === null ? wholeOutcome(run, lists) : singleOutcome(run, placeOf(run, rate.test));
        if (outcome !== null) rate[outcome].push(cycle);
      }
    }
  }
  return [...rates.values()];
}

/** Which tests failed in a run of a file; null stands for the file as a whole. */
export function failuresIn(run: TestRun, lists: TestLists): (string | null)[] {
  if (outcomeOf(run) !== "failed") return [];
  const names = run.cases === undefined ? undefined : lists?.get(run.cases.list);
  const failed = (run.cases?.failed ?? []).flatMap((at) => names?.[at] ?? []);
  return failed.length > 0 && cameToItsEnd(run) ? failed : [...failed, null];
}

/** Whether nothing but failing tests is known to be wrong with it. */
export function cameToItsEnd(run: TestRun): boolean {
  const { lacks, meaning, signal, timedOut, unfinished, unproven } = run;
  return !timedOut && signal === null && [lacks, meaning, unfinished, unproven].every((why) => why === undefined);
}

/** Whether it is known to have failed by tests alone, though not by which. */
export function failedByTests(run: TestRun): boolean {
  return cameToItsEnd(run) && run.cases === undefined && failedTests(run) > 0;
}

type Outcome = "failed" | "passed" | "skipped";

function wholeOutcome(run: TestRun, lists: TestLists): Outcome | null {
  const outcome = outcomeOf(run);
  if (outcome !== "failed") return outcome === "passed" ? "passed" : null;
  return failuresIn(run, lists).includes(null) ? "failed" : "passed";
}

function singleOutcome({ cases }: TestRun, place: number | undefined): Outcome | null {
  if (cases === undefined || place === undefined) return null;
  if (cases.failed.includes(place)) return "failed";
  return cases.skipped.includes(place) ? "skipped" : "passed";
}

/** Where a test stands in the list of a run; undefined if it does not. Each is searched for once. */
function newPlaces(lists: TestLists): (run: TestRun, test: string) => number | undefined {
  const places = new Map<string, number | undefined>();
  return ({ cases }, test) => {
    if (cases === undefined) return undefined;
    const key = keyOf(cases.list, test);
    if (!places.has(key)) {
      const at = lists?.get(cases.list)?.indexOf(test) ?? -1;
      places.set(key, at < 0 ? undefined : at);
    }
    return places.get(key);
  };
}

function keyOf(file: string, test: string | null): string {
  return JSON.stringify([file, test]);
}
