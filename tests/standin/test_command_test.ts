/** The test of a stand-in, as a real process beside a real service. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { denoHost } from "../../lib/host/deno.ts";
import { until } from "../fakes/wait.ts";
import { freePort, type Service, startService } from "./service.ts";

interface Tried {
  dir: string;
  port: number;
  start(env?: Record<string, string>): Deno.ChildProcess;
  run(env?: Record<string, string>): Promise<{ code: number; signal: string | null; said: string; complained: string }>;
}

async function inFolder(work: (tried: Tried) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-test-command-" });
  const [program = "", ...args] = denoHost().self;
  const port = freePort();
  const common = { PORT: String(port), VX11_SERVICE: "switch", FAULT_STATE_DIR: join(dir, "state") };
  const start = (env: Record<string, string> = {}) =>
    new Deno.Command(program, {
      args: [...args, "stand-in", "test"],
      env: { ...common, ...env },
      cwd: dir,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  const run = async (env: Record<string, string> = {}) => {
    const { code, signal, stderr, stdout } = await start(env).output();
    const [said = "", complained = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, signal, said, complained };
  };
  try {
    await work({ dir, port, run, start });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("stand-in test ends with the code that it is told, or by its own SIGKILL", async () => {
  await inFolder(async ({ run }) => {
    const begins = "test: begins\n";
    assertEquals(await run(), { code: 0, signal: null, said: begins, complained: "" });
    assertEquals(await run({ TEST_CODE: "3" }), {
      code: 3,
      signal: null,
      said: begins,
      complained: "test fails: ends with 3\n",
    });
    assertEquals((await run({ TEST_ODD: "killed" })).signal, "SIGKILL");
  });
});

Deno.test("stand-in test refuses what it cannot read with 2, and does nothing", async () => {
  await inFolder(async ({ dir, run }) => {
    const { code, complained } = await run({ TEST_ODD: "sleeps", TEST_REPORT: "<a/>" });
    assertEquals([code, complained], [
      2,
      `Cannot start the stand-in's test: TEST_ODD is "sleeps", it must be hangs or killed\n`,
    ]);
    assertEquals(await Array.fromAsync(Deno.readDir(dir), ({ name }) => name), []);
  });
});

Deno.test("stand-in test leaves its report in the working dir, word for word", async () => {
  await inFolder(async ({ dir, run }) => {
    const report = '<testsuite name="größe"\n tests="0"/>';
    assertEquals((await run({ TEST_REPORT: report })).code, 0);
    assertEquals(await Deno.readTextFile(join(dir, "report.xml")), report);
  });
});

Deno.test("stand-in test that hangs ignores SIGTERM", async () => {
  await inFolder(async ({ dir, run, start }) => {
    const child = start({ TEST_ODD: "hangs", TEST_LEAVES: "1" });
    const left = join(dir, "state", "switch.left");
    let over = false;
    child.status.then(() => over = true);
    const ignored = async () => /^SigCgt:\s*[0-9a-f]*[4-7c-f][0-9a-f]{3}$/m.test(await statusOf(child.pid));
    await until("it handles SIGTERM", async () => over || await ignored());
    child.kill("SIGTERM");
    // Another one sees that the first has begun, and what it left.
    assertEquals((await run({ TEST_SEES_NONE: "1" })).code, 1);
    assertEquals(over, false);
    child.kill("SIGKILL");
    await child.output();
    Deno.kill(Number(await Deno.readTextFile(left)), "SIGKILL");
  });
});

const statusOf = (pid: number) => Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");

Deno.test("stand-in test leaves a child in a session of its own, and another one fails until that has ended", async () => {
  await inFolder(async ({ dir, run }) => {
    const sees = async () => {
      const { code, complained } = await run({ TEST_SEES_NONE: "1" });
      return [code, complained];
    };
    assertEquals(await sees(), [1, "test fails: nothing has been left yet\n"]);
    assertEquals((await run({ TEST_LEAVES: "1" })).code, 0);
    const pid = Number(await Deno.readTextFile(join(dir, "state", "switch.left")));
    const [, , session] = (await Deno.readTextFile(`/proc/${pid}/stat`)).replace(/^.*\) \S+ /, "").split(" ");
    assertEquals(Number(session), pid);
    assertEquals(await sees(), [1, `test fails: process ${pid} is left\n`]);
    Deno.kill(pid, "SIGKILL");
    // Nobody here waits for it: it is gone, or dead without being waited for.
    await until("it is dead", async () => !/^State:\t[^ZX]/m.test(await statusOf(pid)));
    assertEquals(await sees(), [0, ""]);
  });
});

Deno.test("stand-in test ends the service and then itself, not before", async () => {
  await inFolder(async ({ dir, port, run, start }) => {
    const env = { FAULT_STATE_DIR: join(dir, "state"), FAULT_FROM_PAGE: "/begin" };
    const ending = { ...env, TEST_ENDS_SERVICE: "1" };
    assertStringIncludes((await run({ TEST_ENDS_SERVICE: "1" })).complained, "FAULT_FROM_PAGE is not set");
    await using service: Service = startService({ ...env, FAULT_EXIT_AFTER: "0.5", FAULT_EXIT_CODE: "7" }, port);
    await service.ready();
    let isGone = false;
    const gone = service.ended.then((ending) => {
      isGone = true;
      return ending;
    });
    const child = start(ending);
    const result = await child.output();
    assertEquals(result.code, 0);
    assert(isGone, "the service still ran");
    assertEquals(await gone, { code: 7, signal: null });
  });
});
