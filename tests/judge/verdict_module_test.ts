/** What is seen of a module beyond its services, how cycles add up, and what is not seen through. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { TestRun } from "../../lib/model/evidence.ts";
import type { CycleEvidence, CycleVerdict } from "../../lib/model/record.ts";
import { defaultRules } from "../../lib/model/settings.ts";
import { foundInCycle, judge, judgeCycle } from "../../lib/judge/verdict.ts";
import { isFailed } from "../fakes/failed.ts";
import { look, moduleOf, noAnswer, runOf, runStarted, seen, testRun, unseen } from "../fakes/evidence.ts";
import { db, judgeDb, short } from "../run/judging.ts";

const none = { passed: 0, failed: 0, errors: 0, skipped: 0 };
const LEFT_OUT = "its settings: see collect_ignore";
const one = (over: Partial<TestRun>) => ({ tests: [testRun("test_db.py", over)] });

const CASES: [name: string, cycle: Partial<CycleEvidence>, expected: string, text?: string][] = [
  ["pytest collected nothing", one({ returnCode: 5, counts: none }), "WARN no_tests", "(exit code 5)"],
  ["pytest ended with 0 and ran nothing", one({ counts: none }), "WARN no_tests", "pytest ran no test of test_db.py"],
  [
    "every test skipped",
    one({ counts: { ...none, skipped: 12 } }),
    "WARN no_tests",
    'Every test of "db" was skipped (12)',
  ],
  [
    "every test skipped, with the reason",
    one({ counts: { ...none, skipped: 12 }, skipReason: "needs GPU" }),
    "WARN no_tests",
    'Every test of "db" was skipped (12): needs GPU',
  ],
  [
    "a file that skips itself",
    one({ returnCode: 5, counts: { ...none, skipped: 1 }, skipReason: "needs GPU" }),
    "WARN no_tests",
    "skipped as a whole: needs GPU",
  ],
  [
    "no folder of tests",
    { testFiles: [], tests: [], testSearch: { patterns: ["test_db.py"], dir: "/t", files: null, nearest: null } },
    "WARN no_tests",
    "(test_db.py): there is no folder /t",
  ],
  [
    "an empty folder of tests",
    { testFiles: [], tests: [], testSearch: { patterns: ["test_db.py"], dir: "/t", files: 0, nearest: null } },
    "WARN no_tests",
    "(test_db.py): the folder /t has no file that can be read",
  ],
  [
    "a module without patterns for test files",
    { testFiles: [], tests: [], testSearch: { patterns: [], dir: "/t", files: 2, nearest: null } },
    "WARN no_tests",
    '"db" has no test: give it `tests` or `commands` in the config file',
  ],
  [
    "test files that come nowhere near the patterns",
    { testFiles: [], tests: [], testSearch: { patterns: ["test_db.py"], dir: "/t", files: 2, nearest: null } },
    "WARN no_tests",
    '"db" (test_db.py); no file in /t has a similar name',
  ],
  [
    "a test file that comes near",
    { testFiles: [], tests: [], testSearch: { patterns: ["test_db.py"], dir: "/t", files: 2, nearest: "test_bd.py" } },
    "WARN no_tests",
    "the most similar name that no module has is test_bd.py, in /t",
  ],
  [
    "a test file that another module has",
    {
      testFiles: [],
      tests: [],
      testSearch: {
        patterns: ["test_db_*.py"],
        dir: "/t",
        files: 2,
        nearest: "test_d_b.py",
        taken: [{ file: "test_db_x_a.py", module: "db-x" }],
      },
    },
    "WARN no_tests",
    'of "db" (test_db_*.py); test_db_x_a.py went to "db-x", which has a longer pattern',
  ],
  [
    "failures in the count of a file that ended with 0",
    one({ returnCode: 0, counts: { passed: 1, failed: 1, errors: 0, skipped: 0 } }),
    "FAIL tests_failed",
    "1 of 2 tests failed (exit code 0)",
  ],
  [
    "two files that lack the same package, in one line",
    {
      testFiles: ["test_a.py", "test_b.py"],
      tests: ["test_a.py", "test_b.py"].map((file) =>
        testRun(file, { returnCode: 2, firstFailure: `${file}: ModuleNotFoundError: No module named 'fastapi'` })
      ),
    },
    "FAIL tests_failed",
    "2 test files could not be imported: no module named 'fastapi' (test_a.py, test_b.py); output of the first: raw/test_a.py.txt",
  ],
  [
    "one file that lacks a package",
    one({ returnCode: 2, firstFailure: "test_db.py: ModuleNotFoundError: No module named 'fastapi'" }),
    "FAIL tests_failed",
    "test_db.py: pytest ended with exit code 2 (interrupted, or an error at collection): test_db.py: ModuleNotFoundError",
  ],
  [
    "no count of the tests",
    one({ counts: null }),
    "WARN metrics_missing",
    "It is not known whether all tests of test_db.py ran: pytest left no count of them",
  ],
  [
    "pytest cannot run",
    { testsUnavailable: "`pytest` not found", tests: [] },
    "WARN no_tests",
    "No test was run: `pytest`",
  ],
  [
    "a collection error",
    one({ returnCode: 2, counts: { ...none, errors: 1 } }),
    "FAIL tests_failed",
    "1 of 1 test failed",
  ],
  [
    "the failure of the only test",
    one({ returnCode: 3, counts: { ...none, failed: 1 }, firstFailure: "connect ECONNREFUSED" }),
    "FAIL tests_failed",
    "test_db.py: 1 of 1 test failed (exit code 3): connect ECONNREFUSED; output: raw/test_db.py.txt",
  ],
  ["wrong usage", one({ returnCode: 4, counts: null }), "FAIL tests_failed", "exit code 4 (it could not begin);"],
  [
    "a conftest that cannot be imported",
    one({ returnCode: 4, counts: null, firstFailure: "ImportError: no db" }),
    "FAIL tests_failed",
    "exit code 4 (it could not begin): ImportError: no db; output",
  ],
  [
    "a run that was cut short and ended with 0",
    one({ unfinished: "only 1 of 3 tests that pytest collected ran to the end (not test_c)" }),
    "FAIL tests_failed",
    "test_db.py: pytest ended with exit code 0, but only 1 of 3 tests",
  ],
  [
    "a run that was cut short and ended as if nothing had been collected",
    one({ returnCode: 5, counts: none, unfinished: "pytest did not come to its own end" }),
    "FAIL tests_failed",
    "exit code 5, but pytest did not come to its own end",
  ],
  [
    "a run of which nobody knows what was collected",
    one({ unproven: "pytest may have collected more. Pass PYTEST_PLUGINS" }),
    "WARN metrics_missing",
    "Pass PYTEST_PLUGINS",
  ],
  [
    "a file whose runner is not there, beside one that passes",
    { testFiles: ["test_a.py", "smoke"], tests: [testRun("test_a.py")], testsUnavailable: "there is no bats" },
    "WARN no_tests",
    '1 of 2 test files of "db" not run: there is no bats',
  ],
  [
    "a file that pytest cannot be given",
    one({ returnCode: null, counts: null, notRun: "its name. Rename it" }),
    "WARN metrics_missing",
    "test_db.py was found but not run: its name. Rename it",
  ],
  [
    "a command whose end nobody saw",
    one({ runner: "command", returnCode: null, counts: null, endUnknown: "the connection to the engine broke" }),
    "WARN metrics_missing",
    "test_db.py was run, but how it ended is not known: the connection to the engine broke",
  ],
  [
    "a command whose container ended meanwhile",
    one({ runner: "command", returnCode: null, counts: null, unfinished: 'the container of "db" ended' }),
    "FAIL tests_failed",
    'test_db.py: command was cut short: the container of "db" ended; output:',
  ],
  [
    "a file that the project's settings leave out",
    one({ returnCode: 4, counts: none, leftOut: LEFT_OUT }),
    "WARN no_tests",
    'Every test file of "db" (test_db.py) is left out by its settings: see collect_ignore',
  ],
  [
    "one file left out beside one that passes",
    {
      testFiles: ["test_a.py", "test_b.py"],
      tests: [testRun("test_a.py"), testRun("test_b.py", { returnCode: 4, counts: null, leftOut: LEFT_OUT })],
    },
    "PASS",
  ],
  [
    "one file left out beside one that is skipped",
    {
      testFiles: ["test_a.py", "test_b.py"],
      tests: [
        testRun("test_a.py", { counts: { ...none, skipped: 2 } }),
        testRun("test_b.py", { returnCode: 4, counts: null, leftOut: LEFT_OUT }),
      ],
    },
    "WARN no_tests",
    'Every test of "db" was skipped (2)',
  ],
  [
    "past the limit, with processes that could not be ended",
    one({ returnCode: null, timedOut: true, counts: null, survivors: "12 13" }),
    "FAIL tests_timeout",
    "was killed, except for processes that could not be killed: 12 13; output",
  ],
  [
    "past the limit, with a container that could not be removed",
    one({ returnCode: null, timedOut: true, counts: null, containerLeft: "c1" }),
    "FAIL tests_timeout",
    "was killed, except that its container c1 could not be removed; output",
  ],
  ["an unknown code", one({ returnCode: 99, counts: none }), "FAIL tests_failed", "ended with exit code 99;"],
  [
    "killed from outside",
    one({ returnCode: null, signal: "SIGKILL", counts: null }),
    "FAIL tests_failed",
    "ended by SIGKILL",
  ],
  [
    "pytest that ended with nothing",
    one({ returnCode: null, counts: null }),
    "FAIL tests_failed",
    "ended with exit code null;",
  ],
  [
    "a test file that was not run",
    { testFiles: ["test_db.py", "b.py"] },
    "WARN metrics_missing",
    "1 of 2 test files of",
  ],
  [
    "some skipped, others not run",
    { testFiles: ["test_db.py", "b.py"], ...one({ counts: { ...none, skipped: 3 } }) },
    "WARN metrics_missing",
  ],
  ["one file skipped, another run", {
    testFiles: ["test_db.py", "b.py"],
    tests: [testRun("test_db.py", { counts: { ...none, skipped: 3 } }), testRun("b.py")],
  }, "PASS"],
  [
    "tests that were not looked for",
    { testFiles: null, tests: [] },
    "WARN metrics_missing",
    'The tests of "db" were not run',
  ],
  [
    "a hole in the events",
    { eventGaps: ["docker events ended", "again"] },
    "WARN metrics_missing",
    "(docker events ended)",
  ],
  [
    "a start that no single service failed",
    {
      startFailures: [{ service: null, why: "no answer", next: "", output: null }],
      testFiles: null,
      tests: [],
    },
    "FAIL start_failed",
    'Module "db" could not be started: no answer',
  ],
];

for (const [name, cycle, expected, text = ""] of CASES) {
  Deno.test(`judge() of a module: ${name}`, () => {
    const verdict = judgeDb([db({}, cycle)]);
    assertEquals(short(verdict), expected);
    assertStringIncludes(verdict.reasons[0]?.text ?? "", text);
  });
}

Deno.test("judge() orders reasons as the rules are, causes first, and says the cycle where there are several", () => {
  const bad = db({ lastLook: look("db", { status: "exited", exitCode: 1, pid: null }), stop: null }, {
    ...one({ returnCode: 1 }),
    eventGaps: ["gone"],
  }, 2);
  const verdict = judgeDb([db(), bad]);
  assertEquals(short(verdict), "FAIL exited tests_failed metrics_missing flaky");
  assertEquals(verdict.reasons.map(({ text }) => text.startsWith("Cycle 2: ")), [true, true, true, false]);
  assertEquals(verdict.cycles.map(({ status }) => status), ["PASS", "FAIL"]);
  assert(!judgeDb([db({}, one({ returnCode: 1 }))]).reasons[0]?.text.startsWith("Cycle"));
});

Deno.test("judge() takes the worst cycle, WARN over PASS and FAIL over WARN", () => {
  const warn = db({}, { testFiles: [], tests: [] }, 2);
  const fail = db({}, one({ returnCode: 1 }), 3);
  assertEquals(short(judgeDb([db(), warn])), "WARN no_tests flaky");
  assertEquals(judgeDb([db(), warn, fail]).status, "FAIL");
});

Deno.test("judge() says how many cycles were seen, and never PASS while one is missing", () => {
  const verdict = judgeDb([db(), db({}, {}, 2)], { run: { cycles: 3 }, evidence: { finished: false } });
  assertEquals([verdict.status, verdict.skipped], ["SKIP", "Only 2 of 3 cycles seen: the run did not come to its end"]);
});

Deno.test("judge() counts the cycles alone while the time of a run decides how many there are", () => {
  const verdict = judgeDb([db(), db({}, {}, 2)], { run: { cycles: null }, evidence: { finished: false } });
  assertEquals([verdict.status, verdict.skipped], ["SKIP", "Only 2 cycles seen: the run did not come to its end"]);
});

const CUT = db({}, { closedMs: null, tests: [] });
const ENDS = [
  [{ interrupted: "SIGINT" }, "the run was interrupted by SIGINT"],
  [
    { failure: { exit: "environment", what: "No place", next: "" }, interrupted: "SIGINT" },
    "the run ended before: No place",
  ],
  [{ finished: false }, "the run did not come to its end"],
] as const;

for (const [evidence, why] of ENDS) {
  Deno.test(`judge() of a window that was cut short is SKIP: ${why}`, () => {
    const verdict = judgeDb([CUT], { evidence });
    assertEquals([short(verdict), verdict.skipped], ["SKIP", `Not tested to the end: ${why}`]);
    assertEquals(short(judgeDb([], { run: { cycles: 1 }, evidence })), "SKIP");
  });

  Deno.test(`judge() of a window that was cut short keeps what was bad in it: ${why}`, () => {
    const bad = db({ probes: [noAnswer("refused")], lastLook: null }, { closedMs: null, tests: [] });
    const verdict = judgeDb([bad], { evidence });
    assertEquals([short(verdict), verdict.skipped], ["FAIL health_lost", `Not tested to the end: ${why}`]);
  });
}

Deno.test("judge() counts what was bad in a cycle that was cut short and begun anew, and asks nothing more of it", () => {
  const bad = db({ probes: [noAnswer("refused")], lastLook: null }, { closedMs: null, tests: [] });
  const judged = (cutShort: CycleEvidence[]) => {
    const module = { ...moduleOf("db", [db()]), cutShort };
    const run = runStarted({ selected: ["db"], services: { db: ["db"] } });
    const [verdict] = judge(runOf([module], { run })).modules;
    assert(verdict !== undefined);
    return verdict;
  };
  const verdict = judged([bad, db({ samples: [] }, { closedMs: 4000, testFiles: null, tests: [] })]);
  assertEquals(short(verdict), "FAIL health_lost");
  assertStringIncludes(verdict.reasons[0]?.text ?? "", "Cycle 1, which was cut short and begun anew: 1 of 1 probe");
  assertEquals(verdict.cutShort?.map(short), ["FAIL health_lost", "SKIP"]);
  assertEquals(verdict.cutShort?.map(({ cycle }) => cycle), [1, 1]);
  assertEquals(short(judged([CUT])), "PASS");
  assertEquals("cutShort" in judgeDb([db()]), false);
});

Deno.test("judgeCycle() and foundInCycle() give the findings of one cycle, the second as if no rule were off", () => {
  const cycle = db({ lastLook: look("db", { status: "exited", exitCode: 1, pid: null }), stop: null });
  const run = runStarted({ selected: ["db"], services: { db: ["db"] }, rules: { ...defaultRules(), exited: "off" } });
  const evidence = runOf([moduleOf("db", [cycle])], { run });
  const of = (found: CycleVerdict | null) => found?.reasons.map(({ code }) => code);
  assertEquals(of(judgeCycle(evidence, "db", 1)), []);
  assertEquals(of(foundInCycle(evidence, "db", 1)), ["exited"]);
  for (const each of [judgeCycle, foundInCycle]) {
    assertEquals(each(evidence, "db", 2), null, "it has not begun");
    assertEquals(each({ ...evidence, run: null }, "db", 1), null, "nobody knows the rules");
  }
});

Deno.test("judge() says what it cannot say where the rule that would is off", () => {
  const never = { openedMs: null, closedMs: null, services: [unseen("db")], testFiles: null, tests: [] };
  const failed = db({}, { ...never, startFailures: [{ service: "db", why: "x", next: "", output: null }] });
  const verdict = judgeDb([failed], { rules: { start_failed: "off" } });
  assertEquals(verdict.status, "SKIP");
  assertStringIncludes(verdict.skipped ?? "", "rules that say why are off");
});

Deno.test("judge() of a window that closed but was never seen to open is SKIP", () => {
  assertEquals(judgeDb([db({}, { openedMs: null })]).status, "SKIP");
});

Deno.test("judge() leaves out what was not selected, keeps the run's order, and counts", () => {
  const run = runStarted({ selected: ["c", "b", "a"], services: { a: ["a"], b: ["b"], c: ["c"] } });
  const cycle = (name: string, over: Partial<CycleEvidence> = {}) => ({ ...db({}, over), services: [seen(name)] });
  const modules = [
    moduleOf("a", [cycle("a")]),
    moduleOf("helper", [cycle("helper")]),
    moduleOf("b", [cycle("b", { testFiles: [], tests: [] })]),
    moduleOf("c", [], "Optional, and not in the project"),
  ];
  const judged = judge(runOf(modules, { run }));
  assertEquals(judged.modules.map(({ name, status }) => `${name} ${status}`), ["c SKIP", "b WARN", "a PASS"]);
  assertEquals(judged.summary, { total: 3, passed: 1, warned: 1, failed: 0, skipped: 1 });
  assertEquals(judged.modules[0]?.skipped, "Optional, and not in the project");
  assertEquals([isFailed(judged, false), isFailed(judged, true)], [false, true]);
});

Deno.test("judge() of a journal that says nothing of the run judges no module", () => {
  const judged = judge(runOf([moduleOf("db", [db()])], { run: null }));
  assertEquals([judged.modules, judged.summary.total, isFailed(judged, true)], [[], 0, false]);
});

Deno.test("isFailed() of a run that left containers behind, and of one with a FAIL", () => {
  const left = judge(runOf([moduleOf("db", [db()])], { leftBehind: ["Could not remove db"] }));
  assertEquals([left.summary.passed, isFailed(left, false)], [1, true]);
  assert(isFailed(judge(runOf([moduleOf("db", [db({}, one({ returnCode: 1 }))])])), false));
});
