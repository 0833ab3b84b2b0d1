import { assert, assertEquals, assertRejects } from "@std/assert";
import { capture } from "../../lib/host/capture.ts";
import { calmHost } from "../fakes/calm.ts";
import { SpawnError } from "../../lib/host/host.ts";
import { hasLine, limitWhen, until } from "../fakes/wait.ts";

const host = calmHost();
const LIMIT_MS = 30_000;
const LONG = { timeoutMs: LIMIT_MS };

function sh(script: string): string[] {
  return ["sh", "-c", script];
}

/** Whether a process runs; one that has ended and only waits to be reaped does not. */
async function runs(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

async function pidIn(path: string): Promise<number> {
  await until(`${path} is written`, () => hasLine(path));
  return Number(await Deno.readTextFile(path));
}

async function withTempDir(work: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-capture-" });
  try {
    await work(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("capture() gives both streams, the exit code and how long it took", async () => {
  const result = await capture(host, sh("echo out; echo err >&2; exit 3"), LONG);
  const { code, signal, stdout, stderr, timedOut } = result;
  assertEquals({ code, signal, stdout, stderr, timedOut }, {
    code: 3,
    signal: null,
    stdout: "out\n",
    stderr: "err\n",
    timedOut: false,
  });
  assert(result.durationMs > 0 && result.durationMs < 30_000, `${result.durationMs}`);
});

Deno.test("capture() names the signal that ended the command, and then there is no code", async () => {
  const { code, signal } = await capture(host, sh("kill -KILL $$"), LONG);
  assertEquals({ code, signal }, { code: null, signal: "SIGKILL" });
});

Deno.test("capture() runs in `cwd`, with `env` added to the environment", async () => {
  await withTempDir(async (dir) => {
    const options = { ...LONG, cwd: dir, env: { VX11_X: "y" } };
    const { stdout } = await capture(host, sh('pwd -P; echo "$VX11_X"; test -n "$PATH" && echo inherited'), options);
    assertEquals(stdout, `${await Deno.realPath(dir)}\ny\ninherited\n`);
  });
});

Deno.test("capture() replaces what is no UTF-8, also where a character is cut by the pipe", async () => {
  const { stdout } = await capture(host, sh(`printf 'a\\377b\\303'; sleep 0.1; printf '\\251\\303'`), LONG);
  assertEquals(stdout, "a\ufffdb\u00e9\ufffd");
});

Deno.test("capture() past its limit ends the whole group, a grandchild that ignores SIGTERM too", async () => {
  await withTempDir(async (dir) => {
    const script = `echo before
      (trap '' TERM; sh -c 'echo $PPID' >${dir}/pid; while :; do sleep 0.1; done) & sleep 60`;
    const limited = limitWhen(host, LIMIT_MS, () => hasLine(`${dir}/pid`));
    const { durationMs: _, starvedMs: _starved, ...result } = await capture(limited, sh(script), {
      timeoutMs: LIMIT_MS,
    });
    assertEquals(result, {
      code: null,
      signal: "SIGTERM",
      stdout: "before\n",
      stderr: "",
      timedOut: true,
      limitMs: LIMIT_MS,
    });
    assertEquals(await runs(await pidIn(`${dir}/pid`)), false);
  });
});

Deno.test("capture() asks with SIGTERM before it kills", async () => {
  await withTempDir(async (dir) => {
    const script = `trap 'echo bye; exit 7' TERM; echo >${dir}/ready; while :; do sleep 0.05; done`;
    const limited = limitWhen(host, LIMIT_MS, () => hasLine(`${dir}/ready`));
    const { stdout, code, timedOut } = await capture(limited, sh(script), { timeoutMs: LIMIT_MS });
    assertEquals({ stdout, code, timedOut }, { stdout: "bye\n", code: 7, timedOut: true });
  });
});

Deno.test("capture() keeps its limit in time", async () => {
  const { timedOut, durationMs } = await capture(host, ["sleep", "60"], { timeoutMs: 300 });
  assert(timedOut && durationMs >= 295 && durationMs < 15_000, `${durationMs}`);
});

Deno.test("capture() rejects with the reason of an abort, after the group is gone", async () => {
  await withTempDir(async (dir) => {
    const stop = new AbortController();
    const running = capture(host, sh(`echo $$ >${dir}/pid; sleep 60 & sleep 60`), { ...LONG, signal: stop.signal });
    const pid = await pidIn(`${dir}/pid`);
    stop.abort(new Error("enough of it"));
    await assertRejects(() => running, Error, "enough of it");
    assertEquals(await runs(pid), false);
  });
});

Deno.test("capture() starts nothing where it is aborted already", async () => {
  await withTempDir(async (dir) => {
    const signal = AbortSignal.abort(new Error("too late"));
    await assertRejects(() => capture(host, ["touch", `${dir}/x`], { ...LONG, signal }), Error, "too late");
    assertEquals(await host.files.list(dir), []);
  });
});

Deno.test("capture() leaves no grandchild of a command that ended well", async () => {
  await withTempDir(async (dir) => {
    const { code } = await capture(host, sh(`sleep 60 >/dev/null 2>&1 & echo $! >${dir}/pid`), LONG);
    assertEquals(code, 0);
    assertEquals(await runs(await pidIn(`${dir}/pid`)), false);
  });
});

Deno.test("capture() does not wait for a process that left the group and holds the pipe", async () => {
  await withTempDir(async (dir) => {
    const { code, stdout, durationMs } = await capture(
      host,
      sh(`setsid sh -c 'echo $$ >${dir}/pid; sleep 60' & while ! test -s ${dir}/pid; do sleep 0.02; done; echo done`),
      LONG,
    );
    assertEquals({ code, stdout }, { code: 0, stdout: "done\n" });
    assert(durationMs < 20_000, `${durationMs}`);
    Deno.kill(-await pidIn(`${dir}/pid`), "SIGKILL");
  });
});

const UNSTARTABLE: [string, string, SpawnError["kind"]][] = [
  ["a command that is not there", "vx11-no-such-command", "not found"],
  ["a path that is not there", "/nowhere/vx11", "not found"],
  ["a file that is not executable", "/etc/passwd", "not permitted"],
];
for (const [what, command, kind] of UNSTARTABLE) {
  Deno.test(`capture() throws SpawnError "${kind}" for ${what}`, async () => {
    const error = await assertRejects(() => capture(host, [command], LONG), SpawnError, command);
    assertEquals(error.kind, kind);
  });
}

Deno.test("capture() does not blame the command for a folder that is not there", async () => {
  const error = await assertRejects(
    () => capture(host, ["true"], { ...LONG, cwd: "/nowhere" }),
    SpawnError,
    "/nowhere",
  );
  assertEquals(error.kind, "other");
});
