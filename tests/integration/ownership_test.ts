/** What a run may touch: only what it started. What was there before is the same afterwards, and no volume ever goes. */

import { assertEquals } from "@std/assert";
import { docker, integrationTest } from "./environment.ts";
import { moduleOf } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

const CORE = ["madre", "redis", "tentaculo_link"];

/** Which container it is, since when it runs, and whether it does. */
function identity(container: string): Promise<string> {
  return docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}} {{.State.Status}} {{.RestartCount}}", container);
}

integrationTest("the core stays up by default, and the modules are gone", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.report(["--modules", "hermes"], 0);
  assertEquals((await sandbox.containers()).map(({ service }) => service).sort(), CORE);
  assertEquals(await sandbox.running(), CORE);
});

integrationTest("--no-keep-core leaves no container and no network, but every volume", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.compose("up", "--detach", "madre", "switch");
  await sandbox.compose("--profile", "*", "down");
  const volumes = await sandbox.owned("volume");
  assertEquals(volumes.length, 3);
  await sandbox.report(["--modules", "switch", "--no-keep-core"], 0);
  assertEquals(await sandbox.containers(), []);
  assertEquals(await sandbox.owned("network"), []);
  assertEquals(await sandbox.owned("volume"), volumes);
});

integrationTest("a second run takes the core as it finds it", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.report(["--modules", "shubniggurath"], 0);
  const before = await identity(sandbox.container("madre"));
  await sandbox.report(["--modules", "shubniggurath", "--no-keep-core"], 0);
  assertEquals(await sandbox.running(), CORE, "the second run did not start the core, so it must not stop it");
  assertEquals(await identity(sandbox.container("madre")), before);
});

integrationTest("a container that ran before is tested in place and is the same one afterwards", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.compose("up", "--detach", "switch", "madre");
  const containers = [sandbox.container("switch"), sandbox.container("madre"), `${sandbox.project}-redis-1`];
  const before = await Promise.all(containers.map(identity));
  const report = await sandbox.report(["--modules", "switch,hermes", "--no-keep-core", "--cycles", "2"], 0);
  assertEquals(Object.values(report.modules).map(({ status }) => status), ["PASS", "PASS"]);
  assertEquals(await Promise.all(containers.map(identity)), before);
  assertEquals(await sandbox.running(), ["madre", "redis", "switch"]);
});

integrationTest("--recreate replaces a container that ran before", async () => {
  await using sandbox = await Sandbox.create();
  await sandbox.compose("up", "--detach", "shubniggurath");
  const before = await identity(sandbox.container("shubniggurath"));
  await using other = await otherProject(sandbox);
  const untouched = await identity(other.container);
  const report = await sandbox.report(["--modules", "shubniggurath", "--recreate"], 0);
  assertEquals(moduleOf(report, "shubniggurath").status, "PASS");
  assertEquals((await sandbox.containers()).some(({ id }) => before.startsWith(id)), false);
  assertEquals(await identity(other.container), untouched);
});

integrationTest("a service of the same name in another project is not touched", async () => {
  await using sandbox = await Sandbox.create();
  await using other = await otherProject(sandbox);
  const before = await identity(other.container);
  const report = await sandbox.report(["--modules", "switch,shubniggurath", "--no-keep-core"], 0);
  assertEquals(Object.values(report.modules).map(({ status }) => status), ["PASS", "PASS"]);
  assertEquals(await sandbox.containers(), []);
  assertEquals(await identity(other.container), before);
});

integrationTest(
  "operative_core keeps Madre and Tentaculo Link up at the end, and tells the services their mode",
  async () => {
    await using sandbox = await Sandbox.create({
      moreTests: {
        "test_mcp_mode.py": `import os
def test_mode():
    assert os.environ["VX11_MODE"] == "operative_core"
    assert {"VX11_SPAWNER_URL", "VX11_SWITCH_URL"} <= set(os.environ)
`,
      },
    });
    const report = await sandbox.report(["--mode", "operative_core", "--modules", "mcp,manifestator"], 0);
    assertEquals([report.mode, ...Object.values(report.modules).map(({ status }) => status)], [
      "operative_core",
      "PASS",
      "PASS",
    ]);
    assertEquals((await sandbox.containers()).map(({ service }) => service).sort(), CORE);
    assertEquals(await sandbox.running(), CORE);
  },
);

integrationTest("a selected module is started in every cycle in operative_core, and what stays up once", async () => {
  await using sandbox = await Sandbox.create();
  const args = ["--mode", "operative_core", "--cycles", "2", "--modules", "hermes", "--no-keep-core"];
  const report = await sandbox.report(args, 0);
  assertEquals(Object.values(report.modules).map(({ status }) => status), ["PASS"]);
  const started = new Map<string, number>();
  for (const line of await sandbox.journal()) {
    if (line.type !== "owned" || typeof line.service !== "string") continue;
    started.set(line.service, (started.get(line.service) ?? 0) + 1);
  }
  const [once, twice] = [[...CORE, "switch"], ["hermes", "mcp", "spawner"]];
  assertEquals([...started].sort(), [...once.map((name) => [name, 1]), ...twice.map((name) => [name, 2])].sort());
  assertEquals(await sandbox.containers(), []);
});

/** A running project with a `switch` and a `shubniggurath` of its own, which publish nothing. */
async function otherProject(sandbox: Sandbox): Promise<AsyncDisposable & { container: string }> {
  const project = `${sandbox.project}-other`;
  const service = "{ image: 'vx11-sandbox:1', pull_policy: never, environment: { PORT: '8001' } }";
  const file = sandbox.path("other.yml");
  await Deno.writeTextFile(file, `services:\n  switch: ${service}\n  shubniggurath: ${service}\n`);
  const compose = (...args: string[]) => docker("compose", "--project-name", project, "--file", file, ...args);
  await compose("up", "--detach");
  return {
    container: `${project}-switch-1`,
    async [Symbol.asyncDispose]() {
      await compose("down");
    },
  };
}
