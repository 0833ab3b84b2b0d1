/** The main job on a healthy project: every module PASS, in order, every cycle kept, and the reports where they belong. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { integrationTest } from "./environment.ts";
import { moduleOf, readReport } from "./program.ts";
import { NINE, Sandbox } from "./sandbox.ts";

integrationTest("all nine modules PASS, and every report is there", async () => {
  await using sandbox = await Sandbox.create();
  const { code, stderr, auditDir = "" } = await sandbox.run([]);
  assertEquals(code, 0, stderr);
  const report = await readReport(auditDir);
  assertEquals(
    Object.values(report.modules).map(({ name, status }) => `${name} ${status}`),
    NINE.map((name) => `${name} PASS`),
  );
  assertEquals(Object.values(report.modules).flatMap(({ errors, reasons }) => [...errors, ...reasons]), []);
  assertEquals(report.summary, { total_modules: 9, passed: 9, failed: 0, warned: 0, skipped: 0 });
  assertEquals([report.mode, report.cycles, report.interrupted], ["low_power", 1, null]);
  assertMatch(report.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  assertMatch(report.started_at, /Z$/);
  assertMatch(report.finished_at, /Z$/);
  for (const { name, metrics, test_results } of Object.values(report.modules)) {
    const [container, ...others] = Object.keys(metrics);
    assertEquals([container, ...others], [`${sandbox.project}-${name}`]);
    const { stats, health_latency_ms } = metrics[container ?? ""] ?? {};
    assertEquals([stats?.status, stats?.restart_count, stats?.oom_killed], ["running", 0, false], name);
    assert((stats?.mem_peak_mib ?? 0) > 0, `${name}: no peak memory`);
    assert((health_latency_ms?.length ?? 0) >= 20, `${name}: ${health_latency_ms?.length} latencies`);
    const tests = Object.values(test_results);
    assertEquals(tests.map(({ return_code, passed }) => [return_code, passed]), [[0, true], [0, true]], name);
    for (const { output } of tests) assert(await exists(join(auditDir, output)), `${name}: no ${output}`);
  }
  for (const name of ["REPORT.md", "REPORT.html", "journal.ndjson", "samples.ndjson", "events.ndjson", "raw"]) {
    assert(await exists(join(auditDir, name)), `no ${name} in ${auditDir}`);
  }
  const markdown = await Deno.readTextFile(join(auditDir, "REPORT.md"));
  for (const name of NINE) assertStringIncludes(markdown, name);
  assertStringIncludes(markdown, "✅");
});

integrationTest("--modules hormiguero,switch runs switch first and brings hermes and spawner up untested", async () => {
  await using sandbox = await Sandbox.create();
  const report = await sandbox.report(["--modules", "hormiguero,switch"], 0);
  assertEquals(Object.values(report.modules).map(({ name, status }) => [name, status]), [
    ["switch", "PASS"],
    ["hormiguero", "PASS"],
  ]);
  const owned = (await sandbox.journal()).filter(({ type }) => type === "owned").map(({ service }) => String(service));
  assertEquals([...new Set(owned)].sort(), [
    "hermes",
    "hormiguero",
    "madre",
    "redis",
    "spawner",
    "switch",
    "tentaculo_link",
  ]);
  const tested = Object.keys(moduleOf(report, "hormiguero").test_results);
  assertEquals(tested.map((file) => file.split("/").at(-1)).sort(), [
    "test_hormiguero_contract.py",
    "test_hormiguero_health.py",
  ]);
});

integrationTest("two cycles are both kept", async () => {
  await using sandbox = await Sandbox.create();
  const report = await sandbox.report(["--modules", "shubniggurath", "--cycles", "2"], 0);
  const { cycle_results, status } = moduleOf(report, "shubniggurath");
  assertEquals([report.cycles, status], [2, "PASS"]);
  assertEquals(cycle_results.map(({ cycle, status }) => [cycle, status]), [[1, "PASS"], [2, "PASS"]]);
});

integrationTest("baseline is tested where it is named", async () => {
  await using sandbox = await Sandbox.create();
  const report = await sandbox.report(["--modules", "baseline"], 0);
  const { status, metrics } = moduleOf(report, "baseline");
  assertEquals(status, "PASS");
  // redis is in no module: Compose starts it for tentaculo_link, and it is watched with the core.
  assertEquals(Object.keys(metrics).sort(), [
    sandbox.container("madre"),
    `${sandbox.project}-redis-1`,
    sandbox.container("tentaculo_link"),
  ]);
});

integrationTest("--json prints the result, and nothing else, on stdout", async () => {
  await using sandbox = await Sandbox.create();
  const { code, stdout, stderr, auditDir = "" } = await sandbox.run(["--modules", "shubniggurath", "--json"]);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout), await readReport(auditDir));
});

integrationTest("--audit-dir and --compose-file are taken as given", async () => {
  await using sandbox = await Sandbox.create();
  // With compose files named, the override file that Compose would take by itself does not count.
  await Deno.writeTextFile(
    sandbox.path("docker-compose.override.yml"),
    "services: { switch: { image: 'vx11-no:1' } }\n",
  );
  await Deno.writeTextFile(sandbox.path("more.yml"), "services: { switch: { environment: { MORE: 'yes' } } }\n");
  const files = ["--compose-file", "docker-compose.yml", "--compose-file", "more.yml"];
  const { code, stderr } = await sandbox.run(["--modules", "switch", "--audit-dir", "kept here", ...files]);
  assertEquals(code, 0, stderr);
  assertEquals(moduleOf(await readReport(sandbox.path("kept here")), "switch").status, "PASS");
  assertEquals(await sandbox.auditDir(), undefined);
});

integrationTest("metrics_source: stats reads memory and CPU from docker stats", async () => {
  await using sandbox = await Sandbox.create({ config: "metrics_source: stats\n" });
  const report = await sandbox.report(["--modules", "switch"], 0);
  const { status, metrics } = moduleOf(report, "switch");
  const stats = metrics[sandbox.container("switch")]?.stats;
  assertEquals([status, stats?.mem_source], ["PASS", "docker stats"]);
  assert((stats?.mem_peak_mib ?? 0) > 0, "no peak memory");
});

integrationTest("a module that is named twice is run once, and this is said", async () => {
  await using sandbox = await Sandbox.create();
  const report = await sandbox.report(["--modules", "shubniggurath,shubniggurath"], 0);
  assertEquals(report.modules_tested, ["shubniggurath"]);
  assertStringIncludes(report.notices.join("\n"), "shubniggurath");
});
