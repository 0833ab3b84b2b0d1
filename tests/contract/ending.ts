/** What every engine promises about the end of a service that is asked for: stop, remove, and doing either again. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  eventually,
  healthUrl,
  LONG_GRACE_SEC,
  lookAt,
  type Promises,
  start,
  startReady,
  statuses,
  untilAnswered,
  untilState,
  upOptions,
} from "./rig.ts";

/** How much longer than its grace a stop may take: the machine is busy. */
const MARGIN_MS = 15_000;

export const ENDING: Promises = {
  "one that stops at SIGTERM ends with its own code, and is not killed": async (open) => {
    await using rig = await open({ app: { published: true } });
    const { state } = await startReady(rig, "app");
    const { durationMs, ...result } = await rig.engine.stop(state, LONG_GRACE_SEC);
    assertEquals(result, { containerId: state.id, exitCode: 0, stopped: true, error: null });
    assert(durationMs < LONG_GRACE_SEC * 1000, `it took ${durationMs} ms`);
  },

  "look tells what a stopped service was": async (open) => {
    await using rig = await open({ app: { limited: true, published: true }, other: {} });
    const { state: before } = await startReady(rig, "app");
    await start(rig, "other");
    await rig.engine.stop(before, LONG_GRACE_SEC);
    const { state: after } = await lookAt(rig.engine, "app");
    const { finishedAt } = after;
    assertEquals(after, { ...before, status: "exited", pid: null, exitCode: 0, finishedAt });
    assert(Date.parse(finishedAt ?? "") >= Date.parse(before.startedAt ?? ""), `finished at ${finishedAt}`);
    assertEquals(await statuses(rig.engine), [["app", "exited"], ["other", "running"]]);
  },

  "one that ignores SIGTERM is killed after its grace, and gone": async (open) => {
    await using rig = await open({ app: { env: { FAULT_IGNORE_TERM: "1" }, published: true } });
    const look = await startReady(rig, "app");
    assertNotEquals(await rig.processes(look.state), []);
    const { durationMs, ...result } = await rig.engine.stop(look.state, 1);
    assertEquals(result, { containerId: look.state.id, exitCode: 137, stopped: true, error: null });
    assert(durationMs >= 1000 && durationMs < 1000 + MARGIN_MS, `it took ${durationMs} ms`);
    const { state } = await lookAt(rig.engine, "app");
    assertEquals([state.status, state.exitCode, state.oomKilled], ["exited", 137, false]);
    assertEquals(await rig.processes(look.state), []);
  },

  "a stop ends one that waits for its restart, and it stays ended": async (open) => {
    await using rig = await open({ app: { env: { FAULT_EXIT_CODE: "3" }, restart: "always" } });
    await start(rig, "app");
    const waiting = await untilState(rig.engine, "app", "waits for its restart", ({ restartCount, status }) => {
      return restartCount > 1 && status === "restarting";
    });
    const { error, exitCode, stopped } = await rig.engine.stop(waiting, LONG_GRACE_SEC);
    assertEquals({ error, stopped }, { error: null, stopped: true });
    assert(exitCode !== null, "it has ended, so it has an exit code");
    assertEquals(await statuses(rig.engine), [["app", "exited"]]);
    assertEquals(await rig.engine.remove([waiting.id]), new Map());
    assertEquals(await rig.engine.look(), []);
  },

  "two stops in a row are fine": async (open) => {
    await using rig = await open({ app: { published: true } });
    const { state } = await startReady(rig, "app");
    const first = await rig.engine.stop(state, LONG_GRACE_SEC);
    const second = await rig.engine.stop(state, LONG_GRACE_SEC);
    assertEquals({ ...second, durationMs: 0 }, { ...first, durationMs: 0 });
    assertEquals(await statuses(rig.engine), [["app", "exited"]]);
  },

  "two stops at the same time are fine": async (open) => {
    await using rig = await open({ app: { published: true } });
    const { state } = await startReady(rig, "app");
    const results = await Promise.all([1, 2].map(() => rig.engine.stop(state, LONG_GRACE_SEC)));
    for (const { error, exitCode, stopped } of results) {
      assertEquals({ error, exitCode, stopped }, { error: null, exitCode: 0, stopped: true });
    }
  },

  "remove removes what was stopped, and a second remove or stop is fine": async (open) => {
    await using rig = await open({ app: { published: true } });
    const { state } = await startReady(rig, "app");
    await rig.engine.stop(state, LONG_GRACE_SEC);
    assertEquals(await rig.engine.remove([state.id]), new Map());
    assertEquals(await rig.engine.look(), []);
    assertEquals(await rig.engine.remove([state.id]), new Map());
    const { error, exitCode, stopped } = await rig.engine.stop(state, LONG_GRACE_SEC);
    assertEquals({ error, exitCode, stopped }, { error: null, exitCode: null, stopped: true });
  },

  "what is running is not removed: an error says so, and the others go": async (open) => {
    await using rig = await open({ app: {}, other: {} });
    const { state } = await start(rig, "app", "other");
    const { state: other } = await lookAt(rig.engine, "other");
    await rig.engine.stop(other, LONG_GRACE_SEC);
    const failed = await rig.engine.remove([state.id, other.id]);
    assertEquals([...failed.keys()], [state.id]);
    assertNotEquals(failed.get(state.id), "");
    assertEquals((await rig.engine.look()).map((look) => look.state), [state]);
  },

  "the networks that an up made can be removed afterwards": async (open) => {
    await using rig = await open({ app: { published: true } });
    assertEquals(await rig.engine.networks(), []);
    const { state } = await start(rig, "app");
    const made = await rig.engine.networks();
    await rig.engine.removeNetworks(made);
    assertEquals(await rig.engine.networks(), made, "one that is in use stays");
    await rig.engine.stop(state, LONG_GRACE_SEC);
    await rig.engine.remove([state.id]);
    await rig.engine.removeNetworks(made);
    assertEquals(await rig.engine.networks(), []);
  },

  "what a killed run left is found, stopped and removed": async (open) => {
    await using rig = await open({ app: { published: true } });
    await rig.leave("app");
    const look = await lookAt(rig.engine, "app");
    assertEquals(look.state.status, "running");
    assertNotEquals(await rig.processes(look.state), []);
    assertEquals((await untilAnswered(await healthUrl(rig.engine, look))).status, 200);
    assertEquals(await rig.engine.up(["app"], upOptions(rig)), { ok: true });
    assertEquals((await lookAt(rig.engine, "app")).state, look.state, "an up leaves it the same");
    const { error, stopped } = await rig.engine.stop(look.state, LONG_GRACE_SEC);
    assertEquals({ error, stopped }, { error: null, stopped: true });
    assertEquals(await rig.engine.remove([look.state.id]), new Map());
    assertEquals(await rig.engine.look(), []);
    assertEquals(await rig.processes(look.state), []);
  },

  "the command for a person ends what runs": async (open) => {
    await using rig = await open({ app: {} });
    const { state } = await start(rig, "app");
    const command = rig.engine.removalCommand([state.id]);
    const { success, stderr } = await new Deno.Command("sh", { args: ["-c", command] }).output();
    assert(success, `${command}: ${new TextDecoder().decode(stderr)}`);
    await eventually("it is gone or exited", async () => {
      return (await rig.engine.look()).every((look) => look.state.status === "exited") || undefined;
    });
    assertEquals(await rig.processes(state), []);
  },
};
