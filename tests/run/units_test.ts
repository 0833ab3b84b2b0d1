/** Bringing modules up with what they depend on: once each, in order, and not at all where something is missing. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { defaultSettings } from "../../lib/config/file.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { defaultRules, type RuleLevels } from "../../lib/model/settings.ts";
import { reasonsOn, verdictOn, world } from "./harness.ts";

Deno.test("a module's dependencies are brought up first, each once", async () => {
  const it = world({ config: { selected: ["hermes", "switch"] } });
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), verdictOn(result, "hermes")], ["PASS", "PASS"]);
  assertEquals(it.engine.orders.filter((order) => order.startsWith("up")), [
    "up madre tentaculo_link",
    "up switch",
    "up hermes",
  ]);
});

Deno.test("a dependency that is not selected is brought up and watched, and judged apart from what is tested", async () => {
  const it = world({ config: { selected: ["hermes"] } });
  const result = await it.run();
  assertEquals(result.judged.modules.map(({ name }) => name), ["hermes"]);
  assertEquals(verdictOn(result, "hermes"), "PASS");
  assert(it.journal().some((line) => line.type === "probe" && line.module === "switch"));
});

Deno.test("a dependency that fails names the first cause, and nothing that needs it is started", async () => {
  const it = world({ config: { selected: ["spawner"] }, scripts: { switch: { upFails: "no space left" } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "spawner"), "FAIL dependency_failed");
  assertEquals(reasonsOn(result, "spawner"), [
    'Not started, since its dependency "switch" is not ready: "switch" could not be started: no space left',
  ]);
  const started = it.engine.orders.filter((order) => order.startsWith("up"));
  assertEquals(started, ["up madre tentaculo_link"]);
});

Deno.test("a dependency that never answers fails those that need it, and the others go on", async () => {
  const it = world({ config: { selected: ["switch", "hermes", "shubniggurath"] }, tests: { "test_shub_a.py": 0 } });
  it.pages.set("switch", 503);
  const result = await it.run();
  assertEquals(["switch", "hermes", "shubniggurath"].map((name) => verdictOn(result, name)), [
    "FAIL health_timeout",
    "FAIL dependency_failed",
    "PASS",
  ]);
  assertStringIncludes(reasonsOn(result, "hermes")[0] ?? "", "gave: answered 503");
});

Deno.test("a service that never started is start_failed and not exited", async () => {
  const scripts = { switch: { upFails: "exec format error", leavesCreated: true } };
  const it = world({ scripts });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  assertEquals(reasonsOn(result, "switch"), ['"switch" could not be started: exec format error']);
  assertEquals([it.engine.containers.size, result.judged.evidence.leftBehind], [0, []]);
});

Deno.test("a service that the engine did not even make is start_failed and not gone", async () => {
  const it = world({ scripts: { switch: { upFails: "no such image" } } });
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL start_failed");
});

Deno.test("a service that ended before it was ready is exited, and its wait ends at once", async () => {
  const it = world({ config: { timeoutSec: 60 } });
  it.pages.set("switch", "refused");
  it.onGet = (service) => {
    const id = it.engine.container(service)?.state.id;
    if (service === "switch" && id !== undefined) it.engine.end(id, 3);
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL exited");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "exited before it was ready, exit code 3");
  assertEquals(it.clock.mono() < 10_000, true, "it waited for what had ended");
});

Deno.test("a module that was ready and is lost when another one needs it fails that one", async () => {
  const it = world({ config: { selected: ["switch", "hermes"] } });
  it.onTest = (file) => {
    if (file === "test_switch_a.py") it.pages.set("switch", 500);
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "hermes"), "FAIL dependency_failed");
  assertEquals(reasonsOn(result, "hermes"), [
    'Not started, since its dependency "switch" is not ready: "switch" was ready and no longer is: answered 500',
  ]);
});

Deno.test("a module whose container has ended when another one needs it fails that one", async () => {
  const it = world({ config: { selected: ["switch", "hermes"] } });
  it.onTest = (file) => {
    const id = it.engine.container("switch")?.state.id;
    if (file === "test_switch_a.py" && id !== undefined) it.engine.end(id, 1);
  };
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), verdictOn(result, "hermes")], ["FAIL exited", "FAIL dependency_failed"]);
  assertStringIncludes(reasonsOn(result, "hermes")[0] ?? "", "was ready and no longer is: it has ended");
});

Deno.test("an engine that does not answer at a start is that module's start_failed", async () => {
  const it = world({
    config: { selected: ["switch", "hermes"] },
    scripts: { switch: { upThrows: "the daemon is busy" } },
  });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  assertEquals(reasonsOn(result, "switch"), ['Module "switch" could not be started: the daemon is busy']);
  assertEquals(verdictOn(result, "hermes"), "FAIL dependency_failed");
});

Deno.test("what runs already is tested in place, and neither started, stopped nor removed", async () => {
  const it = world({ running: ["switch"] });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertEquals(it.engine.orders.filter((order) => order.includes("switch")), ["drift switch"], "which only asks");
  assertEquals(it.engine.running(), ["switch"]);
});

Deno.test("with --recreate what runs already is made anew", async () => {
  const it = world({ running: ["switch"], config: { recreate: true } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertEquals([it.engine.orders.includes("up switch"), it.engine.running()], [true, []]);
});

Deno.test("what was there and stopped is started, stopped again, and stays", async () => {
  const it = world({ stopped: ["switch"] });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertEquals(it.engine.container("switch")?.state.status, "exited");
  assertEquals(it.engine.orders.filter((order) => order.startsWith("remove switch")), []);
});

Deno.test("a service that publishes no port is health_timeout with the remedy, and is not probed elsewhere", async () => {
  const it = world({ scripts: { switch: { unpublished: true } } });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL health_timeout");
  assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", "publishes no port");
});

Deno.test("an image that is missing is built first, and a build that fails is start_failed in each cycle", async () => {
  const it = world({
    config: { cycles: 2 },
    scripts: { switch: { image: "vx11-switch:dev", buildable: true, upFails: "COPY failed" } },
  });
  it.engine.images = new Set(["vx11-sandbox:1"]);
  const result = await it.run();
  assertEquals(it.engine.orders.slice(0, 1), ["build switch"]);
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  assertEquals(reasonsOn(result, "switch").map((text) => text.slice(0, 8)), ["Cycle 1:", "Cycle 2:"]);
  assertStringIncludes(
    reasonsOn(result, "switch")[0] ?? "",
    "its image could not be built: COPY failed. Read /audit/raw/",
  );
});

Deno.test("a build that fails for want of buildx is start_failed with what to install", async () => {
  const upFails = "compose build requires buildx 0.17 or later";
  const it = world({ scripts: { switch: { image: "vx11-switch:dev", buildable: true, upFails } } });
  it.engine.images = new Set(["vx11-sandbox:1"]);
  const [reason = ""] = reasonsOn(await it.run(), "switch");
  assertStringIncludes(reason, `${upFails}. Install buildx 0.17 or later on this host (Debian and Ubuntu: `);
  assertStringIncludes(reason, ". Read /audit/raw/");
});

Deno.test("an engine that falls silent right after a start leaves its service named as left behind", async () => {
  const it = world();
  let silent = false;
  it.engine.onOrder = (order) => {
    if (silent && order === "look") throw new EngineError("the daemon does not answer");
    if (order === "up switch") silent = true;
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  const [text = ""] = result.judged.evidence.leftBehind.filter((line) => line.includes('"switch"'));
  assertStringIncludes(text, 'It is unknown whether "switch" was started');
});

/** Lets the engine show switch between two starts at the first so many looks at it. */
function restartsFor(it: ReturnType<typeof world>, looks: number): void {
  let left = looks;
  it.engine.onOrder = (order) => {
    const look = [...it.engine.containers.values()].find(({ state }) => state.service === "switch");
    if (order !== "look" || look === undefined) return;
    const isDown = left-- > 0;
    look.state.status = isDown ? "restarting" : "running";
    look.state.restartCount = 1;
    look.ports = isDown ? [] : [{ containerPort: 8001, hostIp: "127.0.0.1", hostPort: 8001 }];
  };
}

