/** The end of a run for whatever reason: an interrupt, a full disk, a bug, an engine that fell silent. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ServiceSpec } from "../../lib/engine/engine.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { verdictOn, type World, world } from "./harness.ts";

/** Interrupts when the module's first test file is about to run. */
function interruptAtTest(it: World): World {
  it.onTest = () => it.interrupt.abort("SIGINT");
  return it;
}

Deno.test("an interrupt stops what the run started, the kept core too, and writes the reports", async () => {
  const it = interruptAtTest(world({ config: { keepCore: true }, running: ["hermes"] }));
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), result.judged.evidence.interrupted], ["SKIP", "SIGINT"]);
  assertEquals([it.engine.running(), result.judged.evidence.leftBehind], [["hermes"], []]);
  assertStringIncludes(it.files.get("/audit/REPORT.md") ?? "", "Interrupted by SIGINT");
  assertEquals(it.journal().at(-1)?.type, "run_finished");
});

Deno.test("an interrupt gives three seconds to stop, or less where the service asks for less", async () => {
  const it = interruptAtTest(world({ scripts: { madre: { state: { stopGraceSec: 1 } } } }));
  await it.run();
  const graces = it.engine.orders.filter((order) => /^stop (switch|madre)/.test(order)).sort();
  assertEquals(graces, ["stop madre-2 1", "stop switch-4 3"]);
});

Deno.test("an interrupt keeps what was bad until then", async () => {
  const it = world({ config: { selected: ["switch", "hermes"] }, tests: { "test_switch_a.py": 1 } });
  it.onTest = (file) => file === "test_hermes_a.py" ? it.interrupt.abort("SIGTERM") : undefined;
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), verdictOn(result, "hermes")], ["FAIL tests_failed", "SKIP"]);
});

Deno.test("an interrupt while a module starts stops what is being started", async () => {
  const it = world();
  it.engine.onOrder = (order) => {
    if (order === "up switch") it.interrupt.abort("SIGINT");
  };
  const result = await it.run();
  assertEquals([it.engine.running(), result.judged.evidence.leftBehind], [[], []]);
  assertEquals(result.failure, null);
});

/** The engine refuses one service, and makes another's container only when some time has gone by. */
function lateWorld(lateMs: number, service = "tentaculo_link"): World {
  const it = world({ config: { selected: ["switch"] } });
  it.engine.services.set("redis", { ...spec(it, "redis"), dependsOn: [] });
  it.engine.services.set("tentaculo_link", { ...spec(it, "tentaculo_link"), dependsOn: [] });
  it.engine.up = () => {
    it.clock.sleep(lateMs).then(() => {
      it.engine.startByHand(service);
      it.engine.emit(service, "create");
    }, () => {});
    return Promise.resolve({ ok: false, why: "no such mount", output: "no such mount\n" });
  };
  return it;
}

function spec(it: World, service: string): ServiceSpec {
  const found = it.engine.services.get(service);
  if (found === undefined) throw new Error(`no service ${service}`);
  return found;
}

Deno.test("what the engine still makes of a start that failed is waited for, claimed and removed", async () => {
  for (const lateMs of [50, 2500]) {
    const it = lateWorld(lateMs);
    // Created when the start was given, and there when it is done.
    const created = new Date(it.clock.wall()).toISOString();
    const { onOrder } = it.engine;
    it.engine.onOrder = (order) => {
      for (const { state } of it.engine.containers.values()) state.createdAt = created;
      return onOrder(order);
    };
    const result = await it.run();
    assertEquals([[...it.engine.containers.keys()], result.failure?.exit], [[], "environment"], `${lateMs} ms late`);
    const removed = it.engine.orders.filter((order) => order.startsWith("remove tentaculo_link"));
    assertEquals(removed.length, 1, "it was there, and it was the run that removed it");
  }
});

Deno.test("what was created after a start that failed is somebody else's", async () => {
  const it = lateWorld(2900);
  await it.run();
  assertEquals([...it.engine.containers.values()].map(({ state }) => state.service), ["tentaculo_link"]);
});

Deno.test("what is not in a failed start's closure is somebody else's, whenever it is created", async () => {
  const it = lateWorld(10, "hermes");
  await it.run();
  assertEquals([...it.engine.containers.values()].map(({ state }) => state.service), ["hermes"]);
});

Deno.test("an interrupt before the first cycle touches nothing", async () => {
  const it = world({ scripts: { switch: { buildable: true, image: "vx11-switch:dev" } } });
  it.engine.images = new Set(["vx11-sandbox:1"]);
  it.engine.onOrder = (order) => {
    if (order.startsWith("build")) it.interrupt.abort("SIGINT");
  };
  const result = await it.run();
  assertEquals(it.engine.orders, ["build switch"]);
  assertEquals(verdictOn(result, "switch"), "SKIP");
});

