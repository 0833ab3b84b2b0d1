/** Containers that were there before and are not what the project says now, and those of another checkout. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { command, docker, integrationTest } from "./environment.ts";
import { start, until } from "./program.ts";
import { Sandbox } from "./sandbox.ts";

const MODULE = "shubniggurath";

/** Its health page answers 500 from the next start on. */
async function spoil(sandbox: Sandbox): Promise<void> {
  const path = sandbox.path("docker-compose.yml");
  const text = await Deno.readTextFile(path);
  const environment = `VX11_SERVICE: ${MODULE},`;
  assertStringIncludes(text, environment);
  await Deno.writeTextFile(path, text.replace(environment, `${environment} FAULT_HEALTH_STATUS: "500",`));
}

const idOf = (container: string) => docker("inspect", "--format", "{{.Id}}", container);

integrationTest(
  "what the project says now counts: a stopped container is replaced, one that runs is told of",
  async () => {
    await using sandbox = await Sandbox.create();
    await sandbox.compose("up", "--detach", MODULE);
    const before = await idOf(sandbox.container(MODULE));
    await spoil(sandbox);
    const running = await sandbox.report(["--modules", MODULE, "--timeout-sec", "5"], 0);
    assertEquals(running.modules[MODULE]?.reasons.map(({ code }) => code), ["outdated"]);
    assertEquals(await idOf(sandbox.container(MODULE)), before, "it was tested in place");
    await sandbox.compose("stop", "--timeout", "1", MODULE);
    const stopped = await sandbox.report(["--modules", MODULE, "--timeout-sec", "5"], 1);
    assertEquals(stopped.modules[MODULE]?.reasons.map(({ code }) => code), ["health_timeout"]);
    assertEquals(stopped.notices.filter((text) => text.includes("was replaced")).length, 1);
  },
);

interface Checkout extends AsyncDisposable {
  dir: string;
}

/** Another folder with a project of the same name. */
async function checkoutOf(sandbox: Sandbox): Promise<Checkout> {
  const dir = join(await Deno.makeTempDir({ prefix: "vx11-it-other-" }), "checkout");
  const { code } = await command("cp", ["-r", sandbox.dir, dir]);
  assertEquals(code, 0);
  return { dir, [Symbol.asyncDispose]: () => Deno.remove(join(dir, ".."), { recursive: true }) };
}

integrationTest(
  "containers of another checkout are refused by name, and so is a second run at the same time",
  async () => {
    await using sandbox = await Sandbox.create();
    await using other = await checkoutOf(sandbox);
    const first = await sandbox.start(["--modules", MODULE, "--no-keep-core", "--soak-sec", "5"]);
    await until("the first run to have begun", async () => (await sandbox.auditDir()) !== undefined);
    const beside = await (await start(["--modules", MODULE], { cwd: other.dir })).finished;
    assertEquals(beside.code, 3, beside.stderr);
    assertStringIncludes(beside.stderr, `Another run is at work on project "${sandbox.project}"`);
    assertEquals((await first.finished).code, 0);
    await sandbox.compose("up", "--detach", MODULE);
    const before = await idOf(sandbox.container(MODULE));
    const foreign = await (await start(["--modules", "switch"], { cwd: other.dir })).finished;
    assertEquals(foreign.code, 3, foreign.stderr);
    assertStringIncludes(foreign.stderr, `Another checkout has containers of project "${sandbox.project}"`);
    assertStringIncludes(foreign.stderr, sandbox.container(MODULE));
    assertEquals(await idOf(sandbox.container(MODULE)), before);
    assertEquals(await sandbox.running(), [MODULE]);
  },
);
