import { assertEquals } from "@std/assert";
import type { ContainerState } from "../../lib/model/evidence.ts";
import { EventsTold } from "../../lib/run/window/told.ts";
import { autoClock } from "../fakes/auto_clock.ts";

const at = (ms: number) => new Date(ms).toISOString();
const state = (startedMs: number | null, finishedMs: number | null = null) => ({
  id: "a",
  startedAt: startedMs === null ? null : at(startedMs),
  finishedAt: finishedMs === null ? null : at(finishedMs),
} as ContainerState);

/** How long is waited, with events that come after so many ms: of a kind, and with a time of their own. */
async function waited(now: ContainerState, events: [afterMs: number, action: string, timeMs: number][]) {
  const clock = autoClock();
  const told = new EventsTold(clock, 1000);
  return await clock.drive(async () => {
    const began = clock.mono();
    const coming = events.map(async ([afterMs, action, timeMs]) => {
      if (afterMs > 0) await clock.sleep(afterMs);
      told.note({ action, containerId: "a", time: at(timeMs) });
    });
    await told.of([now]);
    const took = clock.mono() - began;
    await Promise.all(coming);
    return took;
  });
}

Deno.test("a start that a look shows and no event has told of is waited for, but not for long", async () => {
  assertEquals(await waited(state(2000), [[0, "start", 2001]]), 0);
  assertEquals(await waited(state(2000), [[250, "start", 2001]]), 250);
  assertEquals(await waited(state(2000), [[250, "create", 2001]]), 1000);
  assertEquals(await waited(state(2000), []), 1000);
});

Deno.test("so is the last of several starts, and an end", async () => {
  assertEquals(await waited(state(9000), [[0, "start", 2001], [250, "start", 9001]]), 250);
  assertEquals(await waited(state(2000, 5000), [[0, "start", 2001], [250, "die", 4999]]), 250);
});

Deno.test("so is the word that it is healthy, if its check was run more than once", async () => {
  const healthy = (passed: number): ContainerState => ({
    ...state(2000),
    health: "healthy",
    checks: { passed, failed: 0 },
  });
  assertEquals(await waited(healthy(2), [[0, "start", 2001], [250, "healthy", 2500]]), 250);
  assertEquals(await waited(healthy(2), [[0, "start", 2001]]), 1000);
  assertEquals(await waited(healthy(1), [[0, "start", 2001]]), 0);
  assertEquals(await waited({ ...healthy(2), health: "unhealthy" }, [[0, "start", 2001]]), 0);
  // It was healthy when the window was opened.
  assertEquals(await waited({ ...healthy(2), startedAt: at(999) }, []), 0);
});

Deno.test("what happened before the window is not waited for", async () => {
  assertEquals(await waited(state(999, 998), []), 0);
  assertEquals(await waited(state(null), []), 0);
});
