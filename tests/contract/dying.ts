/** What every engine promises about ends that nobody asked for: crash, restart by policy, kill from outside, memory. */

import { assert, assertEquals } from "@std/assert";
import type { Engine } from "../../lib/engine/engine.ts";
import type { ContainerState } from "../../lib/model/evidence.ts";
import {
  eventually,
  healthUrl,
  LONG_GRACE_SEC,
  lookAt,
  type Promises,
  record,
  start,
  startReady,
  untilAnswered,
  untilExited,
  untilState,
} from "./rig.ts";

const SIGKILL_EXIT = 137;

/** The counter of processes killed for memory, where the engine's source has one. */
async function oomKills(engine: Engine, state: ContainerState): Promise<number | null> {
  const [outcome] = await engine.sample([state]);
  return outcome !== undefined && "sample" in outcome ? outcome.sample.oomKills : null;
}

export const DYING: Promises = {
  "a crash without a restart policy is seen as exited, with its code": async (open) => {
    await using rig = await open({ app: { env: { FAULT_EXIT_AFTER: "0.3", FAULT_EXIT_CODE: "42" } } });
    await using events = record(rig.engine);
    const { state: before } = await start(rig, "app");
    const { exitCode, id, oomKilled, restartCount } = await untilExited(rig.engine, "app");
    assertEquals({ exitCode, id, oomKilled, restartCount }, {
      exitCode: 42,
      id: before.id,
      oomKilled: false,
      restartCount: 0,
    });
    assertEquals((await events.until("die")).exitCode, 42);
    assertEquals(events.actions("start", "die"), ["start", "die"]);
  },

  "one that is to restart always comes back after each crash, as the same one, and is counted": async (open) => {
    await using rig = await open({
      app: { env: { FAULT_EXIT_AFTER: "0.1", FAULT_EXIT_CODE: "5" }, restart: "always" },
    });
    await using events = record(rig.engine);
    const { state: before } = await start(rig, "app");
    const after = await untilState(rig.engine, "app", "was restarted twice", (state) => state.restartCount >= 2);
    await events.until("start", 3);
    const actions = events.actions("create", "start", "die").slice(0, 6);
    assertEquals(actions, ["create", "start", "die", "start", "die", "start"]);
    const died = await events.until("die");
    assertEquals(died.exitCode, 5);
    assert(
      Date.parse(after.startedAt ?? "") >= Date.parse(died.time),
      `started at ${after.startedAt}, and had died at ${died.time}`,
    );
    assertEquals(new Set([after.id, ...events.events.map(({ containerId }) => containerId)]), new Set([before.id]));
  },

  "one that is to restart on failure comes back after a failure, and not after a clean end": async (open) => {
    const restart = "on-failure";
    await using rig = await open({
      clean: { env: { FAULT_EXIT_CODE: "0" }, restart },
      failing: { env: { FAULT_EXIT_CODE: "1" }, restart },
    });
    await start(rig, "clean", "failing");
    await untilState(rig.engine, "failing", "was restarted", ({ restartCount }) => restartCount >= 2);
    const { exitCode, restartCount } = await untilExited(rig.engine, "clean");
    assertEquals({ exitCode, restartCount }, { exitCode: 0, restartCount: 0 });
  },

  "one that is killed from outside is exited with 137, and not for memory": async (open) => {
    await using rig = await open({ app: { limited: true } });
    await using events = record(rig.engine);
    await rig.kill((await start(rig, "app")).state);
    const { exitCode, oomKilled, restartCount } = await untilExited(rig.engine, "app");
    assertEquals({ exitCode, oomKilled, restartCount }, { exitCode: SIGKILL_EXIT, oomKilled: false, restartCount: 0 });
    assertEquals((await events.until("die")).exitCode, SIGKILL_EXIT);
    assertEquals(events.actions("oom"), []);
  },

  "a main process over the memory limit is killed, and it is said to be for memory": async (open) => {
    await using rig = await open({ app: { limited: true, env: { FAULT_MEMORY: "pid1" } } });
    await using events = record(rig.engine);
    await start(rig, "app");
    const { exitCode, oomKilled } = await untilExited(rig.engine, "app");
    assertEquals({ exitCode, oomKilled }, { exitCode: SIGKILL_EXIT, oomKilled: true });
    assertEquals((await events.until("oom")).service, "app");
    assertEquals((await events.until("die")).exitCode, SIGKILL_EXIT);
  },

  "a child over the memory limit is killed, and it is said while the main process runs on": async (open) => {
    const env = { FAULT_MEMORY: "child", FAULT_MEMORY_AFTER: "0.5" };
    await using rig = await open({ app: { limited: true, published: true, env } });
    await using events = record(rig.engine);
    const before = await start(rig, "app");
    assertEquals((await events.until("oom")).containerId, before.state.id);
    const after = await lookAt(rig.engine, "app");
    const { pid, restartCount, startedAt, status } = after.state;
    assertEquals({ pid, restartCount, startedAt, status }, {
      pid: before.state.pid,
      restartCount: 0,
      startedAt: before.state.startedAt,
      status: "running",
    });
    // Where there is no counter, the event alone tells it.
    await eventually("the counter has it", async () => (await oomKills(rig.engine, after.state) ?? 1) > 0 || undefined);
    assertEquals((await untilAnswered(await healthUrl(rig.engine, after))).status, 200);
    assertEquals(events.actions("die"), []);
  },

  "one under its memory limit is left alone": async (open) => {
    await using rig = await open({ app: { limited: true, published: true, env: { FAULT_HOLD_MIB: "16" } } });
    await using events = record(rig.engine);
    const look = await startReady(rig, "app");
    const { exitCode } = await rig.engine.stop(look.state, LONG_GRACE_SEC);
    await events.until("die");
    assertEquals([exitCode, events.actions("oom")], [0, []]);
  },
};
