import { assert, assertEquals } from "@std/assert";
import { reportOf } from "../../lib/report/json/json.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import { cycleOf, event, look, moduleOf, runOf, seen, testRun, unseen } from "../fakes/evidence.ts";
import { failingRun, interruptedRun, judged, stableRun, verdict, warnRun } from "../fakes/records.ts";
import { jsonText } from "../fakes/texts.ts";

const RECORDS = { stable: stableRun(), failing: failingRun(), warn: warnRun(), interrupted: interruptedRun() };

// deno-lint-ignore no-explicit-any -- read as a reader does that knows only the promised keys
const parsed = (record: JudgedRun): any => JSON.parse(jsonText(record));

for (const [name, record] of Object.entries(RECORDS)) {
  Deno.test(`REPORT.json of the ${name} run has the promised keys with the promised types`, () => {
    const report = parsed(record);
    assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/.test(report.timestamp), report.timestamp);
    assert(report.started_at.endsWith("Z") && report.finished_at.endsWith("Z"));
    assert(["low_power", "operative_core"].includes(report.mode));
    assert(Number.isInteger(report.cycles) && Number.isInteger(report.schema_version));
    for (const key of ["total_modules", "passed", "failed", "warned", "skipped"]) {
      assert(Number.isInteger(report.summary[key]), key);
    }
    assertEquals(report.modules_tested.length, report.summary.total_modules);
    assertEquals(Object.keys(report.modules), report.modules_tested);
    for (const name of report.modules_tested) checkModule(report.modules[name], name);
  });
}

// deno-lint-ignore no-explicit-any -- as above
function checkModule(module: any, name: string) {
  assertEquals(module.name, name);
  assert(["PASS", "WARN", "FAIL", "SKIP"].includes(module.status));
  assert(Array.isArray(module.errors) && module.errors.every((text: unknown) => typeof text === "string"));
  if (module.status === "PASS") assertEquals([module.errors, module.warnings], [[], []]);
  // deno-lint-ignore no-explicit-any -- as above
  for (const { stats, health_latency_ms } of Object.values<any>(module.metrics)) {
    assert(stats.status === null || typeof stats.status === "string");
    assert(stats.restart_count === null || Number.isInteger(stats.restart_count));
    assert(stats.oom_killed === null || typeof stats.oom_killed === "boolean");
    assert(health_latency_ms.every((ms: unknown) => typeof ms === "number"));
  }
  // deno-lint-ignore no-explicit-any -- as above
  for (const test of Object.values<any>(module.test_results)) {
    assert(test.return_code === null || Number.isInteger(test.return_code));
    assertEquals(typeof test.passed, "boolean");
  }
}

function times(startedAt: string | null) {
  const { timestamp, started_at } = reportOf(judged(runOf([], { startedAt }), []));
  return [timestamp, started_at];
}

Deno.test("reportOf() writes the timestamp with six digits and without offset", () => {
  assertEquals(times("2025-12-22T21:50:59.435007Z"), ["2025-12-22T21:50:59.435007", "2025-12-22T21:50:59.435007Z"]);
  assertEquals(times("2025-12-22T21:50:59.4Z"), ["2025-12-22T21:50:59.400000", "2025-12-22T21:50:59.4Z"]);
  assertEquals(times("2025-12-22T21:50:59+00:00"), ["2025-12-22T21:50:59.000000", "2025-12-22T21:50:59Z"]);
  assertEquals(times("2025-12-22T22:50:59.5+01:00"), ["2025-12-22T21:50:59.500000", "2025-12-22T21:50:59.500Z"]);
  assertEquals(times(null), [null, null]);
  assertEquals(times("yesterday"), [null, null]);
});

Deno.test("reportOf() renders a run that failed before it began", () => {
  const failure = { exit: "environment" as const, what: "Failed to start baseline", next: "Look at its log" };
  const report = reportOf(judged(runOf([], { run: null, failure, finished: false }), []));
  assertEquals(report.failure, { ...failure, exit_code: 3, detail: null });
  assertEquals([report.mode, report.cycles, report.engine, report.rules], [null, null, null, null]);
});

function onlyModule(...cycles: Parameters<typeof moduleOf>[1]) {
  const verdicts = cycles.map(({ cycle }) => ({ cycle, status: "PASS" as const, reasons: [] }));
  const report = reportOf(judged(runOf([moduleOf("db", cycles)]), [verdict("db", "PASS", verdicts)]));
  const module = report.modules.get("db");
  assert(module !== undefined);
  return module;
}

Deno.test("reportOf() puts several cycles of a container together and keeps each", () => {
  const restarted = seen("db", { lastLook: look("db", { status: "restarting", restartCount: 2, exitCode: 1 }) });
  const { metrics, cycle_results } = onlyModule(cycleOf(1, [restarted]), cycleOf(2, [seen("db")]));
  assertEquals(Object.keys(metrics), ["vx11-db"]);
  assertEquals(metrics["vx11-db"]?.health_latency_ms.length, 40);
  assertEquals(metrics["vx11-db"]?.stats.restart_count, 2);
  assertEquals([metrics["vx11-db"]?.stats.status, metrics["vx11-db"]?.stats.exit_code], ["running", null]);
  assertEquals(cycle_results.map((cycle) => cycle.metrics["vx11-db"]?.stats.restart_count), [2, 0]);
  assertEquals(cycle_results[0]?.metrics["vx11-db"]?.stats.exit_code, 1);
});

