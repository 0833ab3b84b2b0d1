/** An engine on another host whose clock is minutes off: what is the run's own, and what happened in a window. */

import { assertEquals } from "@std/assert";
import { verdictOn, type World, world } from "./harness.ts";

const MINUTES_MS = 300_000;

/** `told`: how far the engine's clock is known to be ahead. */
function off(aheadMs: number, told = aheadMs): World {
  const it = world();
  it.engine.now = () => it.clock.wall() + aheadMs;
  Object.assign(it.engine, { clockAheadMs: told });
  return it;
}

Deno.test("by an engine's clock that is minutes off, what a start made that failed is still the run's own", async () => {
  const left = async (it: World) => {
    // No event tells of it: only the time of its creation shows whose it is.
    it.engine.up = () => {
      it.engine.startByHand("madre");
      return Promise.resolve({ ok: false, why: "no such mount", output: "" });
    };
    await it.run();
    return it.engine.containers.size;
  };
  for (const aheadMs of [0, MINUTES_MS, -MINUTES_MS]) assertEquals(await left(off(aheadMs)), 0);
  assertEquals(await left(off(MINUTES_MS, 0)), 1, "what seems to be made at another time is not touched");
});

Deno.test("by an engine's clock that is minutes off, a restart in the window is seen as any other", async () => {
  for (const aheadMs of [0, MINUTES_MS, -MINUTES_MS]) {
    const it = off(aheadMs);
    it.onTest = () => it.engine.restart(it.engine.container("switch")?.state.id ?? "", 1);
    assertEquals(verdictOn(await it.run(), "switch"), "FAIL restarted");
  }
});
