/** Whole runs on the scripted engine: what is started, judged, stopped, and in which order. */

import { assertEquals } from "@std/assert";
import { verdictOn, world } from "./harness.ts";

Deno.test("run() records that it was a demonstration, and with which faults", async () => {
  const demo = { faults: [{ name: "oom", module: "switch", culprit: "switch" }] };
  const { judged } = await world({ config: { demo } }).run();
  assertEquals(judged.evidence.run?.demo, demo);
  assertEquals((await world().run()).judged.evidence.run?.demo, undefined);
});

Deno.test("run() of a healthy module is PASS, and leaves nothing behind", async () => {
  const it = world();
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), result.failure], ["PASS", null]);
  assertEquals([it.engine.running(), [...it.engine.networkIds], it.engine.closed], [[], [], true]);
});
