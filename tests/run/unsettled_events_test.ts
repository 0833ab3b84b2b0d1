/** What an engine's events have told and the engine has not handed on yet: a window does not close without it. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { reasonsOn, verdictOn, world } from "./harness.ts";

Deno.test("an unhealthy check whose outcome is still being asked for when its window ends is unhealthy", async () => {
  const it = world();
  let isAsked = false;
  it.engine.settleEvents = () => {
    if (it.engine.container("switch") !== undefined && !isAsked) {
      isAsked = true;
      it.engine.emit("switch", "unhealthy");
    }
    return Promise.resolve();
  };
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL unhealthy");
});

Deno.test("one that cannot be had then is no PASS", async () => {
  const it = world();
  it.engine.settleEvents = () => Promise.resolve(it.engine.gap("no answer came in time"));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN metrics_missing");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "no answer came in time");
});
