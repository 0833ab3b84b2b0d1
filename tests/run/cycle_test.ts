/** One cycle and several: the core, each module in its turn, what is taken down when, and what a soak is. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { Failure } from "../../lib/model/failure.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { until } from "../fakes/wait.ts";
import { AUDIT_DIR, reasonsOn, verdictOn, type World, world } from "./harness.ts";

const stops = (orders: readonly string[]) => orders.filter((order) => order.startsWith("stop")).map(serviceOf);
const serviceOf = (order: string) => (order.split(" ")[1] ?? "").replace(/-\d+$/, "");

Deno.test("a module is taken down when nothing needs it any longer, an unselected dependency too", async () => {
  const it = world({ config: { selected: ["hermes", "shubniggurath"] } });
  await it.run();
  const { orders } = it.engine;
  // switch is there for hermes alone, and goes before shubniggurath comes.
  const order = ["up switch", "up hermes", "stop hermes-5 10", "stop switch-4 10", "up shubniggurath"];
  assertEquals(orders.filter((each) => order.includes(each)), order);
  assertEquals(it.engine.running(), []);
});

Deno.test("a dependency that a later module needs stays up until then", async () => {
  const it = world({ config: { selected: ["switch", "hermes"] } });
  await it.run();
  assertEquals(it.engine.orders.filter((order) => order.startsWith("up switch")).length, 1);
  assertEquals(stops(it.engine.orders).slice(0, 2), ["hermes", "switch"]);
});

Deno.test("every cycle starts and stops the modules anew, and the core once", async () => {
  const it = world({ config: { cycles: 3 } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertEquals(it.engine.orders.filter((order) => order.startsWith("up")), [
    "up madre tentaculo_link",
    "up switch",
    "up switch",
    "up switch",
  ]);
  assertEquals(stops(it.engine.orders), ["switch", "switch", "switch", "tentaculo_link", "madre", "redis"]);
});

Deno.test("the core stays up where it is to be kept, with what the engine started for it, and is judged all the same", async () => {
  const it = world({ config: { selected: ["baseline"], keepCore: true } });
  const result = await it.run();
  assertEquals(verdictOn(result, "baseline"), "PASS");
  assertEquals([it.engine.running().sort(), stops(it.engine.orders)], [["madre", "redis", "tentaculo_link"], []]);
  assertEquals(result.judged.evidence.leftBehind, []);
});

Deno.test("the core that goes at the end is judged by how it goes", async () => {
  const it = world({ config: { selected: ["baseline"] }, scripts: { madre: { stopsLate: true } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "baseline"), "WARN slow_stop");
});

Deno.test("a core that does not start ends the run, with its logs kept and nothing left", async () => {
  const it = world({ config: { timeoutSec: 2 } });
  it.pages.set("madre", 500);
  const result = await it.run();
  assertEquals([result.failure?.exit, verdictOn(result, "switch")], ["environment", "SKIP"]);
  assertStringIncludes(result.failure?.what ?? "", 'Failed to start baseline: "madre" was not ready within 2 s');
  assertStringIncludes(result.failure?.next ?? "", "Read /audit/raw/baseline_vx11-madre.log");
  assertStringIncludes(result.failure?.detail ?? "", "last line of madre");
  assertEquals([it.engine.running(), it.engine.orders.includes("up switch")], [[], false]);
});

Deno.test("a core that cannot be made at all says what the engine said, and guesses nothing", async () => {
  const it = world({ scripts: { madre: { upFails: "port is taken" } } });
  const { failure } = await it.run();
  assertStringIncludes(failure?.what ?? "", "Failed to start baseline: ");
  assertStringIncludes(failure?.next ?? "", "Read /audit/raw/baseline_compose_up.txt");
});

Deno.test("a core whose helper has ended says so, with that helper's last lines", async () => {
  const redis = { state: { status: "exited", pid: null, exitCode: 0 } } as const;
  const it = world({ scripts: { madre: { upFails: "container vx11-redis exited (0)" }, redis } });
  const { failure } = await it.run();
  assertStringIncludes(failure?.what ?? "", "container vx11-redis exited (0)");
  assertStringIncludes(failure?.next ?? "", "baseline_vx11-redis.log");
  const path = "/audit/raw/baseline_vx11-redis.log";
  const said =
    `"redis" has ended with exit code 0; last lines of ${path}:\nfirst line of redis-1\nlast line of redis-1`;
  assertStringIncludes(failure?.detail ?? "", said);
});

/** Service → how often it was started. */
function startsOf({ engine }: World): Record<string, number> {
  const starts: Record<string, number> = {};
  for (const order of engine.orders.filter((each) => each.startsWith("up "))) {
    for (const service of order.split(" ").slice(1)) starts[service] = (starts[service] ?? 0) + 1;
  }
  return starts;
}

