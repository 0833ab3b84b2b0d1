/** REPORT.json and REPORT.md against the manual of the Python harness: its own example, and readers written for it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { JudgedRun, ServiceEvidence } from "../../lib/model/record.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { answers, cycleOf, look, MIB, moduleOf, runOf, runStarted, sample, seen, testRun } from "../fakes/evidence.ts";
import { failingRun, interruptedRun, judged, leakRun, stableRun, verdict, warnRun } from "../fakes/records.ts";
import { MANUAL_REPORT } from "../fakes/manual_report.ts";
import { jsonText } from "../fakes/texts.ts";
import { assertGolden } from "../golden.ts";
import { assertReads } from "../manual_reader.ts";

/** Half a percent of a core, and 100 MB. */
function service(name: string): ServiceEvidence {
  return seen(name, {
    lastLook: look(name, { memLimitBytes: 256 * MIB }),
    probes: answers(45.5, 48.2, 46.1),
    samples: [0, 1000, 2000].map((ms) =>
      sample(name, 1000 + ms, { memBytes: 100_000_000, cpuUsec: 100_000 + ms * 5, memPeakKernelBytes: null })
    ),
  });
}

function manualRun(): JudgedRun {
  const files: Record<string, string[]> = {
    switch: ["test_switch_registry_enqueue.py", "test_switch_chat_and_breaker.py"],
    hermes: ["test_hermes_health.py"],
  };
  const names = Object.keys(files);
  const evidence = runOf(
    names.map((name) =>
      moduleOf(name, [cycleOf(1, [service(name)], { tests: (files[name] ?? []).map((file) => testRun(file)) })])
    ),
  );
  evidence.run = runStarted({ selected: names, services: Object.fromEntries(names.map((name) => [name, [name]])) });
  const passed = [{ cycle: 1, status: "PASS" as const, reasons: [] }];
  return judged(evidence, names.map((name) => verdict(name, "PASS", passed)));
}

/** What the manual says of a thing is in it, whatever else is. */
function assertHas(actual: unknown, wanted: unknown, at = "REPORT.json"): void {
  if (typeof wanted !== "object" || wanted === null || Array.isArray(wanted)) return assertEquals(actual, wanted, at);
  for (const [key, value] of Object.entries(wanted)) {
    assertHas((actual as Record<string, unknown>)[key], value, `${at}: ${key}`);
  }
}

Deno.test("REPORT.json has the manual's example in it", () => {
  const report = JSON.parse(jsonText(manualRun()));
  assertHas(report, MANUAL_REPORT);
  assertEquals(Object.keys(report.modules), ["switch", "hermes"]);
});

/** As the manual has it, up to what is elided there. */
const LINES = `# VX11 Stability P0 Report

**Timestamp:** 2025-12-22T21:50:59.435007
**Mode:** low_power
**Cycles:** 1

## Summary

- Total Modules Tested: 2
- Passed: 2
- Failed: 0

## Module Results

### ✅ switch
**Status:** PASS

**Metrics:**
- vx11-switch:
  - RAM: 100MB
  - CPU: 0.5%
  - Restarts: 0
  - OOMKilled: false
  - Health p95 latency: 48.2ms

**Test Results:**
- test_switch_registry_enqueue.py: ✓ PASS
- test_switch_chat_and_breaker.py: ✓ PASS

### ✅ hermes
`.split("\n");

/** Lines of a figure or a test go on after the manual's text; all others are as they are. */
const GOES_ON = /^(- vx11|- test_| {2}- )/;

Deno.test("REPORT.md has the manual's lines, in the manual's order", async () => {
  const text = markdownText(manualRun());
  const lines = text.split("\n");
  let at = 0;
  for (const wanted of LINES.slice(0, -1)) {
    const found = lines.findIndex((line, index) =>
      index >= at && (GOES_ON.test(wanted) ? line === wanted || line.startsWith(`${wanted} `) : line === wanted)
    );
    assert(found >= 0, `no line "${wanted}" after line ${at} of\n${text}`);
    at = found + 1;
  }
  assertEquals(lines.slice(0, 11), LINES.slice(0, 11));
  await assertGolden("manual.md", text);
  await assertGolden("manual.json", jsonText(manualRun()));
});

