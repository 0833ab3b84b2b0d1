import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { markReader } from "../../lib/engine/process/marks.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { until } from "../fakes/wait.ts";
import { processesOf, processWorld, sh, STAYS } from "./process_world.ts";

Deno.test("stop() ends what runs with its stop signal, and tells how it ended", async () => {
  await using it = await processWorld({
    switch: { command: sh("trap 'exit 7' USR1; echo ready; while :; do sleep 0.05; done"), stopSignal: "SIGUSR1" },
  });
  await it.up("switch");
  await it.untilLog("switch", "ready");
  const state = await it.state("switch");
  const { durationMs, ...result } = await it.engine.stop(state, 10);
  assertEquals(result, { containerId: state.id, exitCode: 7, stopped: true, error: null });
  assert(durationMs < 10_000, `${durationMs} ms`);
  assertEquals(it.told("switch"), ["create", "start", "kill 10", "die 7", "stop"]);
  const { status, pid, exitCode } = await it.state("switch");
  assertEquals([status, pid, exitCode], ["exited", null, 7]);
});

Deno.test("stop() kills what ignores its stop signal, not before its grace period is over", async () => {
  await using it = await processWorld({
    switch: { command: sh("trap '' TERM; echo ready; while :; do sleep 0.05; done") },
  });
  await it.up("switch");
  await it.untilLog("switch", "ready");
  const { durationMs, exitCode, stopped } = await it.engine.stop(await it.state("switch"), 0.3);
  assertEquals([exitCode, stopped], [137, true]);
  assert(durationMs >= 300, `${durationMs} ms`);
  assertEquals(it.told("switch"), ["create", "start", "kill 15", "kill 9", "die 137", "stop"]);
  assertEquals((await it.state("switch")).oomKilled, false);
});

/** What a service may leave: how it makes a process that says its number and stays. */
const STRAYS: [string, string][] = [
  ["a child in its group", "sleep 300 & echo pid $!; wait"],
  ["a child that ignores SIGTERM", "(trap '' TERM; sleep 300; sleep 300) & echo pid $!; wait"],
  ["a process in a session of its own", `setsid sh -c 'echo pid $$; exec sleep 300' & wait; sleep 300`],
  ["a daemon that init adopted", `(setsid sh -c 'echo pid $$; exec sleep 300' &); sleep 300`],
];
for (const [what, script] of STRAYS) {
  Deno.test(`stop() leaves nothing of a service with ${what}`, async () => {
    await using it = await processWorld({ switch: { command: sh(script) } });
    await it.up("switch");
    await it.untilLog("switch", "pid ");
    const pid = Number(/pid (\d+)\n/.exec(await it.log("switch"))?.[1]);
    assert(it.host.processAlive(pid), "the process is there");
    const result = await it.engine.stop(await it.state("switch"), 5);
    assertEquals([result.stopped, result.error], [true, null]);
    assertEquals([it.host.processAlive(pid), processesOf(it.dir)], [false, []]);
  });
}

Deno.test("what the main process leaves at its end goes with it, as in a container", async () => {
  await using it = await processWorld({
    switch: { command: sh("(setsid sleep 300 &); sleep 300 & echo ready; exit 0") },
  });
  await it.up("switch");
  await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  await until("nothing is left", () => processesOf(it.dir).length === 0);
});

Deno.test("stop() of what has ended, was stopped or is gone is fine", async () => {
  await using it = await processWorld({ switch: { command: STAYS }, short: { command: sh("exit 4") } });
  await it.up("switch", "short");
  const short = await it.untilState("it ended", "short", ({ status }) => status === "exited");
  const ended = await it.engine.stop(short, 10);
  assertEquals([ended.exitCode, ended.stopped, ended.error], [4, true, null]);
  assertEquals(it.told("short"), ["create", "start", "die 4"]);
  const state = await it.state("switch");
  const both = await Promise.all([it.engine.stop(state, 10), it.engine.stop(state, 10)]);
  assertEquals(both.map(({ exitCode, stopped }) => [exitCode, stopped]), [[143, true], [143, true]]);
  assertEquals(await it.engine.remove([state.id, short.id]), new Map());
  assertEquals(await it.engine.remove([state.id]), new Map());
  assertEquals(await it.engine.look(), []);
  const gone = await it.engine.stop(state, 10);
  assertEquals([gone.stopped, gone.error], [true, null]);
});

Deno.test("remove() takes nothing away that runs", async () => {
  await using it = await processWorld({ switch: { command: STAYS } });
  await it.up("switch");
  const { id, pid } = await it.state("switch");
  assertEquals(await it.engine.remove([id]), new Map([[id, `it still runs (process ${pid})`]]));
  assertEquals((await it.state("switch")).status, "running");
});

Deno.test("stop() of a service that waits for its restart keeps it from being started", async () => {
  await using it = await processWorld({ switch: { command: sh("exit 1"), restart: "always" } });
  await it.up("switch");
  const waiting = await it.untilState("it waits", "switch", ({ status }) => status === "restarting");
  const result = await it.engine.stop(waiting, 10);
  assertEquals([result.exitCode, result.stopped], [1, true]);
  const starts = it.told("switch").filter((told) => told === "start").length;
  assertEquals(it.told("switch").at(-1), "stop");
  await it.engine.remove([waiting.id]);
  assertEquals(it.told("switch").filter((told) => told === "start").length, starts);
});