const THREE_OF_ALL = { cycles: 3, mode: "operative_core" } as const;

Deno.test("what is selected goes up and down in every cycle in operative_core too, and what needs it with it", async () => {
  for (const jobs of [1, 3]) {
    const it = world({ config: { ...THREE_OF_ALL, jobs, keepCore: true, selected: ["switch", "hermes"] } });
    const result = await it.run();
    assertEquals([verdictOn(result, "switch"), verdictOn(result, "hermes")], ["PASS", "PASS"]);
    const [one, three] = [{ madre: 1, tentaculo_link: 1 }, { switch: 3, hermes: 3, spawner: 3, mcp: 3 }];
    assertEquals(startsOf(it), { ...one, ...three });
    assertEquals(it.engine.running().sort(), ["madre", "redis", "tentaculo_link"]);
    // Never up on a dependency that is down: the last to come goes first.
    const order = stops(it.engine.orders).slice(0, 4);
    assertEquals([order.slice(0, 2).sort(), order.slice(2)], [["mcp", "spawner"], ["hermes", "switch"]]);
    const [first] = result.judged.modules;
    assertEquals([first?.cycles.length, result.judged.evidence.leftBehind], [3, []]);
    const seen = result.judged.evidence.modules.find(({ name }) => name === "switch")?.cycles ?? [];
    assertEquals(seen.map(({ services }) => services[0]?.stop?.verified), [true, true, true]);
    const started = seen.map(({ services }) => services[0]?.lastLook?.id);
    assertEquals([new Set(started).size, seen.some(({ services }) => services[0]?.stopUnseen)], [3, false]);
  }
});

Deno.test("what operative_core keeps up and is not selected is started once, and goes at the end but for the baseline", async () => {
  const it = world({ config: { ...THREE_OF_ALL, keepCore: true, selected: ["operator-backend"] } });
  assertEquals(verdictOn(await it.run(), "operator-backend"), "PASS");
  const once = { madre: 1, tentaculo_link: 1, switch: 1, hermes: 1, spawner: 1, mcp: 1 };
  assertEquals(startsOf(it), { ...once, "operator-backend": 3 });
  assertEquals(it.engine.running().sort(), ["madre", "redis", "tentaculo_link"]);
});

Deno.test("what is selected alone goes up and down, and what it needs stays up", async () => {
  const it = world({ config: { ...THREE_OF_ALL, selected: ["hermes"] } });
  assertEquals(verdictOn(await it.run(), "hermes"), "PASS");
  assertEquals(startsOf(it), { madre: 1, tentaculo_link: 1, switch: 1, hermes: 3, spawner: 3, mcp: 3 });
  assertEquals(it.engine.running(), []);
});

Deno.test("a baseline that is selected goes up first and down last in every cycle, and how it goes is judged", async () => {
  for (const keepCore of [true, false]) {
    const it = world({ config: { cycles: 2, keepCore, selected: ["baseline", "switch"] } });
    const result = await it.run();
    assertEquals([verdictOn(result, "baseline"), verdictOn(result, "switch")], ["PASS", "PASS"]);
    assertEquals(startsOf(it), { madre: 2, tentaculo_link: 2, switch: 2 });
    const [cycle, last] = [["switch", "tentaculo_link", "madre", "redis"], keepCore ? ["switch"] : undefined];
    assertEquals(stops(it.engine.orders), [...cycle, ...last ?? cycle]);
    assertEquals(it.engine.running().sort(), keepCore ? ["madre", "redis", "tentaculo_link"] : []);
  }
});

Deno.test("a selected module of the core is judged by how it goes in every cycle", async () => {
  const config = { ...THREE_OF_ALL, keepCore: true, selected: ["switch"] };
  const it = world({ config, scripts: { switch: { stopsLate: true } } });
  const { judged } = await it.run();
  assertEquals(judged.modules[0]?.reasons.map(({ code, text }) => `${code} ${text.slice(0, 8)}`), [
    "slow_stop Cycle 1:",
    "slow_stop Cycle 2:",
    "slow_stop Cycle 3:",
  ]);
});

Deno.test("a core for which the engine starts a selected module goes up and down with it", async () => {
  const it = world({
    config: { cycles: 2, keepCore: true, selected: ["switch"] },
    scripts: { madre: { dependsOn: ["redis", "switch"] }, switch: { dependsOn: [] } },
  });
  const { judged } = await it.run();
  assertEquals(judged.evidence.run?.kept, []);
  assertEquals(startsOf(it)["madre"], 2);
  assertEquals(stops(it.engine.orders).filter((service) => service === "switch").length, 1);
});