const RUNS = { manualRun, stableRun, failingRun, warnRun, interruptedRun, leakRun };
for (const [name, run] of Object.entries(RUNS)) {
  Deno.test(`a reader written for the manual reads the whole of ${name}()`, () => {
    assertReads(jsonText(run()), markdownText(run()));
  });
}

Deno.test("a reader written for the manual reads a run without any module", () => {
  const failure = { exit: "environment" as const, what: "No engine", next: "Start it" };
  const run = judged(runOf([], { failure, finished: false }), []);
  assertReads(jsonText(run), markdownText(run));
});

Deno.test("modules keep their order, though an object would put a name such as 7 first", () => {
  const names = ["switch", "10", "7", "__proto__"];
  const text = jsonText(judged(runOf([]), names.map((name) => verdict(name, "PASS"))));
  const at = names.map((name) => text.lastIndexOf(`"${name}": {`));
  assertEquals(at, at.toSorted((a, b) => a - b));
  assert(at.every((each) => each > 0));
  assertReads(text, markdownText(judged(runOf([]), names.map((name) => verdict(name, "PASS")))));
});

Deno.test("restart_count is the container's own number, and the rise in the window stands beside it", () => {
  const old = { firstLook: look("db", { restartCount: 5 }), lastLook: look("db", { restartCount: 5 }) };
  const run = (over: Partial<ServiceEvidence>) =>
    judged(runOf([moduleOf("db", [cycleOf(1, [seen("db", { inPlace: true, events: [], ...over })])])]), [
      verdict("db", "PASS", [{ cycle: 1, status: "PASS", reasons: [] }]),
    ]);
  const stats = (of: JudgedRun) => JSON.parse(jsonText(of)).modules.db.metrics["vx11-db"].stats;
  const { restart_count, restarts_in_window } = stats(run(old));
  assertEquals([restart_count, restarts_in_window], [5, 0]);
  assertMatch(markdownText(run(old)), /^ {2}- Restarts: 5 \(0 while it was watched; 2 looks, 0 events\)$/m);
  const risen = stats(run({ ...old, lastLook: look("db", { restartCount: 7 }) }));
  assertEquals([risen.restart_count, risen.restarts_in_window], [7, 2]);
});

Deno.test("a test file that ran out of time has return code 124, however it was ended", () => {
  for (const over of [{ returnCode: null, signal: "SIGKILL" }, { returnCode: null }, { returnCode: 0 }]) {
    const test = testRun("test_db_a.py", { timedOut: true, counts: null, ...over });
    const run = judged(runOf([moduleOf("db", [cycleOf(1, [seen("db")], { tests: [test] })])]), [
      verdict("db", "FAIL", [{ cycle: 1, status: "FAIL", reasons: [] }]),
    ]);
    const { return_code, timed_out, passed } = JSON.parse(jsonText(run)).modules.db.test_results["test_db_a.py"];
    assertEquals([return_code, timed_out, passed], [124, true, false]);
  }
});

Deno.test("hostile names begin no list, heading or code in REPORT.md", () => {
  for (const name of ["- x", "1. x", "2) x", "+ x", "# x", "    x", "", "**x**", "<b>x</b>", "=", "`x`"]) {
    const db = seen("db", { firstLook: look("db", { name }), lastLook: look("db", { name }), events: [], stop: null });
    const run = judged(runOf([moduleOf("db", [cycleOf(1, [db], { tests: [testRun(name)] })])]), [
      verdict("db", "PASS", [{ cycle: 1, status: "PASS", reasons: [] }]),
    ]);
    for (const line of markdownText(run).split("\n").filter((each) => /^- .*(service db|✓ PASS)/.test(each))) {
      assertMatch(line, /^- (?![-+=*#<`\s]|\d+[.)])/, JSON.stringify(name));
    }
  }
});
