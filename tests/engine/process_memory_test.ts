import { assert, assertEquals } from "@std/assert";
import type { Host } from "../../lib/host/host.ts";
import { MIB } from "../fakes/evidence.ts";
import { PYTHON } from "../fakes/python.ts";
import { until } from "../fakes/wait.ts";
import { processWorld, sh, STAYS } from "./process_world.ts";

/** Takes 40 MB and never more than some 55, and keeps them. */
const EATS = `exec ${PYTHON} -IS -c 'import time; x = b"x" * 40000000; print("full", flush=True); time.sleep(300)'`;

Deno.test("a main process over its limit is ended, and its end is one for its memory", async () => {
  await using it = await processWorld({ switch: { command: sh(EATS), memLimitBytes: 20 * MIB } });
  await it.up("switch");
  const state = await it.untilState("it ended", "switch", ({ status }) => status === "exited");
  assertEquals([state.exitCode, state.oomKilled], [137, true]);
  assertEquals(it.told("switch"), ["create", "start", "oom", "die 137"]);
});

Deno.test("a main process over its limit is restarted by its policy, and counted", async () => {
  const command = sh(`if test -e second; then exec sleep 300; fi; touch second; ${EATS}`);
  await using it = await processWorld({ switch: { command, memLimitBytes: 20 * MIB, restart: "on-failure" } });
  await it.up("switch");
  const state = await it.untilState(
    "it runs again",
    "switch",
    ({ restartCount, status }) => restartCount === 1 && status === "running",
  );
  assertEquals(it.told("switch"), ["create", "start", "oom", "die 137", "start"]);
  const [outcome] = await it.engine.sample([state]);
  assert(outcome !== undefined && "sample" in outcome);
  assertEquals(outcome.sample.oomKills, 1);
});

Deno.test("the largest process of a service over its limit is ended, and the others stay", async () => {
  const command = ["/bin/sh", "-c", 'sh -c "$1"; echo "child $?"; exec sleep 300', "sh", EATS];
  await using it = await processWorld({ switch: { command, memLimitBytes: 20 * MIB } });
  await it.up("switch");
  await it.untilLog("switch", "child 137\n");
  const state = await it.state("switch");
  assertEquals([state.status, state.oomKilled], ["running", false]);
  assertEquals(it.told("switch"), ["create", "start", "oom"]);
  const [outcome] = await it.engine.sample([state]);
  assert(outcome !== undefined && "sample" in outcome);
  assertEquals(outcome.sample.oomKills, 1);
});

Deno.test("a service whose processes together are over the limit is over it", async () => {
  const command = ["/bin/sh", "-c", 'sh -c "$1" & sh -c "$1" & wait', "sh", EATS];
  // Each alone may stay.
  await using it = await processWorld({
    switch: { command, memLimitBytes: 75 * MIB },
    alone: { command: sh(EATS), memLimitBytes: 75 * MIB },
  });
  await it.up("alone");
  await it.untilLog("alone", "full");
  await it.up("switch");
  await until("one is ended", () => it.told("switch").includes("oom"));
  assertEquals([(await it.state("switch")).status, it.told("alone")], ["running", ["create", "start"]]);
});

Deno.test("a service is let alone below its limit, and without one", async () => {
  await using it = await processWorld({
    limited: { command: sh(EATS), memLimitBytes: 64 * MIB },
    free: { command: sh(EATS) },
  }, counted);
  passes = 0;
  await it.up("limited", "free");
  await it.untilLog("limited", "full");
  await it.untilLog("free", "full");
  const before = passes;
  await until("it was looked at some times more", () => passes >= before + 3);
  assertEquals([(await it.state("limited")).status, (await it.state("free")).status], ["running", "running"]);
});

let passes = 0;

/** Counts the looks at the main processes' memory. */
function counted({ clock }: Host): Partial<Host> {
  return {
    clock: {
      ...clock,
      sleep: (ms, signal) => {
        if (ms > 50 && ms < 150) passes++;
        return clock.sleep(ms, signal);
      },
    },
  };
}

Deno.test("nobody looks at memory where no service has a limit", async () => {
  await using it = await processWorld({ free: { command: STAYS } }, counted);
  passes = 0;
  await it.up("free");
  await it.untilLog("free", "ready");
  assertEquals(passes, 0);
});

for (
  const [what, latest, isAsked] of [
    ["while none is started on the host", "0.10 0.20 0.30 1/99 4711\n", false],
    ["where the system does not say which was the latest", "0.00 0.00 0.00 0/0 0\n", true],
  ] as const
) {
  Deno.test(`the keeper of limits ${isAsked ? "looks" : "does not look"} for new children ${what}`, async () => {
    let asked = 0;
    await using it = await processWorld({ limited: { command: STAYS, memLimitBytes: 64 * MIB } }, (host) => ({
      ...counted(host),
      kernel: {
        ...host.kernel,
        read: (path) => {
          if (path.endsWith("/children")) asked++;
          return path === "/proc/loadavg" ? latest : host.kernel.read(path);
        },
      },
    }));
    passes = 0;
    await it.up("limited");
    await until("it was looked at some times", () => passes >= 4);
    const before = asked;
    await until("it was looked at some times more", () => passes >= 8);
    assertEquals([before > 0, asked > before], [true, isAsked]);
  });
}
