/** How a test file came out: pytest's exit code and its counts, the worse of the two. */

import { assertEquals } from "@std/assert";
import { failedTests, outcomeOf, worstOutcomes } from "../../lib/figures/test_outcome.ts";
import type { TestRun } from "../../lib/model/evidence.ts";
import { testRun } from "../fakes/evidence.ts";

const counts = (passed: number, failed = 0, errors = 0, skipped = 0) => ({ passed, failed, errors, skipped });

const OUTCOMES: [what: string, over: Partial<TestRun>, outcome: string][] = [
  ["tests that passed", {}, "passed"],
  ["one that passed, beside skipped ones", { counts: counts(1, 0, 0, 3) }, "passed"],
  ["skipped tests alone", { counts: counts(0, 0, 0, 12) }, "none"],
  ["an exit code of 0 without a count", { counts: null }, "none"],
  ["nothing collected", { returnCode: 5, counts: counts(0) }, "none"],
  ["a file that was left out", { returnCode: 4, counts: null, leftOut: "its settings" }, "none"],
  ["a file that was not run", { returnCode: null, counts: null, notRun: "its name" }, "none"],
  ["a file whose end is not known", { returnCode: null, counts: null, endUnknown: "no answer" }, "none"],
  ["a failed test", { returnCode: 1, counts: counts(2, 1) }, "failed"],
  ["a failed test, and an exit code of 0", { counts: counts(2, 1) }, "failed"],
  ["an error, and an exit code of 0", { counts: counts(2, 0, 1) }, "failed"],
  ["another exit code, though all tests passed", { returnCode: 3 }, "failed"],
  ["no exit code", { returnCode: null, counts: null }, "failed"],
  ["a file that timed out", { returnCode: null, timedOut: true }, "failed"],
  ["a pytest that a signal ended", { returnCode: null, signal: "SIGKILL" }, "failed"],
  ["a pytest that did not come to its end", { unfinished: "only 1 of 3 tests ran" }, "failed"],
];
for (const [what, over, outcome] of OUTCOMES) {
  Deno.test(`outcomeOf() of ${what} is ${outcome}`, () =>
    assertEquals(outcomeOf(testRun("test_db.py", over)), outcome as ReturnType<typeof outcomeOf>));
}

Deno.test("failedTests() counts failures and errors, and none without a count", () => {
  assertEquals(failedTests({ counts: counts(5, 2, 1, 4) }), 3);
  assertEquals(failedTests({ counts: null }), 0);
});

Deno.test("worstOutcomes() keeps the worst of each file, in whichever order they came", () => {
  const runs = (["passed", "failed", "none", "passed"] as const).map((outcome) => ({ file: "a.py", outcome }));
  const others = [{ file: "b.py", outcome: "none" as const }, { file: "b.py", outcome: "passed" as const }];
  assertEquals(worstOutcomes([...runs, ...others]), { "a.py": "failed", "b.py": "none" });
});
