/** How modules go: in which order, with which evidence kept, and what a stop that goes wrong is called. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import { reasonsOn, verdictOn, world } from "./harness.ts";

Deno.test("a healthy module is stopped and removed, and its log is not kept", async () => {
  const it = world();
  const result = await it.run();
  const { stop, log } = result.judged.evidence.modules[0]?.cycles[0]?.services[0] ?? {};
  assertEquals([stop?.verified, stop?.killed, stop?.exitCode, stop?.error, log], [true, false, 0, null, null]);
  assertEquals(it.engine.orders.filter((order) => order.startsWith("logs")), []);
});

Deno.test("a module is stopped though a profile that is on for one service would turn it on for another", async () => {
  const it = world({
    config: { selected: ["spawner", "mcp"] },
    tests: { "test_spawner_a.py": 0, "test_mcp_a.py": 0 },
    scripts: {
      switch: { dependsOn: ["spawner"], optional: ["spawner"] },
      hermes: { profiles: ["debug"] },
      spawner: { profiles: ["debug"], dependsOn: [] },
    },
  });
  const result = await it.run();
  assertEquals([verdictOn(result, "spawner"), reasonsOn(result, "spawner")], ["PASS", []]);
  const [stopped, next] = ["stop spawner", "up mcp"].map((order) =>
    it.engine.orders.findIndex((each) => each.startsWith(order))
  );
  assertEquals((stopped ?? -1) >= 0 && (stopped ?? 0) < (next ?? 0), true, it.engine.orders.join("\n"));
});

Deno.test("a stop that fails is stop_failed, and what stays is named as left behind with the command for it", async () => {
  const it = world({ scripts: { switch: { stopFails: "device or resource busy" } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL stop_failed");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "device or resource busy");
  assertEquals(result.judged.evidence.leftBehind, [
    "Could not remove vx11-switch; remove with: docker rm --force switch-4",
  ]);
  assertEquals(it.engine.running(), ["switch"]);
});

Deno.test("a stop that the engine could not even try is stop_failed", async () => {
  const it = world({ scripts: { switch: { stopThrows: "no answer from the daemon" } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL stop_failed");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "no answer from the daemon");
});

Deno.test("a container that cannot be removed is stop_failed though it stopped", async () => {
  const it = world({ scripts: { switch: { removeFails: "removal is in progress" } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL stop_failed");
  assertEquals(result.judged.evidence.leftBehind.length, 1);
});

Deno.test("a service that was there before and does not stop is named, and nobody says to remove it", async () => {
  const it = world({ stopped: ["switch"], scripts: { switch: { stopFails: "busy" } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL stop_failed");
  assertEquals(result.judged.evidence.leftBehind, ["Could not stop vx11-switch again (stopped before the run)"]);
});

Deno.test("a service that has to be killed is slow_stop, and its log is kept", async () => {
  const it = world({ scripts: { switch: { stopsLate: true, state: { stopGraceSec: 2 } } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN slow_stop");
  assertStringIncludes(it.files.get("/audit/raw/switch_vx11-switch.log") ?? "", "last line of switch-4");
  assert(it.files.has("/audit/raw/vx11-switch.inspect.json"));
});

Deno.test("137 before the grace period is over is no slow stop, and no clean one", async () => {
  const it = world({ scripts: { switch: { stopExitCode: 137 } } });
  const result = await it.run();
  const stop = result.judged.evidence.modules[0]?.cycles[0]?.services[0]?.stop;
  assertEquals([verdictOn(result, "switch"), stop?.exitCode, stop?.killed], ["WARN unclean_stop", 137, false]);
});

Deno.test("whether it is gone is unknown where the engine does not say, and that is no clean stop", async () => {
  const it = world();
  let removals = 0;
  let looks = 0;
  it.engine.onOrder = (order) => {
    if (removals === 1 && order === "look" && ++looks === 1) throw new EngineError("timeout");
    if (order.startsWith("remove switch")) removals++;
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL stop_failed");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "whether it is gone is unknown: timeout");
  assertEquals(result.judged.evidence.leftBehind, []);
});

Deno.test("a log that cannot be had is told, and the module is stopped all the same", async () => {
  const it = world({ tests: { "test_switch_a.py": 1 } });
  it.engine.onOrder = (order) => {
    if (order.startsWith("logs")) throw new EngineError("no such container");
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL tests_failed");
  assertEquals(result.judged.evidence.notices, ["The log of vx11-switch could not be kept: no such container"]);
  assertEquals(it.engine.running(), []);
});

Deno.test("logs of a kept core that went wrong are kept, or it is told why not", async () => {
  const options = { config: { selected: ["baseline"], keepCore: true }, tests: { "test_madre_a.py": 1 } };
  const it = world(options);
  const result = await it.run();
  assertEquals(verdictOn(result, "baseline"), "FAIL tests_failed");
  assert(it.files.has("/audit/raw/baseline_vx11-madre.log"));
  const silent = world(options);
  let looks = 0;
  silent.engine.onOrder = (order) => {
    const closed = silent.journal().some(({ type }) => type === "window_closed");
    if (order === "look" && closed && ++looks === 1) throw new EngineError("busy");
  };
  const { judged } = await silent.run();
  assertEquals(judged.evidence.notices, ['The logs of module "baseline" could not be kept: busy']);
});

Deno.test("a last look that fails is metrics_missing and never PASS", async () => {
  const it = world();
  let tested = false;
  it.onTest = () => void (tested = true);
  it.engine.onOrder = (order) => {
    if (!tested || order !== "look") return;
    tested = false;
    throw new EngineError("the daemon restarts");
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN metrics_missing");
  assertStringIncludes(result.judged.evidence.notices[0] ?? "", 'The last look at module "switch" failed');
});

Deno.test("a container that is gone at the end is exited", async () => {
  const it = world();
  it.onTest = () => void it.engine.containers.delete("switch-4");
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL exited");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "was gone at the end of the window");
});

Deno.test("of a service with several containers all are stopped and removed", async () => {
  const it = world();
  it.engine.onOrder = (order) => {
    if (order === "up switch") it.engine.startByHand("switch");
  };
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), it.engine.running()], ["PASS", []]);
});

Deno.test("the tail of a log leaves out this program's own requests and says how many; its file has them all", async () => {
  const it = world({ tests: { "test_switch_a.py": 1 } });
  const own = 'INFO:     172.18.0.1:40000 - "GET /health HTTP/1.1" 200 OK\n';
  const others = [
    'INFO:     127.0.0.1:40000 - "GET /health HTTP/1.1" 200 OK',
    'INFO:     172.18.0.1:40000 - "GET /status HTTP/1.1" 200 OK',
    'INFO:     172.18.0.1:40000 - "GET /health HTTP/1.1" 503 Service Unavailable',
  ];
  it.engine.prints = own.repeat(100) + others.join("\n") + "\n" + own.repeat(185);
  const { judged } = await it.run();
  const switched = judged.evidence.modules.find(({ name }) => name === "switch")?.cycles[0]?.services[0];
  assertEquals(switched?.log?.tail, [
    "(left out here: 285 lines of health requests as this program makes them)",
    "first line of switch-4",
    ...others,
    "last line of switch-4",
  ]);
  assertEquals((it.files.get("/audit/raw/switch_vx11-switch.log") ?? "").split(own).length, 286);
});

Deno.test("a service that crashes on its way out is unclean_stop, and its log is kept", async () => {
  for (const [stopExitCode, stopSignal, isClean] of UNCLEAN) {
    const state = stopSignal === undefined ? {} : { stopSignal };
    const it = world({ scripts: { switch: { stopExitCode, state } } });
    const result = await it.run();
    const expected = isClean ? "PASS" : "WARN unclean_stop";
    assertEquals(verdictOn(result, "switch"), expected, `${stopExitCode} after signal ${stopSignal ?? 15}`);
    assertEquals(it.engine.orders.some((order) => order.startsWith("logs switch")), !isClean);
  }
});

/** Exit code, number of the stop signal unless it is SIGTERM, whether that is clean. */
const UNCLEAN: [number, number | undefined, boolean][] = [
  [0, undefined, true],
  [143, undefined, true],
  [139, undefined, false],
  [134, undefined, false],
  [1, undefined, false],
  [130, undefined, false],
  // Killed before its grace period was over: by somebody else.
  [137, undefined, false],
  [130, 2, true],
  [0, 2, true],
  [143, 2, false],
  [165, 37, true],
];

Deno.test("what had ended before its stop is told once: its exit code is none of the stop", async () => {
  const it = world();
  it.onTest = () => it.engine.end(it.engine.container("switch")?.state.id ?? "", 139);
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL exited");
});
