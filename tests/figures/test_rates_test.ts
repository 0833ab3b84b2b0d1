/** How often tests failed over the cycles, and what does not count. */

import { assertEquals } from "@std/assert";
import { failuresIn, isFlaky, testRates } from "../../lib/figures/test_rates.ts";
import type { TestCases, TestRun } from "../../lib/model/evidence.ts";
import { cycleOf, testRun } from "../fakes/evidence.ts";

const LISTS = new Map([["ab", ["a", "b"]], ["abc", ["a", "b", "c"]], ["a", ["a"]]]);
const FILE = "test_db.py";

const having = (failed: number[], over: Partial<TestRun> = {}, cases: Partial<TestCases> = {}) =>
  testRun(FILE, {
    returnCode: failed.length > 0 ? 1 : 0,
    counts: { passed: 2 - failed.length, failed: failed.length, errors: 0, skipped: 0 },
    cases: { list: "ab", failed, skipped: [], ...cases },
    ...over,
  });
const ratesOf = (...runs: (TestRun | null)[]) =>
  testRates(runs.map((run, nr) => cycleOf(nr + 1, [], { tests: run === null ? [] : [run] })), LISTS).map((
    { failed, passed, skipped, test },
  ) => `${test}: failed ${failed.join()} passed ${passed.join()} skipped ${skipped.join()}`);

Deno.test("testRates() has only tests that failed, by name, with the cycles in which they did and did not", () => {
  assertEquals(ratesOf(having([]), having([1]), having([])), ["b: failed 2 passed 1,3 skipped "]);
  assertEquals(ratesOf(having([0, 1]), having([1])), [
    "a: failed 1 passed 2 skipped ",
    "b: failed 1,2 passed  skipped ",
  ]);
  assertEquals(ratesOf(having([]), having([])), []);
});

Deno.test("testRates() does not count a cycle in which a test was skipped, not run, or not known to have run", () => {
  const skipped = having([], {}, { skipped: [1] });
  const others = having([], {}, { list: "a" });
  const unknown = having([], {}, { list: "lost" });
  const killed = testRun(FILE, { timedOut: true, returnCode: null, counts: null });
  assertEquals(ratesOf(having([1]), skipped, null, others, unknown, killed, having([])), [
    "b: failed 1 passed 7 skipped 2",
    "null: failed 6 passed 1,2,4,5,7 skipped ",
  ]);
});

Deno.test("testRates() knows a test again in another list of names", () => {
  assertEquals(ratesOf(having([1]), having([], {}, { list: "abc" })), ["b: failed 1 passed 2 skipped "]);
});

Deno.test("testRates() takes a file whose tests are not known for one test", () => {
  const whole = (returnCode: number) => {
    const { cases: _, ...run } = having(returnCode === 0 ? [] : [0]);
    return run;
  };
  assertEquals(ratesOf(whole(0), whole(1), testRun(FILE, { returnCode: 5 })), ["null: failed 2 passed 1 skipped "]);
});

const NOT_ONLY_TESTS: [string, Partial<TestRun>][] = [
  ["a signal", { signal: "SIGSEGV", returnCode: null }],
  ["its limit", { timedOut: true, returnCode: null }],
  ["an exit code of its own meaning", { meaning: "internal error", returnCode: 3 }],
  ["tests that did not run", { unfinished: "only 1 of 2 tests ran" }],
  ["a package that is missing", { lacks: "numpy", returnCode: 1 }],
];
for (const [name, over] of NOT_ONLY_TESTS) {
  Deno.test(`failuresIn() blames the file, too, for ${name}`, () => {
    assertEquals(failuresIn(having([0], over), LISTS), ["a", null]);
    assertEquals(failuresIn(having([], over), LISTS), [null]);
  });
}

Deno.test("failuresIn() blames the file for an exit code with which no test failed, or whose names are lost", () => {
  assertEquals(failuresIn(having([], { returnCode: 1 }), LISTS), [null]);
  assertEquals(failuresIn(having([0]), undefined), [null]);
  assertEquals(failuresIn(having([7]), LISTS), [null]);
  assertEquals(failuresIn(having([0]), LISTS), ["a"]);
});

Deno.test("isFlaky() takes both outcomes", () => {
  const rate = { file: FILE, test: "a", skipped: [] };
  assertEquals(isFlaky({ ...rate, failed: [1], passed: [2] }), true);
  assertEquals(isFlaky({ ...rate, failed: [1, 2], passed: [] }), false);
  assertEquals(isFlaky({ ...rate, failed: [1], passed: [] }), false);
});
