/** --flaky-allowed: which failures are a warning, and that none is ever nothing. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { allowancesOf, allowedOutputs } from "../../lib/judge/flaky_tests.ts";
import { judge } from "../../lib/judge/verdict.ts";
import type { TestRun } from "../../lib/model/evidence.ts";
import type { CycleEvidence, ModuleVerdict } from "../../lib/model/record.ts";
import { defaultThresholds, type RuleLevels } from "../../lib/model/settings.ts";
import { moduleOf, runOf, runStarted, testRun } from "../fakes/evidence.ts";
import { db, judgeDb } from "../run/judging.ts";

const LISTS = new Map([["ab", ["a", "b"]]]);

/** Status, and the codes that there are. */
const short = ({ reasons, status }: ModuleVerdict) => [status, ...new Set(reasons.map(({ code }) => code))].join(" ");

/** A cycle in which these of the two tests failed. */
function cycle(number: number, failed: number[], over: Partial<TestRun> = {}): CycleEvidence {
  const run = testRun("test_db.py", {
    returnCode: failed.length > 0 ? 1 : 0,
    counts: { passed: 2 - failed.length, failed: failed.length, errors: 0, skipped: 0 },
    cases: { list: "ab", failed, skipped: [] },
    output: `raw/${number}.txt`,
    ...over,
  });
  return db({}, { tests: [run] }, number);
}

/** So many cycles; in those named, test "a" failed. */
function cycles(many: number, failing: readonly number[], over: Partial<TestRun> = {}): CycleEvidence[] {
  return Array.from(
    { length: many },
    (_, nr) => failing.includes(nr + 1) ? cycle(nr + 1, [0], over) : cycle(nr + 1, []),
  );
}

function judged(seen: CycleEvidence[], limit: number, rules: Partial<RuleLevels> = {}) {
  const thresholds = { ...defaultThresholds(), flaky_allowed_pct: limit };
  return judgeDb(seen, { run: { thresholds }, rules, evidence: { testLists: LISTS } });
}

const verdicts = (seen: CycleEvidence[], limit: number, rules: Partial<RuleLevels> = {}) =>
  short(judged(seen, limit, rules));
const saying = (seen: CycleEvidence[], limit: number) =>
  judged(seen, limit).reasons.find(({ code }) => code.startsWith("tests_"))?.text ?? "";

Deno.test("a failure is WARN only if the whole interval of the rate is within what is allowed", () => {
  assertEquals(verdicts(cycles(26, [7]), 20), "WARN tests_flaky flaky");
  assertEquals(verdicts(cycles(25, [7]), 20), "FAIL tests_failed flaky");
  assertStringIncludes(
    saying(cycles(3, [2]), 40),
    "; not allowed as flaky: a failed in 1 of 3 cycles (33.3 %, 95 % interval 0.84 to 90.6 %): it cannot be told to be at most " +
      "40 %; with no further failure that takes 12 cycles in which it ran",
  );
  assertStringIncludes(
    saying(cycles(40, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]), 5),
    "): that is over 5 %",
  );
  assertStringIncludes(
    saying(cycles(300, [7]), 0.01),
    "at most 0.01 %; with no further failure no run has enough cycles",
  );
});

Deno.test("of several tests that failed in one run of a file, one is named and the others are counted", () => {
  const both = [
    ...cycles(30, []),
    cycle(31, [0, 1]),
    ...cycles(9, []).map((each, nr) => ({ ...each, cycle: 32 + nr })),
  ];
  assertStringIncludes(saying(both, 20), " (and 1 more)");
  assertEquals(verdicts(both, 20), "WARN tests_flaky flaky");
});

Deno.test("nothing is allowed by default, and a module is as it was without the option", () => {
  assertEquals(verdicts(cycles(26, [7]), 0), "FAIL tests_failed flaky");
  assertEquals(saying(cycles(26, [7]), 0).includes("flaky"), false);
});

Deno.test("a test that never passed is not flaky, whatever is allowed", () => {
  assertEquals(verdicts(cycles(1, [1]), 100), "FAIL tests_failed");
  assertEquals(verdicts(cycles(3, [1, 2, 3]), 100), "FAIL tests_failed");
  assertStringIncludes(saying(cycles(1, [1]), 100), "it never passed");
});

Deno.test("a test that failed in each of its last three cycles is broken since, and not flaky", () => {
  assertEquals(verdicts(cycles(40, [39, 40]), 50), "WARN tests_flaky flaky");
  assertEquals(verdicts(cycles(40, [38, 39, 40]), 50), "FAIL tests_failed flaky");
  assertStringIncludes(
    saying(cycles(40, [38, 39, 40]), 50),
    "each of its last 3 cycles: broken since cycle 38, not flaky",
  );
});

Deno.test("a failure is not allowed because another test's is", () => {
  const seen = cycles(26, [7]);
  seen[6] = cycle(7, [0, 1]);
  for (const nr of [1, 2, 3, 4]) seen[nr * 5] = cycle(nr * 5 + 1, [1]);
  assertEquals(verdicts(seen, 20), "FAIL tests_failed flaky");
  assertStringIncludes(saying(seen, 20), "not allowed as flaky: b failed in 5 of 26 cycles");
});

const NEVER: [string, Partial<TestRun>, string][] = [
  ["was killed at its limit", { timedOut: true, returnCode: null }, "FAIL tests_timeout flaky"],
  ["was ended by a signal", { signal: "SIGSEGV", returnCode: null }, "FAIL tests_failed flaky"],
  ["did not run all of its tests", { unfinished: "only 1 of 2 tests ran" }, "FAIL tests_failed flaky"],
  ["could not be collected", { meaning: "an error at collection", returnCode: 2 }, "FAIL tests_failed flaky"],
  ["ended badly though no test failed", { cases: { list: "ab", failed: [], skipped: [] } }, "FAIL tests_failed flaky"],
];
for (const [name, over, expected] of NEVER) {
  Deno.test(`the failure of a file that ${name} is never allowed`, () => {
    assertEquals(verdicts(cycles(60, [7], over), 100), expected);
  });
}

Deno.test("a rule that is off allows nothing, and what is allowed is judged by no rule that is off", () => {
  assertEquals(verdicts(cycles(26, [7]), 20, { tests_flaky: "off" }), "FAIL tests_failed flaky");
  assertEquals(verdicts(cycles(26, [7]), 20, { tests_failed: "off" }), "PASS");
  assertEquals(verdicts(cycles(26, [7]), 20, { tests_flaky: "fail" }), "FAIL tests_flaky flaky");
});

Deno.test("a failure in a cycle that was cut short and begun anew is not allowed", () => {
  const thresholds = { ...defaultThresholds(), flaky_allowed_pct: 20 };
  const module = { ...moduleOf("db", cycles(40, [7])), cutShort: [cycle(8, [0])] };
  const run = runStarted({ selected: ["db"], services: { db: ["db"] }, cycles: 40, thresholds });
  const evidence = runOf([module], { run, testLists: LISTS });
  assertEquals([...allowedOutputs(evidence)], ["raw/7.txt"]);
  assertEquals([...allowedOutputs({ ...evidence, run: null })], []);
  const [cut] = cycle(8, [0]).tests;
  assertEquals(cut === undefined ? "none" : allowancesOf(run, [], LISTS)(cut), null);
  assertEquals(judge(evidence).modules.map(short), ["FAIL tests_flaky tests_failed flaky"]);
});
