/** What cannot be started: the module it concerns is FAIL with the reason and the others go on; a broken core ends the run. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import { integrationTest } from "./environment.ts";
import { codesOf, moduleOf, type Report } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

const TWO = ["--modules", "switch,shubniggurath", "--timeout-sec", "4"];

function assertSwitchNotStarted(report: Report, text: RegExp): void {
  const module = moduleOf(report, "switch");
  assertEquals([module.status, codesOf(module)], ["FAIL", ["start_failed"]], JSON.stringify(module.reasons));
  assertMatch(module.errors.join("\n"), text);
  assertEquals(moduleOf(report, "shubniggurath").status, "PASS");
}

integrationTest("a missing service is start_failed, and the others go on", async () => {
  await using sandbox = await Sandbox.create({ overlay: "service_missing" });
  assertSwitchNotStarted(await sandbox.report(TWO, 1), /switch/);
});

integrationTest("a missing image is start_failed, and the others go on", async () => {
  await using sandbox = await Sandbox.create({ overlay: "image_missing" });
  assertSwitchNotStarted(await sandbox.report(TWO, 1), /vx11-missing:1/);
});

integrationTest("a port that something else listens on is start_failed, and the others go on", async () => {
  await using sandbox = await Sandbox.create();
  using _listener = Deno.listen({ hostname: "127.0.0.1", port: sandbox.ports.switch });
  assertSwitchNotStarted(await sandbox.report(TWO, 1), new RegExp(String(sandbox.ports.switch)));
});

integrationTest("a missing optional module is SKIP with the reason", async () => {
  await using sandbox = await Sandbox.create({ overlay: "optional_missing" });
  const report = await sandbox.report(TWO, 0);
  assertEquals(Object.values(report.modules).map(({ name, status }) => [name, status]), [
    ["switch", "PASS"],
    ["shubniggurath", "SKIP"],
  ]);
  assertEquals([report.summary.passed, report.summary.skipped], [1, 1]);
});

integrationTest("a broken dependency is dependency_failed and names the first cause", async () => {
  await using sandbox = await Sandbox.create({ overlay: "dependency_broken" });
  const report = await sandbox.report(["--modules", "hormiguero,mcp,shubniggurath", "--timeout-sec", "4"], 1);
  for (const name of ["hormiguero", "mcp"]) {
    const module = moduleOf(report, name);
    assertEquals([module.status, codesOf(module)], ["FAIL", ["dependency_failed"]], JSON.stringify(module.reasons));
    assertStringIncludes(module.errors.join("\n"), `"hermes"`);
  }
  assertEquals(moduleOf(report, "shubniggurath").status, "PASS");
  const owned = (await sandbox.journal()).filter(({ type }) => type === "owned").map(({ service }) => service);
  assert(!owned.includes("mcp") && !owned.includes("hormiguero"), `started: ${owned}`);
});

integrationTest(
  "a broken core ends the run with 3, the last lines of its log and the file that has the rest",
  async () => {
    await using sandbox = await Sandbox.create({ overlay: "baseline_broken" });
    const { code, stderr, auditDir = "" } = await sandbox.run(TWO);
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, "Failed to start baseline");
    assertStringIncludes(stderr, "fault: exits with code 4");
    const logs = await Array.fromAsync(walk(auditDir, { includeDirs: false }), ({ path }) => path);
    const log = logs.find((path) => path.endsWith(".log") && path.includes("madre"));
    assertStringIncludes(await Deno.readTextFile(log ?? "no log of madre"), "madre: starts on port 8001");
    assertStringIncludes(stderr, log?.slice(log.lastIndexOf("/") + 1) ?? "");
    assertEquals(await sandbox.running(), []);
  },
);