Deno.test("stop() says what is left that is not ours to kill", async () => {
  let pid = 0;
  // Another user's process, as one that sudo has started: the kernel refuses, and nothing ends.
  await using it = await processWorld(
    { switch: { command: sh("(setsid sh -c 'echo pid $$; exec sleep 300' &); exec sleep 300") } },
    ({ kill }) => ({ kill: (each, signal) => each === pid ? "not permitted" : kill(each, signal) }),
  );
  await it.up("switch");
  await it.untilLog("switch", "pid ");
  pid = Number(/pid (\d+)\n/.exec(await it.log("switch"))?.[1]);
  const state = await it.state("switch");
  const result = await it.engine.stop(state, 5);
  const why = `process ${pid} (sleep) belongs to another user, and this user may not kill it`;
  assertEquals([result.stopped, result.error], [false, why]);
  assertEquals(await it.engine.remove([state.id]), new Map([[state.id, `it still runs (process ${pid})`]]));
  assertEquals(it.engine.removalCommand([state.id]), `kill -KILL ${pid}`);
  pid = 0;
  assertEquals((await it.engine.stop(state, 5)).stopped, true);
});

Deno.test("stop() says that a process in uninterruptible sleep is one", async () => {
  // There is no way to make one at will. So there is one more in /proc, on which SIGKILL has no effect.
  const stuck = 2 ** 22;
  const texts = new Map<string, string>();
  await using it = await processWorld({ switch: { command: STAYS } }, ({ kernel, kill }) => ({
    kill: (pid, signal) => pid === stuck ? "sent" : kill(pid, signal),
    kernel: {
      ...kernel,
      read: (path) => texts.get(path) ?? kernel.read(path),
      list: (dir) => dir === "/proc" && texts.size > 0 ? [...kernel.list(dir), String(stuck)] : kernel.list(dir),
    },
  }));
  await it.up("switch");
  const state = await it.state("switch");
  texts.set(`/proc/${stuck}/stat`, `${stuck} (nfs) D 1 ${stuck} ${stuck} ${"0 ".repeat(15)}99999999999 0 0`);
  texts.set(
    `/proc/${stuck}/environ`,
    `VX11_PROCESS_ID=${state.id}\0VX11_PROCESS_SERVICE=switch\0VX11_PROCESS_PROJECT=test\0`,
  );
  const result = await it.engine.stop(state, 5);
  assertEquals(result.stopped, false);
  assertMatch(result.error ?? "", /^process \d+ \(nfs\) is in uninterruptible sleep/);
  texts.clear();
});

Deno.test("stop() takes what it cannot see for no end", async () => {
  let isBlind = false;
  // As when this program has no file left that it may open.
  await using it = await processWorld({ switch: { command: STAYS } }, ({ kernel }) => ({
    kernel: {
      ...kernel,
      read: (path) => isBlind ? null : kernel.read(path),
      list: (dir) => isBlind ? [] : kernel.list(dir),
    },
  }));
  await it.up("switch");
  const state = await it.state("switch");
  isBlind = true;
  const result = await it.engine.stop(state, 5);
  const why = "whether a process of it is left could not be seen: /proc cannot be read";
  assertEquals([result.stopped, result.error], [false, why]);
  isBlind = false;
  assertEquals((await it.engine.stop(state, 5)).stopped, true);
});

Deno.test("a process whose mark could not be read for a moment is asked again", () => {
  let isBlind = true;
  const { clock, pid } = denoHost();
  const mark = "VX11_PROCESS_ID=a\0VX11_PROCESS_SERVICE=switch\0VX11_PROCESS_PROJECT=test\0";
  const texts: Record<string, string> = {
    "/proc/uptime": "5000.0 1.0",
    [`/proc/${pid}/stat`]: `${pid} (deno) S 1 ${"1 ".repeat(17)}900 0 0`,
    "/proc/self/stat": `${pid} (deno) S 1 ${"1 ".repeat(17)}900 0 0`,
    "/proc/4711/stat": `4711 (sleep) S 1 4711 4711 ${"1 ".repeat(15)}1000 0 0`,
  };
  const read = (path: string) =>
    path === "/proc/4711/environ"
      ? isBlind ? null : mark
      : isBlind && path === "/proc/self/stat"
      ? null
      : texts[path] ?? null;
  const kernel = { read, list: () => [String(pid), "4711"], link: () => null };
  const marks = markReader({ clock, kernel, pid });
  const found = () => marks.marked(marks.processes(0)).map(({ proc }) => proc.pid);
  assertEquals(found(), []);
  isBlind = false;
  assertEquals(found(), [4711]);
});

Deno.test("close() ends what was not stopped, and what it left", async () => {
  const it = await processWorld({
    switch: {
      command: sh("trap '' TERM; (setsid sleep 300 &); echo ready; while :; do sleep 0.05; done"),
      restart: "always",
    },
  });
  await it.up("switch");
  await it.untilLog("switch", "ready");
  const { pid } = await it.state("switch");
  await it[Symbol.asyncDispose]();
  assertEquals(it.host.processAlive(pid ?? 0), false);
  assertStringIncludes(it.told("switch").join(), "die 137");
});