Deno.test("a module of a larger core that fails ends nothing", async () => {
  const it = world({
    config: { mode: "operative_core", selected: ["switch", "hermes"] },
    scripts: { mcp: { upFails: "no" } },
  });
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), verdictOn(result, "hermes")], ["PASS", "PASS"]);
  assertEquals(it.engine.running(), []);
});

Deno.test("a soak lasts as long as it is to, and its leak is seen in one cycle", async () => {
  const it = world({ config: { soakSec: 60 }, thresholds: { sample_interval_ms: 500 } });
  const script = { memMib: 20 };
  it.engine.scripts.set("switch", script);
  it.onTest = () =>
    void it.clock.sleep(0).then(async () => {
      for (let i = 0; i < 200; i++) {
        script.memMib += 0.25;
        await it.clock.sleep(500);
      }
    });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN leak_suspected");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "rose steadily over the soak, by 30.0 MiB/min");
  const soak = it.journal().find((line) => line.type === "phase" && line.phase === "soak");
  assertEquals(soak?.type === "phase" ? soak.durationMs : 0, 60_000);
});

Deno.test("a soak ends when the module's container does", async () => {
  const it = world({ config: { soakSec: 600 } });
  it.onTest = () =>
    void it.clock.sleep(5000).then(() => it.engine.end(it.engine.container("switch")?.state.id ?? "", 139));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch").split(" ").slice(0, 2), ["FAIL", "exited"]);
  assertEquals(it.clock.mono() < 30_000, true);
});

Deno.test("no soak begins with a container that ended while it was tested", async () => {
  const it = world({ config: { soakSec: 600 } });
  it.onTest = () => it.engine.end(it.engine.container("switch")?.state.id ?? "", 1);
  await it.run();
  assertEquals(it.journal().some((line) => line.type === "phase" && line.phase === "soak"), false);
});

Deno.test("a container that somebody starts again is watched to the end of the soak", async () => {
  const it = world({ config: { soakSec: 30 } });
  it.onTest = () => {
    const found = it.engine.container("switch");
    if (found === undefined) return;
    it.engine.end(found.state.id, 0);
    void it.clock.sleep(700).then(() => it.engine.start(found));
  };
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL restarted");
  const soak = it.journal().find((line) => line.type === "phase" && line.phase === "soak");
  assertEquals(soak?.type === "phase" && soak.durationMs >= 30_000, true);
});

Deno.test("reports are there while the last stop goes on, and do not claim to know its end", async () => {
  for (const cycles of [1, 4]) {
    const it = world({ config: { cycles } });
    const [html, json] = [`${AUDIT_DIR}/REPORT.html`, `${AUDIT_DIR}/REPORT.json`];
    const seen: string[] = [];
    it.engine.onOrder = async (order) => {
      if (!order.startsWith("stop madre")) return;
      await until("the reports are there", () => it.files.has(html));
      seen.push(it.files.get(json) ?? "");
    };
    assertEquals(verdictOn(await it.run(), "switch"), "PASS");
    const [then, now] = [...seen, it.files.get(json)].map((text) => JSON.parse(text ?? ""));
    assertEquals([seen.length, then.finished, now.finished], [1, false, true]);
    assertEquals(then.modules_tested.length, now.modules_tested.length);
  }
});

Deno.test("an engine that does not answer at all ends the run before anything is touched", async () => {
  const it = world();
  it.engine.onOrder = () => {
    throw new EngineError("no daemon");
  };
  const failure = await assertRejects(() => it.run(), Failure);
  assertStringIncludes(failure.message, "The engine does not answer: no daemon");
  assert(it.engine.closed, "nothing of the engine's own is left running");
  assertEquals([...it.files.keys()].filter((path) => path.startsWith("/audit")), []);
});

Deno.test("a machine that has no time for the program gives it the time for its probes all the same", async () => {
  const clock = autoClock();
  // Whoever sleeps is woken thirty times as late as it asked for.
  const it = world({
    clock: { ...clock, sleep: (ms, signal) => clock.sleep(ms <= 100 ? ms * 30 : ms, signal) },
    thresholds: { min_probes: 20, probe_interval_ms: 25 },
  });
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
});

Deno.test("a health check's start_period is added to the limit for ready, and the reason says so", async () => {
  const it = world({ config: { timeoutSec: 2 }, scripts: { switch: { state: { startPeriodMs: 60_000 } } } });
  it.onGet = (service) => void it.pages.set(service, service === "switch" && it.clock.mono() < 30_000 ? 503 : 200);
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  const late = world({ config: { timeoutSec: 2 }, scripts: { switch: { state: { startPeriodMs: 5000 } } } });
  late.pages.set("switch", 503);
  const result = await late.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(
    reasonsOn(result, "switch")[0] ?? "",
    "was not ready within 2 s and the 5 s that its Docker health check allows for starting (start_period): the last",
  );
});
