/** A run that is stopped in the middle: what it started goes, what it saw is kept, and `clean` finds what a kill left. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { docker, integrationTest } from "./environment.ts";
import { readReport, type Running, until } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

/** A run whose window of switch stays open: only a signal ends it in time. */
async function runUntilReady(sandbox: Sandbox, ...args: string[]): Promise<Running> {
  const running = await sandbox.start(["--modules", "switch,hermes", "--soak-sec", "100", ...args]);
  let ended = false;
  running.finished.then(() => ended = true);
  await until("switch is ready", async () => {
    if (ended) throw new Error(`The run ended too early: ${(await running.finished).stderr}`);
    return (await sandbox.journal()).some(({ type, service }) => type === "ready" && service === "switch");
  });
  return running;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  integrationTest(`${signal} in the middle leaves no container, writes the reports and exits 130`, async () => {
    await using sandbox = await Sandbox.create();
    const running = await runUntilReady(sandbox);
    const began = performance.now();
    running.kill(signal);
    const { code, stderr } = await running.finished;
    const took = performance.now() - began;
    assertEquals(code, 130, stderr);
    assert(took < 10_000, `took ${took} ms`);
    assertEquals(await sandbox.containers(), []);
    const auditDir = await sandbox.auditDir() ?? "";
    const report = await readReport(auditDir);
    assertStringIncludes(report.interrupted ?? "null", signal);
    assertEquals(report.summary.passed, 0, "a module that was not seen to its end is not PASS");
    assertMatch(await Deno.readTextFile(join(auditDir, "REPORT.md")), /interrupted/i);
  });
}

integrationTest("SIGINT does not stop what ran before the run", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.compose("up", "--detach", "switch");
  const before = await docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", sandbox.container("switch"));
  const running = await runUntilReady(sandbox);
  running.kill("SIGINT");
  assertEquals((await running.finished).code, 130);
  assertEquals(await sandbox.running(), ["switch"]);
  const after = await docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", sandbox.container("switch"));
  assertEquals(after, before);
});

integrationTest("a second SIGINT ends at once and prints how to clean up", async () => {
  await using sandbox = await Sandbox.create({ overlay: "never_stops" });
  const running = await runUntilReady(sandbox);
  running.kill("SIGINT");
  await until("the first SIGINT is seen", async () => {
    return (await sandbox.journal()).some(({ type }) => type === "interrupted");
  });
  // Any sooner it would be taken for the same press, handed on by a parent.
  await new Promise((resolve) => setTimeout(resolve, 250));
  const began = performance.now();
  running.kill("SIGINT");
  const { code, stderr } = await running.finished;
  const took = performance.now() - began;
  assertEquals(code, 130, stderr);
  assert(took < 2_000, `took ${took} ms`);
  assertMatch(stderr, /docker .*rm|vx11-stability clean/);
});

integrationTest("after kill -9, clean removes what the run left and nothing else", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.compose("up", "--detach", "shubniggurath");
  const running = await runUntilReady(sandbox);
  running.kill("SIGKILL");
  assertEquals((await running.finished).signal, "SIGKILL");
  const left = await sandbox.running();
  for (const service of ["madre", "switch"]) assert(left.includes(service), `${service} is not among ${left}`);
  const volumes = await sandbox.owned("volume");
  const cleaned = await sandbox.run(["clean"]);
  assertEquals(cleaned.code, 0, cleaned.stderr);
  assertEquals((await sandbox.containers()).map(({ service }) => service), ["shubniggurath"]);
  assertEquals(await sandbox.owned("volume"), volumes);
  const again = await sandbox.run(["clean"]);
  assertEquals(again.code, 0, again.stderr);
  assertEquals(await sandbox.running(), ["shubniggurath"]);
});

integrationTest("after kill -9, a new run works", async () => {
  await using sandbox = await Sandbox.create();
  const running = await runUntilReady(sandbox);
  running.kill("SIGKILL");
  await running.finished;
  const first = await sandbox.auditDir();
  const second = await sandbox.run(["--modules", "switch", "--no-keep-core"]);
  assertEquals(second.code, 0, second.stderr);
  assert(second.auditDir !== first, "the second run has no audit dir of its own");
  assertEquals(Object.values((await readReport(second.auditDir ?? "")).modules).map(({ status }) => status), ["PASS"]);
});