Deno.test("a container between two starts is looked at until it publishes its page", async () => {
  const it = world({ config: { selected: ["switch"] } });
  restartsFor(it, 4);
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL restarted");
});

Deno.test("a container that is never started again is given up when its time is over", async () => {
  const it = world({ config: { selected: ["switch"] } });
  restartsFor(it, Infinity);
  const result = await it.run();
  assertStringIncludes(reasonsOn(result, "switch").join("\n"), "is restarting, so that nothing answers for it");
  // Until then it was asked for again and again.
  assertEquals(it.engine.looks > 10, true, `${it.engine.looks} looks`);
});

Deno.test("the end of a container that the start itself replaces is no end of the service", async () => {
  const it = world({ running: ["switch"], config: { recreate: true } });
  const { engine } = it;
  const up = engine.up.bind(engine);
  engine.up = async (services, options) => {
    if (services.includes("switch")) engine.end(engine.container("switch")?.state.id ?? "", 0);
    // Long enough for a look at what has ended.
    await it.clock.sleep(100);
    return await up(services, options);
  };
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
});

Deno.test("a container that ends between its start and the first look is not waited for", async () => {
  const it = world();
  const { engine } = it;
  const look = engine.look.bind(engine);
  let isStarted = false;
  engine.onOrder = (order) => void (isStarted ||= order.startsWith("up switch"));
  engine.look = async (...args) => {
    const looks = await look(...args);
    if (isStarted) engine.end(engine.container("switch")?.state.id ?? "", 7);
    isStarted = false;
    return looks;
  };
  assertEquals(verdictOn(await it.run(), "switch"), "FAIL exited");
  const lost = it.journal().find((line) => line.type === "not_ready");
  assertEquals(lost?.type === "not_ready" && lost.limit, "exited");
});