Deno.test("an interrupt waits for no engine that has fallen silent, and names what may be left", async () => {
  const it = interruptAtTest(world());
  it.engine.onOrder = (order) =>
    it.interrupt.signal.aborted && order.startsWith("stop") ? new Promise(() => {}) : undefined;
  const result = await it.run();
  assertStringIncludes(result.judged.evidence.notices.join(), "no answer within 15 s");
  assertStringIncludes(result.judged.evidence.leftBehind.join(), "Could not remove vx11-switch, vx11-tentaculo_link");
});

Deno.test("what did not go at first is tried once more", async () => {
  const it = interruptAtTest(world());
  let tries = 0;
  it.engine.onOrder = (order) => {
    if (order.startsWith("stop switch") && ++tries === 1) throw new EngineError("busy");
    if (order.startsWith("remove switch") && tries === 1) {
      it.engine.scripts.set("switch", { removeFails: "is running" });
    } else it.engine.scripts.set("switch", {});
  };
  const result = await it.run();
  assertEquals([tries, it.engine.running(), result.judged.evidence.leftBehind], [2, [], []]);
});

Deno.test("networks that the run brought go with it, and only when nothing of it is left", async () => {
  const it = world();
  it.engine.networkIds.add("network-of-old");
  await it.run();
  assertEquals([...it.engine.networkIds], ["network-of-old"]);
  const stuck = world({ scripts: { switch: { stopFails: "busy" } } });
  await stuck.run();
  assertEquals([...stuck.engine.networkIds], ["network-1"]);
});

Deno.test("a disk that is full ends the run in order: what was started is stopped, and the failure says so", async () => {
  const it = world();
  it.onTest = () => void (it.diskFull = (path) => path.startsWith("/audit/raw"));
  const result = await it.run();
  assertEquals([result.failure?.exit, it.engine.running()], ["environment", []]);
  assertStringIncludes(result.failure?.what ?? "", "No space left on device");
  assertEquals(verdictOn(result, "switch"), "SKIP");
});

Deno.test("a bug is thrown when everything is taken down and the reports are written", async () => {
  const it = world();
  it.onTest = () => {
    throw new TypeError("x is not a function");
  };
  await assertRejects(() => it.run(), TypeError, "x is not a function");
  assertEquals(it.engine.running(), []);
  assertStringIncludes(it.files.get("/audit/REPORT.md") ?? "", "A bug in this program: TypeError: x is not a function");
});

Deno.test("an engine that falls silent while a module is tested leaves its containers named", async () => {
  const it = world();
  let silent = false;
  it.onTest = () => void (silent = true);
  it.engine.onOrder = (order) => {
    // To remove is no question: the engine says what went wrong.
    if (silent && !order.startsWith("remove")) throw new EngineError(`no answer to ${order}`);
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch").split(" ")[0], "FAIL");
  const left = result.judged.evidence.leftBehind.join();
  for (const name of ["switch", "madre", "tentaculo_link", "redis"]) assertStringIncludes(left, `vx11-${name}`);
});

Deno.test("what an engine out of reach keeps is named with the command that removes it when it is back", async () => {
  const it = world({ scripts: { switch: { stopFails: "error during connect" } } });
  let takeDowns = 0;
  it.engine.link = {
    variables: [["DOCKER_HOST", "tcp://lab:2375"], ["DOCKER_CERT_PATH", "/my certs"]],
    hasten: () => {
      takeDowns++;
      return () => void takeDowns--;
    },
    get lost() {
      return takeDowns > 0 ? "lab:2375 has taken no connection for 26 s" : null;
    },
  };
  const result = await it.run();
  assertEquals(result.judged.evidence.leftBehind, [
    "Could not take down vx11-switch: the engine's host is out of reach (lab:2375 has taken no connection for 26 s); when it is back: " +
    "DOCKER_HOST=tcp://lab:2375 DOCKER_CERT_PATH='/my certs' vx11-stability clean --project-dir /srv/vx11 --compose-file /srv/vx11/docker-compose.yml",
  ]);
  assertEquals([verdictOn(result, "switch"), takeDowns], ["FAIL stop_failed", 0]);
});

Deno.test("an engine whose networks cannot be had leaves them, and the run ends in order", async () => {
  const it = world();
  let asked = 0;
  it.engine.networks = () => ++asked === 1 ? Promise.resolve([]) : Promise.reject(new EngineError("busy"));
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), result.failure], ["PASS", null]);
});
