/** Reads reports as a script written for the manual of the Python harness does; it knows no key and no line beyond the manual. */

import { assert, assertEquals, assertMatch } from "@std/assert";

// deno-lint-ignore no-explicit-any -- as a reader has it that was given JSON
type Json = any;

/** A key that the manual promises; a script without a default for it would end here. */
function get(value: Json, key: string, at: string): Json {
  assert(value !== null && typeof value === "object" && Object.hasOwn(value, key), `${at} has no ${key}`);
  return value[key];
}

/** Of any run: every promised key is there, and the two reports say the same. */
export function assertReads(json: string, markdown: string): void {
  const report = JSON.parse(json);
  const names: string[] = get(report, "modules_tested", "the report");
  const modules = get(report, "modules", "the report");
  assertEquals(new Set(Object.keys(modules)), new Set(names));
  const summary = get(report, "summary", "the report");
  const having = (status: string) => names.filter((name) => modules[name].status === status).length;
  assertEquals(
    ["total_modules", "passed", "failed"].map((key) => get(summary, key, "summary")),
    [names.length, having("PASS"), having("FAIL")],
  );
  for (const name of names) readModule(name, get(modules, name, "modules"));
  const line = (pattern: RegExp) => pattern.exec(markdown)?.[1];
  assertEquals(markdown.split("\n")[0], "# VX11 Stability P0 Report");
  assertEquals(line(/^\*\*Timestamp:\*\* (\S+)$/m), get(report, "timestamp", "the report") ?? "unknown");
  assertEquals(line(/^\*\*Mode:\*\* (\S+)$/m), get(report, "mode", "the report") ?? "unknown");
  assertEquals(line(/^\*\*Cycles:\*\* (\S+)$/m), `${get(report, "cycles", "the report") ?? "unknown"}`);
  assertEquals(line(/^- Total Modules Tested: (\d+)$/m), `${summary.total_modules}`);
  assertEquals(line(/^- Passed: (\d+)$/m), `${summary.passed}`);
  assertEquals(line(/^- Failed: (\d+)$/m), `${summary.failed}`);
  const statuses = [...markdown.matchAll(/^### (?:✅|⚠️|❌|⏭️) .*\n\*\*Status:\*\* (PASS|WARN|FAIL|SKIP)$/gmu)];
  assertEquals(statuses.map(([, status]) => status), names.map((name) => modules[name].status));
}

function readModule(name: string, module: Json): void {
  const at = `module ${name}`;
  assertEquals(get(module, "name", at), name);
  assertMatch(get(module, "status", at), /^(PASS|WARN|FAIL|SKIP)$/);
  for (const sentence of get(module, "errors", at)) assertEquals(typeof sentence, "string");
  if (module.status === "FAIL") assert(module.errors.length > 0 || module.reasons.length === 0, `${at}: no error`);
  for (const [container, seen] of Object.entries<Json>(get(module, "metrics", at))) {
    const stats = get(seen, "stats", container);
    for (const key of ["status", "restart_count", "oom_killed"]) get(stats, key, container);
    for (const ms of get(seen, "health_latency_ms", container)) assertEquals(typeof ms, "number");
  }
  for (const [file, result] of Object.entries<Json>(get(module, "test_results", at))) {
    get(result, "return_code", file);
    assertEquals(typeof get(result, "passed", file), "boolean");
  }
}

/** Of a run of one cycle in low_power, in which every module is PASS: what the manual shows of such a one. */
export function assertAsShown(json: string, markdown: string, names: readonly string[]): void {
  assertReads(json, markdown);
  const report = JSON.parse(json);
  assertEquals([report.mode, report.cycles, report.modules_tested], ["low_power", 1, names]);
  assertMatch(report.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  for (const name of names) {
    const { errors, metrics, status, test_results } = report.modules[name];
    assertEquals([status, errors], ["PASS", []]);
    assert(Object.keys(metrics).length > 0 && Object.keys(test_results).length > 0, name);
    for (const { health_latency_ms, stats } of Object.values<Json>(metrics)) {
      assertEquals([stats.status, stats.restart_count, stats.oom_killed], ["running", 0, false]);
      assert(health_latency_ms.length > 0, name);
    }
    for (const result of Object.values<Json>(test_results)) {
      assertEquals([result.return_code, result.passed], [0, true]);
    }
    const section = markdown.slice(markdown.indexOf(`### ✅ ${name}\n`)).split(/^##+ /m)[1] ?? "";
    for (
      const line of [
        /^\*\*Metrics:\*\*\n- [\w.-]+:/m,
        /^ {2}- RAM: [\d.]+MB\b/m,
        /^ {2}- CPU: [\d.]+%/m,
        /^ {2}- Restarts: 0\b/m,
        /^ {2}- OOMKilled: false\b/m,
        /^ {2}- Health p95 latency: [\d.]+ms\b/m,
        /^\*\*Test Results:\*\*\n- test_[\w.-]+\.py: ✓ PASS\b/m,
      ]
    ) assertMatch(section, line);
  }
}
