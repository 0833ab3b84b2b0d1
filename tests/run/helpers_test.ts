/** Services of no module that Compose starts for one: looked at first, watched, judged and kept as the module's own. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

/** Of a module that needs the core alone. */
const SHUB = { "test_shub_a.py": 0 };

/** "redis" is a helper of switch alone. */
function helped(options: WorldOptions = {}): World {
  const it = world({
    ...options,
    scripts: { madre: { dependsOn: [] }, switch: { dependsOn: ["redis"] }, ...options.scripts },
  });
  return it;
}

Deno.test("a helper that is restarted makes its module FAIL, and is named", async () => {
  const it = helped();
  it.onTest = () => it.engine.restart(it.engine.container("redis")?.state.id ?? "", 9);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL restarted");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", '"redis" restarted');
  const { metrics } = JSON.parse(it.files.get("/audit/REPORT.json") ?? "").modules.switch;
  assertEquals([metrics["vx11-redis"].role, metrics["vx11-switch"].role], ["helper", undefined]);
});

Deno.test("a helper that ends makes its module FAIL, unless it has done its work", async () => {
  for (
    const [oneShot, code, verdict] of [[false, 0, "FAIL exited"], [true, 0, "PASS"], [true, 9, "FAIL exited"]] as const
  ) {
    const it = helped({ scripts: { redis: { oneShot } } });
    it.onTest = () => it.engine.end(it.engine.container("redis")?.state.id ?? "", code);
    assertEquals(verdictOn(await it.run(), "switch"), verdict, `one-shot: ${oneShot}, exit ${code}`);
  }
});

Deno.test("a job that was done before the run is taken in place, and nothing that the engine did not say is missed", async () => {
  const running = ["madre", "tentaculo_link", "switch"];
  for (const [oneShot, verdict] of [[true, "PASS"], [false, "FAIL exited"]] as const) {
    const it = helped({ running, stopped: ["redis"], scripts: { redis: { oneShot } } });
    const result = await it.run();
    assertEquals(verdictOn(result, "switch").startsWith(verdict), true, verdictOn(result, "switch"));
    const opened = it.journal().find((line) => line.type === "window_opened" && line.module === "switch");
    assertEquals(opened?.type === "window_opened" && opened.inPlace.includes("redis"), oneShot);
  }
});

Deno.test("a job that was done before the run, and is run again for another service, was not restarted", async () => {
  const it = helped({
    running: ["madre", "tentaculo_link", "switch"],
    stopped: ["redis"],
    scripts: { redis: { oneShot: true } },
  });
  it.onTest = () => {
    const redis = it.engine.container("redis");
    if (redis === undefined) throw new Error("redis is gone");
    it.engine.start(redis);
    it.engine.end(redis.state.id, 0);
  };
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), reasonsOn(result, "switch")], ["PASS", []]);
});

Deno.test("a helper's missing image is the problem of those that need it, and the core's ends the run", async () => {
  const it = helped({
    config: { selected: ["switch", "shubniggurath"] },
    scripts: { redis: { image: "redis:7" } },
    tests: SHUB,
  });
  it.engine.images = new Set(["vx11-sandbox:1"]);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  assertEquals(verdictOn(result, "shubniggurath"), "PASS");
});

Deno.test("an image is pulled once for all that have it, and a registry that is away fails only those", async () => {
  for (const has of [true, false]) {
    const it = world({
      config: { selected: ["switch", "hermes", "shubniggurath"], pull: "missing" },
      tests: SHUB,
      scripts: { switch: { image: "far:1" }, hermes: { image: "far:1" } },
    });
    it.engine.images = new Set(["vx11-sandbox:1"]);
    if (has) it.engine.registry.add("far:1");
    const result = await it.run();
    assertEquals(it.engine.orders.filter((order) => order.startsWith("pull")), ["pull far:1"]);
    assertEquals(verdictOn(result, "switch"), has ? "PASS" : "FAIL start_failed");
    assertEquals(verdictOn(result, "shubniggurath"), "PASS");
    if (!has) assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "no such host");
  }
});

Deno.test("a helper of which the failed start has made nothing has not ended", async () => {
  const it = world({ scripts: { switch: { dependsOn: ["mcp"] }, mcp: {} } });
  it.engine.up = () => Promise.resolve({ ok: false, why: "no such service: mcp", output: "" });
  it.engine.startByHand("madre");
  it.engine.startByHand("tentaculo_link");
  it.engine.startByHand("redis");
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL start_failed");
});
