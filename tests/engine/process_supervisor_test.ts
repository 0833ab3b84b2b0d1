import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exitCodeOf } from "../../lib/engine/process/supervisor.ts";
import type { Host } from "../../lib/host/host.ts";
import type { RestartPolicy } from "../../lib/model/process.ts";
import { until } from "../fakes/wait.ts";
import { processWorld, sh, STAYS } from "./process_world.ts";

const POLICIES: [RestartPolicy, number, boolean][] = [
  ["no", 0, false],
  ["no", 1, false],
  ["on-failure", 0, false],
  ["on-failure", 1, true],
  ["always", 0, true],
  ["always", 1, true],
];
for (const [restart, code, again] of POLICIES) {
  Deno.test(`restart policy ${restart} ${again ? "restarts" : "leaves"} a service that exits with ${code}`, async () => {
    // The first time it ends, the second time it stays.
    const command = sh(`if test -e second; then exec sleep 300; fi; touch second; exit ${code}`);
    await using it = await processWorld({ switch: { command, restart } });
    await it.up("switch");
    if (again) {
      const state = await it.untilState(
        "it runs again",
        "switch",
        ({ restartCount, status }) => restartCount === 1 && status === "running",
      );
      assertEquals([state.exitCode, state.finishedAt], [null, null]);
      assertEquals(it.told("switch"), ["create", "start", `die ${code}`, "start"]);
    } else {
      const state = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
      assertEquals([state.exitCode, state.restartCount, it.told("switch").at(-1)], [code, 0, `die ${code}`]);
    }
  });
}

/** The pauses that a service waits before its restarts; each is over as soon as it begins. */
function hurried(pauses: number[]): (host: Host) => Partial<Host> {
  return ({ clock }) => ({
    clock: {
      ...clock,
      sleep: (ms, signal) => {
        if (ms < 100 || ms > 60_000) return clock.sleep(ms, signal);
        pauses.push(ms);
        return clock.sleep(0, signal);
      },
    },
  });
}

Deno.test("a service that keeps ending is restarted after pauses that double up to a minute, under one id", async () => {
  const pauses: number[] = [];
  await using it = await processWorld({ switch: { command: ["false"], restart: "on-failure" } }, hurried(pauses));
  await it.up("switch");
  const { id } = await it.state("switch");
  const later = await it.untilState("it was restarted often", "switch", ({ restartCount }) => restartCount >= 12);
  assertEquals(pauses.slice(0, 11), [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000]);
  assertEquals(later.id, id);
});

Deno.test("a service that had stayed for ten seconds is restarted after a short pause again", async () => {
  const pauses: number[] = [];
  let late = 0;
  let leap = 10_000;
  await using it = await processWorld({ switch: { command: ["false"], restart: "always" } }, (host) => {
    const { clock } = { ...host, ...hurried(pauses)(host) };
    // From the fourth start on its own clock, ten seconds pass with each question.
    return { clock: { ...clock, mono: () => clock.mono() + (pauses.length >= 3 ? late += leap : 0) } };
  });
  await it.up("switch");
  await until("it was restarted often", () => pauses.length >= 6);
  // The stop has a limit of its own on this clock, and would give up before the output is on the disk.
  leap = 0;
  assertEquals(pauses.slice(0, 6), [100, 200, 400, 100, 100, 100]);
});

Deno.test("between two starts a service is restarting, with its last exit code and no process", async () => {
  await using it = await processWorld({ switch: { command: sh("kill -KILL $$"), restart: "always" } });
  await it.up("switch");
  const state = await it.untilState("it waits", "switch", ({ status }) => status === "restarting");
  assertEquals([state.exitCode, state.pid, state.oomKilled], [137, null, false]);
  assert(Date.parse(state.finishedAt ?? "") >= Date.parse(state.startedAt ?? ""));
});

Deno.test("a service that cannot be started again has ended, and its state says why", async () => {
  await using it = await processWorld({ switch: { command: ["./service"], restart: "always" } });
  await Deno.writeTextFile(`${it.dir}/service`, "#!/bin/sh\nrm $0\n", { mode: 0o755 });
  await it.up("switch");
  const { error, restartCount } = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  assertStringIncludes(error ?? "", "it could not be started again: ");
  assertEquals(restartCount, 1);
});

Deno.test("a service that somebody else kills ended by that signal, and not for its memory", async () => {
  await using it = await processWorld({ switch: { command: STAYS, memLimitBytes: 2 ** 30 } });
  await it.up("switch");
  Deno.kill((await it.state("switch")).pid ?? 0, "SIGKILL");
  const state = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  assertEquals([state.exitCode, state.oomKilled, it.told("switch")], [137, false, ["create", "start", "die 137"]]);
});

Deno.test("watch() hands out each event once, in order, until it is closed", async () => {
  await using it = await processWorld({ switch: { command: sh("exit 0") } });
  const mine: string[] = [];
  const stream = it.engine.watch(({ action }) => mine.push(action), () => {});
  await it.up("switch");
  await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  await stream.close();
  await it.engine.remove([(await it.state("switch")).id]);
  assertEquals([mine, it.told("switch").at(-1)], [["create", "start", "die"], "destroy"]);
  const times = it.events.map(({ time }) => time);
  assertEquals(times, [...times].sort());
});

const EXITS: [number | null, string | null, number | null][] = [
  [0, null, 0],
  [3, null, 3],
  [null, "SIGKILL", 137],
  [null, "SIGTERM", 143],
  [null, "SIGSEGV", 139],
  [null, "SIG34", 162],
  [null, "SIGNEW", null],
];
for (const [code, signal, expected] of EXITS) {
  Deno.test(`exitCodeOf() gives ${expected} for code ${code}, signal ${signal}`, () =>
    assertEquals(exitCodeOf({ code, signal }), expected));
}
