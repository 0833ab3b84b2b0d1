import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parsePytestXml, readPytestCases } from "../../lib/report/junit/pytest_cases.ts";
import type { CycleVerdict, JudgedRun } from "../../lib/model/record.ts";
import type { Baseline } from "../../lib/model/baseline.ts";
import { RULES } from "../../lib/model/settings.ts";
import { baselineOf } from "../fakes/baseline.ts";
import { cycleOf, moduleOf, runOf, runStarted, seen, testRun, unseen } from "../fakes/evidence.ts";
import { failingRun, interruptedRun, judged, leakRun, reason, stableRun, verdict, warnRun } from "../fakes/records.ts";
import { fixture } from "../fixtures/read.ts";
import { all, type Element, junitErrors, parseXml } from "../parsers/xml.ts";
import { junitText } from "../fakes/texts.ts";

const MIXED = parsePytestXml(fixture("pytest9_mixed.xml"));

function suiteNamed(root: Element, name: string): Element {
  const found = all(root, "testsuite").find(({ attributes }) => attributes["name"] === name);
  assert(found !== undefined, name);
  return found;
}

function caseNamed(root: Element, name: string): Element {
  const found = all(root, "testcase").find(({ attributes }) => attributes["name"] === name);
  assert(found !== undefined, name);
  return found;
}

Deno.test("junitText() keeps to the schema, and its counts are those of its cases", async () => {
  const texts = [stableRun(), failingRun(), warnRun(), interruptedRun(), leakRun(), judged(runOf([]), [])]
    .map((run) => junitText(run, new Map([["raw/test_hermes_health.py.txt", MIXED]])));
  assertEquals(await junitErrors(...texts), []);
  for (const text of texts) {
    const root = parseXml(text);
    for (const element of [root, ...all(root, "testsuite")]) {
      const count = (name: string) => String(all(element, name).length);
      const { errors, failures, skipped, tests } = element.attributes;
      assertEquals([tests, failures, errors], [count("testcase"), count("failure"), count("error")]);
      if (element !== root) assertEquals(skipped, count("skipped"));
    }
  }
});

Deno.test("the schema refuses what Jenkins or Surefire would", async () => {
  const good = junitText(failingRun());
  const bad = [
    good.replace(/ time="0.000"/, ""),
    good.replace('<testsuite name="run"', '<testsuite hostname="x" name="run"'),
    good.replace(/<failure type="[^"]*"/, "<failure"),
    good.replace(/tests="\d+"/, 'tests="many"'),
    good.replace("<properties>", "<system-err/><properties>"),
  ];
  for (const text of bad) assert((await junitErrors(text)).length > 0, text.slice(0, 600));
});

/** Flaky and regressed are of all cycles. */
const RULES_IN_CYCLE = Object.keys(RULES).length - 2;

Deno.test("junitText() has a suite a module and cycle, a case a rule and a file, with times", () => {
  const root = parseXml(junitText(warnRun()));
  const names = all(root, "testsuite").map(({ attributes }) => attributes["name"]);
  assertEquals(names, [
    "run",
    "switch, cycle 1",
    "switch, cycle 2",
    "switch, all cycles",
    "baseline (core), cycle 1",
    "baseline (core), cycle 2",
    "baseline (core), all cycles",
  ]);
  const ofCore = all(suiteNamed(root, "baseline (core), cycle 2"), "testcase").map(({ attributes }) =>
    attributes["name"]
  );
  assert(ofCore.includes("restarted") && !ofCore.includes("no_tests"), ofCore.join());
  const second = suiteNamed(root, "switch, cycle 2");
  assertEquals(second.attributes["time"], "23.220");
  assertEquals(all(second, "testcase").length, RULES_IN_CYCLE + 1, "and a file");
  assertEquals(caseNamed(second, "test_switch_health.py").attributes["time"], "0.412");
  const across = all(suiteNamed(root, "switch, all cycles"), "testcase").map(({ attributes }) => attributes["name"]);
  assertEquals(across, ["leak_suspected", "flaky", "regressed"]);
});

Deno.test("a warning is skipped with its sentence, and a failure where the run was strict", () => {
  const run = warnRun();
  const lenient = caseNamed(parseXml(junitText(run)), "flaky");
  assertEquals(lenient.children.map(({ name }) => name), ["skipped"]);
  assertMatch(lenient.children[0]?.attributes["message"] ?? "", /^WARN: The verdict differs/);
  const evidence = { ...run.evidence, run: runStarted({ ...run.evidence.run, strict: true }) };
  const strict = caseNamed(parseXml(junitText({ ...run, evidence })), "flaky");
  assertEquals(strict.children.map(({ attributes, name }) => [name, attributes["type"]]), [["failure", "flaky"]]);
  assertEquals(strict.children[0]?.text, "WARN flaky: The verdict differs between cycles: 1 PASS, 2 WARN");
});