Deno.test("a module that the project lacks says that first, also if a dependency of it failed", async () => {
  for (const jobs of [1, 2]) {
    const it = world({
      config: { jobs, selected: ["switch", "hermes", "spawner"] },
      scripts: { switch: { upFails: "no" } },
    });
    it.engine.services.delete("hermes");
    const result = await it.run();
    const first = reasonsOn(result, "hermes");
    assertEquals([verdictOn(result, "hermes"), first.length], ["FAIL start_failed", 1]);
    assertStringIncludes(
      first[0] ?? "",
      '"hermes" could not be started: service "hermes" is not in the compose project',
    );
    assertStringIncludes(reasonsOn(result, "spawner")[0] ?? "", 'dependency "hermes" is not ready');
    assertEquals(verdictOn(result, "switch"), "FAIL start_failed");
  }
});

Deno.test("the first reason of a crash loop is that it restarted, with how it ended and its last words", async () => {
  const it = world({ config: { selected: ["switch", "hermes"], timeoutSec: 2 } });
  it.pages.set("switch", 500);
  const looping = () => {
    const found = it.engine.container("switch");
    if (found === undefined) return;
    it.engine.end(found.state.id, 3);
    found.state.restartCount++;
    it.engine.start(found);
  };
  let asked = 0;
  it.onGet = (service) => {
    if (service === "switch" && ++asked % 2 === 0) looping();
  };
  const result = await it.run();
  const [first] = reasonsOn(result, "switch");
  assertEquals(verdictOn(result, "switch"), "FAIL restarted health_timeout");
  assertStringIncludes(first ?? "", "it ended with exit code 3; the last line of its log: last line of switch");
  const dependant = reasonsOn(result, "hermes")[0] ?? "";
  assertStringIncludes(dependant, 'its dependency "switch" is not ready: "switch" restarted ');
  assertStringIncludes(dependant, "exit code 3");
});

Deno.test("a module without a test says by which patterns they were looked for, and what comes nearest", async () => {
  const it = world({ tests: { "test_swich_api.py": 0 }, config: { selected: ["switch"] } });
  it.files.delete("/srv/vx11/tests/test_switch_a.py");
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN no_tests");
  const [text] = reasonsOn(result, "switch");
  assertStringIncludes(text ?? "", "test_switch_*.py");
  assertStringIncludes(text ?? "", "the most similar name that no module has is test_swich_api.py, in /srv/vx11/tests");
});

Deno.test("a rule that is off takes nothing from what is recorded, so that other rules can judge it later", async () => {
  const recorded = async (rules: RuleLevels) => {
    const config = { selected: ["switch", "hermes"], settings: { ...defaultSettings(), rules } };
    const it = world({ config, scripts: {} });
    it.pages.set("switch", 503);
    await it.run();
    return it.journal().flatMap((line) =>
      line.type === "dependency_failed"
        ? [`${line.module} ${line.dependency} ${line.why}`]
        : line.type === "log_saved"
        ? [`log of ${line.service}`]
        : []
    );
  };
  const off = Object.fromEntries(Object.keys(defaultRules()).map((code) => [code, "off"])) as RuleLevels;
  const kept = await recorded(defaultRules());
  assert(kept.some((line) => line.startsWith("hermes switch") && line.includes("503")), kept.join("\n"));
  assert(kept.includes("log of switch"), kept.join("\n"));
  assertEquals(await recorded(off), kept);
});