Deno.test("reportOf() names a service that has no container, and claims nothing of it", () => {
  const { metrics } = onlyModule(cycleOf(1, [unseen("db")]));
  const { stats, health } = metrics["db"] ?? {};
  assertEquals([stats?.status, stats?.restart_count, stats?.oom_killed, stats?.mem_peak_mib], [null, null, null, null]);
  assertEquals([health?.probes, health?.p95_ms, health?.ready_after_ms], [0, null, null]);
});

Deno.test("reportOf() names a container by its events where no look succeeded", () => {
  const { metrics } = onlyModule(cycleOf(1, [unseen("db", { events: [event("db", "create")] })]));
  assertEquals(Object.keys(metrics), ["vx11-db"]);
  const { restart_count, restarts_in_window } = metrics["vx11-db"]?.stats ?? {};
  assertEquals([restart_count, restarts_in_window], [null, 0], "nobody was asked for the container's own count");
});

Deno.test("reportOf() lets no container hide another of the same name", () => {
  const services = [seen("db", { firstLook: null, lastLook: look("db", { name: "cache" }) }), unseen("cache")];
  assertEquals(Object.keys(onlyModule(cycleOf(1, services)).metrics), ["cache", "cache (cache)"]);
});

Deno.test("reportOf() has no time to ready where one cycle was not ready", () => {
  const late = seen("db", {
    ready: null,
    notReady: { afterMs: 20_000, attempts: 9, last: "HTTP 500", limit: "timeout" },
  });
  const { metrics } = onlyModule(cycleOf(1, [seen("db")]), cycleOf(2, [late]));
  assertEquals(metrics["vx11-db"]?.health.ready_after_ms, null);
  assertEquals(metrics["vx11-db"]?.health.not_ready_why, "HTTP 500");
});

Deno.test("reportOf() keeps the worst outcome of each test file", () => {
  const results = (...runs: Parameters<typeof testRun>[1][]) =>
    onlyModule(...runs.map((run, i) => cycleOf(i + 1, [], { tests: [testRun("test_a.py", run)] })))
      .test_results["test_a.py"];
  assertEquals(results({}, { returnCode: 1 }, { returnCode: 2 }, {})?.return_code, 1);
  assertEquals(results({}, { returnCode: 5, counts: null })?.outcome, "none");
  assertEquals(results({ returnCode: null, signal: "SIGSEGV" })?.outcome, "failed");
  assertEquals(results({ timedOut: true, returnCode: 0 })?.passed, false);
  // An exit code of 0 alone: nothing says that a test was run.
  for (const counts of [null, { passed: 0, failed: 0, errors: 0, skipped: 0 }]) {
    assertEquals(results({ counts })?.outcome, "none");
    assertEquals(results({ counts })?.passed, false);
  }
});

Deno.test("reportOf() does not count twelve skipped tests as passed", () => {
  const counts = { passed: 0, failed: 0, errors: 0, skipped: 12 };
  const { test_results } = onlyModule(cycleOf(1, [], { tests: [testRun("test_a.py", { counts })] }));
  assertEquals([test_results["test_a.py"]?.passed, test_results["test_a.py"]?.return_code], [false, 0]);
});

Deno.test("reportOf() says in errors, as the manual has it, why a module is no PASS, and in warnings what alone makes it WARN", () => {
  const reason = (level: "fail" | "warn", text: string) => ({ code: "no_tests" as const, level, text, service: null });
  const both = [{ cycle: 1, status: "FAIL" as const, reasons: [reason("warn", "Slow."), reason("fail", "Ended.")] }];
  const failed = reportOf(judged(runOf([]), [verdict("db", "FAIL", both)])).modules.get("db");
  assertEquals([failed?.errors, failed?.warnings], [["Ended.", "Slow."], ["Slow."]]);
  const slow = [{ cycle: 1, status: "WARN" as const, reasons: [reason("warn", "Slow.")] }];
  const warned = reportOf(judged(runOf([]), [verdict("db", "WARN", slow)])).modules.get("db");
  assertEquals([warned?.errors, warned?.warnings], [["Slow."], ["Slow."]]);
});

Deno.test("reportOf() says each error once", () => {
  const reason = { code: "no_tests" as const, level: "fail" as const, text: "No test.", service: null };
  const cycles = [1, 2].map((cycle) => ({ cycle, status: "FAIL" as const, reasons: [reason] }));
  const module = reportOf(judged(runOf([]), [verdict("db", "FAIL", cycles)])).modules.get("db");
  assertEquals([module?.errors, module?.reasons.length, module?.warnings], [["No test."], 2, []]);
});

Deno.test("readableJson() shows invisible characters as escapes and parses to the same value", () => {
  const notice = "\x1b[31m \x9b \u202e \u{e0041} \ud800 ok";
  const text = jsonText(judged(runOf([], { notices: [notice] }), []));
  assert(!/[^\n\P{C}]/u.test(text));
  assertEquals(JSON.parse(text).notices, [notice]);
});