Deno.test("a rule that was not looked at, is off, or of a module not seen through, has not passed", () => {
  const run = failingRun();
  run.evidence.run = runStarted({ rules: { ...runStarted().rules, exited: "off" } });
  const root = parseXml(junitText(run));
  const why = (suite: string, name: string) =>
    caseNamed(suiteNamed(root, suite), name).children[0]?.attributes["message"];
  assertEquals(why("spawner, cycle 1", "oom_killed"), "not looked at: the module did not start");
  assertEquals(why("hermes, cycle 1", "exited"), "this rule is off");
  assertEquals(why("hermes, cycle 1", "restarted"), undefined);
  assertEquals(why("shubniggurath", "verdict"), "the project has no service shubniggurath");
  const unseenThrough = parseXml(junitText(interruptedRun()));
  assertEquals(all(suiteNamed(unseenThrough, "switch, cycle 1"), "skipped").length, RULES_IN_CYCLE);
});

const series = (value: number, cycles: number) => ({ ready_ms: Array.from({ length: cycles }, (_, at) => value + at) });
const COMPARED: [string, Baseline, RegExp | null][] = [
  [
    "of another host",
    baselineOf("switch", series(9000, 5), { engine: "process" }),
    /^not looked at: the runs are of diff/,
  ],
  ["without the module", baselineOf("hermes", series(9000, 5)), /^not looked at: the module is not in both runs$/],
  [
    "of too few cycles",
    baselineOf("switch", series(9000, 1)),
    /^not looked at: no figure could be judged \(\d+ too few to/,
  ],
  [
    "of a busy host",
    baselineOf("switch", series(9000, 9), { waitPcts: [90, 90] }),
    /judged.*; the host was busier in one/,
  ],
  ["with a figure that is judged", baselineOf("switch", series(9000, 40)), null],
];
for (const [what, baseline, says] of COMPARED) {
  Deno.test(`regressed ${says === null ? "passed" : "was not looked at"} beside a baseline ${what}`, () => {
    const run = warnRun();
    run.evidence.run = runStarted({ ...run.evidence.run, baseline });
    run.evidence.waitPcts = [3, 3];
    const found = caseNamed(parseXml(junitText(run)), "regressed").children;
    assertEquals(found.map(({ name }) => name), says === null ? [] : ["skipped"]);
    if (says !== null) assertMatch(found[0]?.attributes["message"] ?? "", says);
  });
}

Deno.test("a run that was cut short is red though no module failed", () => {
  const error = (over: Partial<JudgedRun["evidence"]>) => {
    const root = parseXml(junitText(judged(runOf([], over), [])));
    return all(root, "error").map(({ attributes }) => `${attributes["type"]}: ${attributes["message"]}`);
  };
  assertEquals(error({}), []);
  assertEquals(error({ interrupted: "SIGINT", finished: false }), [
    "interrupted: Interrupted by SIGINT: only what was seen until then is judged",
  ]);
  assertEquals(error({ failure: { exit: "environment", what: "Docker is gone", next: "Start it" } }), [
    "environment: The run failed: Docker is gone. Start it (exit code 3)",
  ]);
  assertEquals(error({ finished: false }), [
    "unfinished: The run did not come to its end: it still goes on, or was killed; 0 cycles done",
  ]);
  const left = parseXml(junitText(judged(runOf([], { leftBehind: ["Could not remove x"] }), [])));
  assertEquals(all(left, "failure").map(({ attributes }) => attributes["message"]), ["Could not remove x"]);
});

Deno.test("a killed run has not passed for leaving nothing behind, since nobody looked", () => {
  const left = (over: Partial<JudgedRun["evidence"]>) => {
    const root = parseXml(junitText(judged(runOf([], over), [])));
    return caseNamed(root, "left nothing behind").children.map(({ attributes, name }) => [name, attributes["message"]]);
  };
  assertEquals(left({}), []);
  assertEquals(left({ finished: false }), [["skipped", "not looked at: the run did not come to its end"]]);
  assertEquals(left({ finished: false, leftBehind: ["Could not remove x"] }), [["failure", "Could not remove x"]]);
});

Deno.test("a case that says in its text alone what went wrong has its first line as the message", () => {
  const cases = parsePytestXml('<testcase name="t"><failure>\n  expected 401\n at x</failure></testcase>');
  const test = caseNamed(parseXml(junitText(failingRun(), new Map([["raw/test_hermes_health.py.txt", cases]]))), "t");
  assertEquals(test.children.map(({ attributes }) => attributes), [{ type: "test", message: "expected 401" }]);
});

Deno.test("parsePytestXml() reads pytest's cases as they ended", () => {
  assertEquals(MIXED.map(({ name, outcome }) => [name, outcome]), [
    ["test_ok", "passed"],
    ["test_bad", "failure"],
    ["test_skip", "skipped"],
    ["test_xf", "skipped"],
    ["test_td", "error"],
  ]);
  assertEquals(MIXED[1]?.message.split("\n")[0], "AssertionError: first line");
  assertStringIncludes(MIXED[1]?.text ?? "", `>       assert "a<b" == `);
  assertEquals([MIXED[0]?.ms, MIXED[0]?.classname], [1, "test_x"]);
  const [collection] = parsePytestXml(fixture("pytest9_collection_error.xml"));
  assertEquals([collection?.outcome, collection?.message], ["error", "collection failure"]);
});

Deno.test("parsePytestXml() bears what is no such file", () => {
  const texts = ["", "<", "<testcase", '<testcase name="a', "</testcase><failure/>", "\0<testsuite></testsuite>", "{}"];
  for (const text of texts) assertEquals(parsePytestXml(text), [], text);
  assertEquals(parsePytestXml('<testcase name="a" time="1e308"/>').map(({ ms }) => ms), [null]);
  const [cut] = parsePytestXml('<testcase name="a&#0;&#x110000;&lt;"><failure message="m">half of the te');
  assertEquals([cut?.name, cut?.text], ["a&#0;&#x110000;<", "half of the te"]);
  const hostile = '<testcase name="a"/>'.repeat(50_000) + "<a ".repeat(100_000) + '<b c="'.repeat(100_000);
  const began = performance.now();
  assertEquals(parsePytestXml(hostile).length, 50_000);
  assert(performance.now() - began < 10_000);
});

Deno.test("readPytestCases() reads below raw/ alone, failed files first, and as many cases as there is room for", async () => {
  const tests = [
    testRun("a.py", { output: "raw/a.txt" }),
    testRun("b.py", { output: "raw/b.txt", returnCode: 1 }),
    testRun("c.py", { output: "raw/../../etc/passwd.txt" }),
    testRun("d.py", { output: "/raw/d.txt" }),
    testRun("e.py", { output: "raw/e.log" }),
  ];
  const run = judged(runOf([moduleOf("switch", [cycleOf(1, [seen("switch")], { tests })])]), []);
  const asked: string[] = [];
  const found = await readPytestCases(run, (path) => {
    asked.push(path);
    return Promise.resolve('<testcase name="x"/>'.repeat(6000));
  });
  assertEquals(asked, ["raw/b.xml", "raw/a.xml"]);
  assertEquals([...found].map(([path, cases]) => [path, cases.length]), [["raw/b.txt", 6000]]);
  assertEquals((await readPytestCases(run, () => Promise.resolve(null))).get("raw/a.txt"), []);
});

/** Each cycle fails in the worst of ways: with long sentences and long logs. */
function endless(modules: number, cycles: number): JudgedRun {
  const long = "\x1b<&>\"'".repeat(2000);
  const numbers = Array.from({ length: cycles }, (_, index) => index + 1);
  const names = Array.from({ length: modules }, (_, index) => `module${index}`);
  const tail = Array.from({ length: 30 }, () => long);
  const evidence = runOf(names.map((name) =>
    moduleOf(
      name,
      numbers.map((number) => cycleOf(number, [unseen(name, { log: { path: "raw/x.log", tail } })])),
    )
  ));
  const reasons = [reason("exited", long), reason("oom_killed", long), reason("slow_stop", long)];
  const verdicts: CycleVerdict[] = numbers.map((cycle) => ({ cycle, status: "FAIL", reasons }));
  return judged(evidence, names.map((name) => verdict(name, "FAIL", verdicts)));
}

Deno.test("junitText() is bounded, and says what it left out; what does not fit is red", async () => {
  const run = endless(3, 20);
  assert(junitText(run).length < 60 * 120_000, "a suite takes at most about 100 kB");
  const text = junitText(run, new Map(), { fullSuites: 30, bytes: 2_000_000 });
  assert(text.length < 2_001_000, `${text.length} characters`);
  assertEquals(await junitErrors(text), []);
  const last = all(parseXml(text), "testsuite").at(-1);
  assertEquals(last?.attributes["name"], "what did not fit");
  assertMatch(all(last as Element, "failure")[0]?.attributes["message"] ?? "", /^\d+ more suites, with \d+ failures/);
});

Deno.test("junitText() tells of suites beyond its limit only what is not well", () => {
  const numbers = Array.from({ length: 21 }, (_, index) => index + 1);
  const evidence = runOf([moduleOf("switch", numbers.map((number) => cycleOf(number, [unseen("switch")])))]);
  const cycles: CycleVerdict[] = numbers.map((cycle) => (
    cycle === 20
      ? { cycle, status: "WARN", reasons: [reason("slow_stop", "slow")] }
      : { cycle, status: "PASS", reasons: [] }
  ));
  const root = parseXml(
    junitText(judged(evidence, [verdict("switch", "WARN", cycles)]), new Map(), { fullSuites: 20, bytes: 1e6 }),
  );
  const names = (suite: string) => all(suiteNamed(root, suite), "testcase").map(({ attributes }) => attributes["name"]);
  assertEquals(names("switch, cycle 19").length, RULES_IN_CYCLE);
  assertEquals(names("switch, cycle 20"), ["slow_stop"]);
  assertEquals(names("switch, cycle 21"), ["verdict"]);
});
