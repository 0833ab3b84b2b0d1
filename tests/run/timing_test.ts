/** What a run writes down of its time, and what the record makes of it. */

import { assert, assertEquals } from "@std/assert";
import { runTiming } from "../../lib/figures/timing.ts";
import { world } from "./harness.ts";

Deno.test("a run writes down what each module of the plan depends on, and its time is told for all of them", async () => {
  const it = world({ config: { selected: ["hermes"], cycles: 2 } });
  const { evidence } = (await it.run()).judged;
  assertEquals(evidence.run?.dependsOn, { baseline: [], switch: ["baseline"], hermes: ["baseline", "switch"] });
  const { criticalMs, cycles, modules, ownMs, sumMs, wallMs } = runTiming(evidence);
  assertEquals(modules.map(({ name, core, tested, cycles }) => [name, core, tested, cycles]), [
    ["baseline", true, false, 2],
    ["switch", false, false, 2],
    ["hermes", false, true, 2],
  ]);
  assertEquals(cycles.map(({ cycle }) => cycle), [1, 2]);
  assert(criticalMs !== null && sumMs !== null && ownMs !== null);
  assert(
    criticalMs > 0 && criticalMs <= sumMs && Math.abs(sumMs + ownMs - wallMs) < 1,
    `${criticalMs} ${sumMs} ${wallMs}`,
  );
});

Deno.test("a run that failed says nothing of its own share", async () => {
  const it = world({ config: { selected: ["switch"] } });
  it.pages.set("madre", 500);
  const { evidence } = (await it.run()).judged;
  assertEquals([evidence.failure?.exit, runTiming(evidence).ownMs], ["environment", null]);
});
