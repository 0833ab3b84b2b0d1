/** Docker's own health check: the readiness of what has no page, and never "starting" in a PASS. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ContainerState } from "../../lib/model/evidence.ts";
import { builtinModules } from "../../lib/modules.ts";
import { reasonsOn, verdictOn, type World, world } from "./harness.ts";

/** Switch, whose check has not been run by Docker unless `checks` says so. */
function checked(
  check: (it: World) => string | null,
  { page = true, declared = false, checks = { passed: 0, failed: 0 } } = {},
): World {
  const state: Partial<ContainerState> = { health: "starting", checks };
  const it: World = world({ scripts: { switch: { state, check: () => check(it) } }, config: { timeoutSec: 12 } });
  const modules = new Map(builtinModules());
  const spec = modules.get("switch");
  const own = declared ? [{ service: "switch", kind: "docker", declared } as const] : [];
  if (spec !== undefined && !page) modules.set("switch", { ...spec, health: own });
  Object.assign(it.config, { settings: { ...it.config.settings, modules } });
  return it;
}

Deno.test("a service without a page whose check never passes is not ready in time, and is not tested", async () => {
  const it = checked(() => "the container's health check ended with 1: no", { page: false });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "not ready within 12 s");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "at its Docker health check gave: ");
  assert(!it.journal().some(({ type }) => type === "test"));
});

Deno.test("a check that passes after 6 s is waited for, and tests begin then", async () => {
  const it = checked(({ clock }) => clock.mono() < 6000 ? "not yet" : null, { page: false });
  let testedMs = 0;
  it.onTest = () => void (testedMs = it.clock.mono());
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assert(testedMs >= 6000 && testedMs < 8000, `${testedMs}`);
});

Deno.test("what Docker itself calls healthy is ready, without its check being run again", async () => {
  const it = checked(() => "must not be asked", { page: false, checks: { passed: 1, failed: 0 } });
  it.engine.scripts.set("switch", { state: { health: "healthy", checks: { passed: 1, failed: 0 } } });
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(it.engine.orders.filter((order) => order === "check switch"), []);
});

Deno.test("beside a page, a check that Docker has not run is run once, and counts", async () => {
  for (const [why, verdict] of [[null, "PASS"], ["it ended with 1", "FAIL unhealthy"]] as const) {
    const it = checked(() => why);
    assertEquals(verdictOn(await it.run(), "switch"), verdict);
    assertEquals(it.engine.orders.filter((order) => order === "check switch").length, 1);
  }
});

Deno.test("beside a page, failures and no success of the check are unhealthy, though Docker says starting", async () => {
  for (
    const [checks, verdict] of [[{ passed: 0, failed: 2 }, "FAIL unhealthy"], [
      { passed: 1, failed: 1 },
      "PASS",
    ]] as const
  ) {
    const it = checked(() => null, { checks });
    assertEquals(verdictOn(await it.run(), "switch"), verdict);
  }
});

for (const declared of [false, true]) {
  const whose = declared ? "a declared check" : "the check of a service without any other";
  Deno.test(`${whose} that passed here, while Docker had seen it fail alone, is run once more at the end, and counts`, async () => {
    for (const [last, verdict] of [[null, "PASS"], ["it ended with 1", "FAIL unhealthy"]] as const) {
      let runs = 0;
      const it = checked(() => ++runs === 1 ? null : last, { page: false, declared, checks: { passed: 0, failed: 2 } });
      assertEquals(verdictOn(await it.run(), "switch"), verdict);
      assertEquals(runs, 2);
    }
  });
}

Deno.test("the check of a helper and of the core counts as well", async () => {
  const state: Partial<ContainerState> = { health: "starting", checks: { passed: 0, failed: 0 } };
  const it = world({ scripts: { redis: { state, check: () => "no" } } });
  const { judged } = await it.run();
  assertEquals(judged.alsoRun.map(({ name, status }) => [name, status]), [["baseline", "FAIL"]]);
});

Deno.test("an interrupt while a check is run is no failure of it", async () => {
  const it = checked((made) => {
    made.interrupt.abort("SIGINT");
    return "cut short";
  });
  assertEquals(verdictOn(await it.run(), "switch"), "WARN metrics_missing");
});

Deno.test("what happens while a check is run at the window's end is seen: nobody looks away for it", async () => {
  const ends = checked(({ engine }) => {
    const id = engine.container("switch")?.state.id;
    if (id !== undefined) engine.end(id, 0);
    return null;
  });
  assertEquals(verdictOn(await ends.run(), "switch"), "FAIL exited");
  const it = checked(() => null);
  it.engine.onOrder = (order) => order === "check switch" ? it.clock.sleep(900) : undefined;
  await it.run();
  const lines = it.journal().filter((line) => "module" in line && line.module === "switch");
  const due = lines.find(({ type }) => type === "check_run")?.ms ?? 0;
  const during = lines.filter(({ ms, type }) => ms > due - 900 && ms < due && ["probe", "sample"].includes(type));
  assert(during.length > 2, `${during.length} probes and samples while the check ran`);
});
