/** What every engine promises about starting: up, up again, what cannot be started, and the look at what was. */

import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { LONG_GRACE_SEC, lookAt, type Promises, type Rig, start, statuses, untilExited, upOptions } from "./rig.ts";

/** What the engine says of an up that cannot go well, in whichever way it says it. */
async function refusal(rig: Rig, service: string): Promise<string> {
  try {
    const outcome = await rig.engine.up([service], upOptions(rig));
    if (outcome.ok) throw new Error(`up of "${service}" is said to have gone well`);
    return outcome.why;
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}

/** The engine may have a clock of its own, set by the same time as this host's. */
const CLOCKS_APART_MS = 2000;

export const STARTING: Promises = {
  "up starts what is asked and what that depends on, and nothing else": async (open) => {
    await using rig = await open({
      base: {},
      middle: { dependsOn: ["base"] },
      top: { dependsOn: ["middle"] },
      other: {},
    });
    assertEquals([...rig.engine.services.keys()].sort(), ["base", "middle", "other", "top"]);
    assertEquals(rig.engine.services.get("middle")?.dependsOn, ["base"]);
    assertEquals(await rig.engine.look(), []);
    await start(rig, "middle");
    assertEquals(await statuses(rig.engine), [["base", "running"], ["middle", "running"]]);
  },

  "up of what is up leaves it the same, also what it depends on": async (open) => {
    await using rig = await open({ base: {}, top: { dependsOn: ["base"] } });
    await start(rig, "top");
    const before = await rig.engine.look();
    await start(rig, "top");
    assertEquals(await rig.engine.look(), before);
  },

  "up with recreate replaces what is asked, and leaves what it depends on": async (open) => {
    await using rig = await open({ base: {}, top: { dependsOn: ["base"] } });
    const before = await start(rig, "top");
    const base = await lookAt(rig.engine, "base");
    assertEquals(await rig.engine.up(["top"], upOptions(rig, true)), { ok: true });
    const after = await lookAt(rig.engine, "top");
    assertNotEquals(after.state.id, before.state.id);
    assertNotEquals(after.state.pid, before.state.pid);
    assertEquals(after.state.status, "running");
    assertEquals(await lookAt(rig.engine, "base"), base);
    assertEquals(await rig.processes(before.state), []);
  },

  "up of what was stopped starts the same one again": async (open) => {
    await using rig = await open({ app: {} });
    const { state: before } = await start(rig, "app");
    await rig.engine.stop(before, LONG_GRACE_SEC);
    const { state: after } = await start(rig, "app");
    assertEquals([after.id, after.status, after.restartCount], [before.id, "running", 0]);
    assertNotEquals(after.startedAt, before.startedAt);
  },

  "up of what was removed makes a new one": async (open) => {
    await using rig = await open({ app: {} });
    const { state: before } = await start(rig, "app");
    await rig.engine.stop(before, LONG_GRACE_SEC);
    await rig.engine.remove([before.id]);
    assertNotEquals((await start(rig, "app")).state.id, before.id);
  },

  "up that was called off before it began starts nothing, and passes the reason on": async (open) => {
    await using rig = await open({ app: {} });
    const options = { ...upOptions(rig), signal: AbortSignal.abort(new Error("called off")) };
    await assertRejects(() => rig.engine.up(["app"], options), Error, "called off");
    assertEquals(await rig.engine.look(), []);
  },

  "look tells what a running service is": async (open) => {
    await using rig = await open({ app: { limited: true, stopGraceSec: 7 }, free: {} });
    const began = Date.now();
    const { state } = await start(rig, "app", "free");
    const { createdAt, id, image, name, pid, startedAt, ...rest } = state;
    assertEquals(rest, {
      service: "app",
      status: "running",
      exitCode: null,
      oomKilled: false,
      restartCount: 0,
      finishedAt: null,
      health: null,
      healthOutput: null,
      memLimitBytes: rig.memLimitBytes,
      stopGraceSec: 7,
      error: null,
    });
    for (const text of [id, image, name]) assertNotEquals(text, "");
    assert((pid ?? 0) > 0, `pid ${pid}`);
    const ended = Date.now();
    for (const time of [startedAt, createdAt ?? startedAt]) {
      const at = Date.parse(time ?? "");
      assert(
        at > began - CLOCKS_APART_MS && at < ended + CLOCKS_APART_MS,
        `started at ${startedAt}, made at ${createdAt}`,
      );
    }
    assertEquals((await lookAt(rig.engine, "free")).state.memLimitBytes, null);
  },

  "what is not there to be started is refused, with the reason": async (open) => {
    await using rig = await open({ app: { broken: "absent" } });
    assertStringIncludes(await refusal(rig, "app"), "vx11-missing");
    assertEquals((await statuses(rig.engine)).filter(([, status]) => status === "running"), []);
  },

  "what is no program is refused, with the reason": async (open) => {
    await using rig = await open({ app: { broken: "not executable" } });
    assertMatch(await refusal(rig, "app"), /permission denied|not executable/i);
    assertEquals((await statuses(rig.engine)).filter(([, status]) => status === "running"), []);
  },

  "one that ends at once is seen as exited, with its exit code": async (open) => {
    await using rig = await open({ app: { env: { FAULT_EXIT_CODE: "7" } } });
    await start(rig, "app");
    const { exitCode, finishedAt, oomKilled, pid, restartCount, startedAt } = await untilExited(rig.engine, "app");
    assertEquals({ exitCode, oomKilled, pid, restartCount }, {
      exitCode: 7,
      oomKilled: false,
      pid: null,
      restartCount: 0,
    });
    // Docker notes the start after it: a process may have ended by then, a little earlier by these two.
    const upMs = Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "");
    assert(upMs > -2000 && upMs < 60_000, `started at ${startedAt}, finished at ${finishedAt}`);
  },

  "survey names what is not declared and what cannot be started, and touches nothing": async (open) => {
    await using rig = await open({ app: {}, absent: { broken: "absent" } });
    const { obstacles, toBuild } = await rig.engine.survey(["app", "absent", "nobody"]);
    assertEquals(obstacles.map(({ service }) => service).sort(), ["absent", "nobody"]);
    for (const { next, service, why } of obstacles) {
      assertStringIncludes(why, service === "absent" ? "vx11-missing" : "nobody");
      assertNotEquals(next, "");
    }
    assertEquals(toBuild, []);
    assertEquals(await rig.engine.look(), []);
    assertEquals((await rig.engine.survey(["app"])).obstacles, []);
  },
};
