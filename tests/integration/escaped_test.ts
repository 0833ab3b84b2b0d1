/** Defects of the harness that once escaped: each of these gave a wrong verdict, or touched or left what it should not. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { docker, integrationTest } from "./environment.ts";
import { codesOf, moduleOf, type Running, until } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

async function overlay(sandbox: Sandbox, text: string): Promise<void> {
  await Deno.writeTextFile(sandbox.path("docker-compose.override.yml"), text);
}

/** A run whose window of switch stays open, with its evidence elsewhere; resolves when switch is up. */
async function runElsewhere(sandbox: Sandbox): Promise<Running> {
  const args = ["--modules", "switch", "--soak-sec", "100", "--audit-dir", "elsewhere/first"];
  const running = await sandbox.start(args);
  await until("switch is up", async () => (await sandbox.running()).includes("switch"));
  return running;
}

integrationTest("a service without a health page that ends soon after its start is exited", async () => {
  const config = "modules: { switch: { health: [] } }\nrules: { no_tests: off }\n";
  await using sandbox = await Sandbox.create({ config, tests: () => false });
  await overlay(sandbox, `services: { switch: { environment: { FAULT_EXIT_AFTER: "1", FAULT_EXIT_CODE: "7" } } }\n`);
  const report = await sandbox.report(["--modules", "switch"], 1);
  assertEquals(codesOf(moduleOf(report, "switch")), ["exited"]);
});

integrationTest("a service that is to have two containers is start_failed, and says why", async () => {
  await using sandbox = await Sandbox.create();
  const override =
    "services: { shubniggurath: { container_name: !reset null, ports: !reset [], deploy: { replicas: 2 } } }\n";
  await overlay(sandbox, override);
  const report = await sandbox.report(["--modules", "shubniggurath"], 1);
  const module = moduleOf(report, "shubniggurath");
  assertEquals(codesOf(module), ["start_failed"]);
  assertMatch(module.errors.join(), /2 containers/);
});

integrationTest("what a person recreates during a run is theirs", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.compose("up", "--detach", "madre");
  const running = await sandbox.start(["--modules", "switch", "--soak-sec", "100", "--no-keep-core"]);
  await until("switch is ready", async () => {
    return (await sandbox.journal()).some(({ type, service }) => type === "ready" && service === "switch");
  });
  await sandbox.compose("up", "--detach", "--force-recreate", "--no-deps", "madre");
  const theirs = await docker("inspect", "--format", "{{.Id}}", sandbox.container("madre"));
  running.kill("SIGINT");
  assertEquals((await running.finished).code, 130);
  assertEquals(await sandbox.running(), ["madre", "redis"]);
  assertEquals(await docker("inspect", "--format", "{{.Id}}", sandbox.container("madre")), theirs);
});

integrationTest("a killed run is found wherever it wrote its evidence", async () => {
  await using sandbox = await Sandbox.create();
  const running = await runElsewhere(sandbox);
  running.kill("SIGKILL");
  await running.finished;
  const cleaned = await sandbox.run(["clean"]);
  assertEquals(cleaned.code, 0, cleaned.stderr);
  assertMatch(cleaned.stdout, /elsewhere\/first: removed .*switch/);
  assertEquals(await sandbox.containers(), []);
});

integrationTest("two runs on one project at once are refused, wherever they write", async () => {
  await using sandbox = await Sandbox.create();
  const running = await runElsewhere(sandbox);
  const second = await sandbox.run(["--modules", "switch", "--audit-dir", "elsewhere/second"]);
  assertEquals(second.code, 3, second.stdout);
  assertMatch(second.stderr, /Another run is at work/);
  assert((await sandbox.running()).includes("switch"), "the second run stopped what the first one started");
  running.kill("SIGTERM");
  assertEquals((await running.finished).code, 130);
  assertEquals(await sandbox.containers(), []);
});
