/** Commands as tests that run in a service, over whole runs. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EngineError } from "../../lib/engine/engine.ts";
import type { ServiceCommand } from "../../lib/model/service_run.ts";
import { builtinModules } from "../../lib/modules.ts";
import type { CommandSpec } from "../../lib/tests/commands/spec.ts";
import type { FakeRun } from "../fakes/engine.ts";
import { AUDIT_DIR, reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

/** The module `switch`, whose only test is this command in its service. */
function inService(over: Partial<CommandSpec> = {}, options: WorldOptions = {}): World {
  const it = world(options);
  const modules = new Map(builtinModules());
  const spec = modules.get("switch");
  if (spec === undefined) throw new Error("no switch");
  const smoke = { name: "smoke", run: ["npm", "test"], cwd: ".", env: {}, timeoutSec: null, junit: null };
  modules.set("switch", { ...spec, tests: [], moreTests: { commands: [{ ...smoke, service: "switch", ...over }] } });
  Object.assign(it.config, { settings: { ...it.config.settings, modules } });
  return it;
}

/** Such a run, and the command as the engine got it. */
function thatComesTo(come: FakeRun, over: Partial<CommandSpec> = {}, options: WorldOptions = {}) {
  const it = inService(over, options);
  const commands: ServiceCommand[] = [];
  it.engine.runs.set(over.service ?? "switch", (command) => {
    commands.push(command);
    return come;
  });
  return { it, commands };
}

const output = (it: World) => it.files.get(`${AUDIT_DIR}/raw/switch_smoke.txt`);

Deno.test("a command in a service gets the addresses by which the service's network knows the others", async () => {
  const over = { env: { NODE_ENV: "test" }, cwd: "/srv/app" };
  const { commands, it } = thatComesTo({ prints: "12 passing\n" }, over);
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(commands.map(({ cwd, words }) => [cwd, ...words]), [["/srv/app", "npm", "test"]]);
  assertEquals(commands[0]?.env, {
    NODE_ENV: "test",
    VX11_MODE: "low_power",
    VX11_MADRE_URL: "http://madre:8000",
    VX11_TENTACULO_LINK_URL: "http://tentaculo_link:8001",
    VX11_SWITCH_URL: "http://switch:8002",
  });
  assertEquals(output(it), "12 passing\n");
  // Whatever it left running is ended, though it has ended itself.
  assert(it.engine.orders.includes("end switch npm test"));
});

Deno.test("a service on no network of the command's own has no address for it", async () => {
  const scripts = { madre: { networks: ["back"] }, tentaculo_link: { networks: ["back", "default"] } };
  const { commands, it } = thatComesTo({}, {}, { scripts });
  await it.run();
  assertEquals(Object.keys(commands[0]?.env ?? {}).sort(), ["VX11_MODE", "VX11_SWITCH_URL", "VX11_TENTACULO_LINK_URL"]);
});

Deno.test("a command may run in a service of the core", async () => {
  const { commands, it } = thatComesTo({}, { service: "madre" });
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  assertEquals(commands.length, 1);
});

const ENDS: [string, FakeRun, string, string][] = [
  [
    "fails",
    { end: { how: "ended", code: 3, signal: null }, prints: "one\nconnect ECONNREFUSED\n" },
    "FAIL tests_failed",
    "smoke: 1 of 1 test failed (exit code 3): connect ECONNREFUSED; output: raw/switch_smoke.txt",
  ],
  [
    "is not there",
    { end: { how: "not started", why: "the image has no npm", code: 127 }, prints: "OCI runtime exec failed" },
    "FAIL tests_failed",
    "smoke: the command ended with exit code 127 (it could not be started): the image has no npm; output: raw/switch_smoke.txt",
  ],
  [
    "finds no running container",
    { end: { how: "not started", why: "its container is paused", code: null } },
    "WARN metrics_missing",
    "smoke was found but not run: its container is paused",
  ],
  [
    "is cut short by its container's end",
    { end: { how: "container ended" }, prints: "one\n" },
    "FAIL tests_failed",
    'smoke: the command was cut short: the container of "switch" ended before it was seen to end: one; ' +
    "output: raw/switch_smoke.txt",
  ],
  [
    "ends in a way that is not known",
    { end: { how: "unknown", why: "the connection to the engine ended while it ran" }, prints: "all passed\n" },
    "WARN metrics_missing",
    "smoke was run, but how it ended is not known: the connection to the engine ended while it ran",
  ],
];
for (const [what, come, verdict, reason] of ENDS) {
  Deno.test(`a command in a service that ${what} is ${verdict}`, async () => {
    const { it } = thatComesTo(come);
    const result = await it.run();
    assertEquals([verdictOn(result, "switch"), ...reasonsOn(result, "switch")], [verdict, reason]);
    assert(it.engine.orders.includes("end switch npm test"));
    const again = it.journal().flatMap((line) => line.type === "test" ? [line.again] : []);
    assertEquals(again, [undefined]);
  });
}

Deno.test("a command in a service that hangs is ended at its limit, and what cannot be ended is named", async () => {
  const { it } = thatComesTo({ end: "hangs", prints: "begun\n", left: { pids: [7, 8] } }, { timeoutSec: 0.5 });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL tests_timeout");
  assertEquals(reasonsOn(result, "switch"), [
    "smoke did not end within 500 ms and was killed, except for processes that could not be killed: 7 8; " +
    "output: raw/switch_smoke.txt",
  ]);
  assertEquals(output(it), "begun\n");
});

Deno.test("an interrupt ends a command in a service with all that it started", async () => {
  const { commands, it } = thatComesTo({ end: "hangs" });
  it.engine.runs.set("switch", (command) => {
    commands.push(command);
    it.interrupt.abort("SIGINT");
    return { end: "hangs" };
  });
  await it.run();
  assertEquals(commands.length, 1);
  const ended = it.engine.orders.indexOf("end switch npm test");
  assert(ended > 0 && ended < it.engine.orders.findIndex((order) => order.startsWith("stop switch")));
});

Deno.test("a command in a service whose container has gone by then is not run", async () => {
  const { it } = thatComesTo({});
  const spec = it.config.settings.modules.get("switch");
  const [first] = spec?.moreTests?.["commands"] ?? [];
  if (spec === undefined || typeof first !== "object") throw new Error("no command");
  const both = { ...spec, moreTests: { commands: [{ ...first, name: "removes" }, first] } };
  const modules = new Map([...it.config.settings.modules, ["switch", both]]);
  Object.assign(it.config, { settings: { ...it.config.settings, modules } });
  it.engine.runs.set("switch", () => {
    it.engine.containers.delete(it.engine.container("switch")?.state.id ?? "");
    return {};
  });
  const result = await it.run();
  assertStringIncludes(
    reasonsOn(result, "switch").join("\n"),
    'smoke was found but not run: "switch" has no container',
  );
});

Deno.test("a service that the project lacks, or that nothing starts for the module, is seen before anything is started", async () => {
  for (
    const [service, why] of [
      ["swich", 'a test is to run in service "swich", which the project does not have'],
      ["redis", null],
      ["spare", 'a test is to run in service "spare", which nothing starts for this module'],
    ] as const
  ) {
    const services = ["madre", "tentaculo_link", "switch", "redis", "spare"];
    const it = inService({ service }, { services });
    const result = await it.run();
    assertEquals(verdictOn(result, "switch"), why === null ? "PASS" : "FAIL start_failed");
    if (why === null) continue;
    assertStringIncludes(reasonsOn(result, "switch").join("\n"), why);
    assertEquals(it.engine.orders.filter((order) => order.includes("up switch")), []);
  }
});

const XML =
  "<testsuite><testcase name='page'/><testcase name='login'><failure>expected 401</failure></testcase></testsuite>";
const GOOD = "<testsuite><testcase name='page'/></testsuite>";

/** A command that writes this XML, `laterMs` after the file that was there. */
function writing(xml: string | null, laterMs = 5000) {
  const it = inService({ junit: "/out/j.xml" });
  const file = { text: xml ?? "", modifiedMs: it.clock.wall() - 60_000 };
  it.engine.serviceFiles.set("/out/j.xml", { ...file, text: GOOD });
  if (xml === null) it.engine.serviceFiles.delete("/out/j.xml");
  it.engine.runs.set("switch", () => {
    if (xml !== null) {
      it.engine.serviceFiles.set("/out/j.xml", { ...file, modifiedMs: it.clock.wall() - 5000 + laterMs });
    }
    return {};
  });
  return it;
}

Deno.test("the XML that a command writes in a service decides, and is kept", async () => {
  const it = writing(XML);
  const result = await it.run();
  assertEquals(reasonsOn(result, "switch"), [
    "smoke: 1 of 2 tests failed (exit code 0), first: login: expected 401; output: raw/switch_smoke.txt",
  ]);
  assertEquals(it.files.get(`${AUDIT_DIR}/raw/switch_smoke.xml`), XML);
  assertEquals(verdictOn(await writing(GOOD).run(), "switch"), "PASS");
});

Deno.test("an XML in a service proves nothing if the command did not write it, or if it cannot be read", async () => {
  const old = inService({ junit: "/out/j.xml" });
  old.engine.serviceFiles.set("/out/j.xml", { text: GOOD, modifiedMs: old.clock.wall() });
  const gone = inService({ junit: "/out/j.xml" });
  gone.engine.runs.set("switch", () => {
    gone.engine.serviceFiles.set("/out/j.xml", new EngineError("no answer"));
    return {};
  });
  const unread = inService({ junit: "/out/j.xml" });
  unread.engine.serviceFiles.set("/out/j.xml", new EngineError("no answer"));
  const known = "It is not known whether all tests of smoke ran: ";
  const remedy = "Correct `junit` in the config file, or leave it out if the command writes no XML";
  for (
    const [it, reason] of [
      [old, `${known}/out/j.xml is the file that was there before the command began. ${remedy}`],
      [writing(null), `${known}it left no file /out/j.xml. ${remedy}`],
      [writing(XML.slice(0, 30)), `${known}/out/j.xml is cut, or no XML: see raw/switch_smoke.xml`],
      [gone, `${known}/out/j.xml cannot be read: no answer`],
      [unread, "smoke was found but not run: what is at /out/j.xml before it could not be seen: no answer"],
    ] as const
  ) {
    const result = await it.run();
    assertEquals([verdictOn(result, "switch"), ...reasonsOn(result, "switch")], ["WARN metrics_missing", reason]);
  }
});

Deno.test("an XML in a service is as old as the clock there says", async () => {
  const HOUR_MS = 3_600_000;
  for (const [clockAheadMs, verdict] of [[-HOUR_MS, "PASS"], [HOUR_MS, "WARN metrics_missing"]] as const) {
    const it = writing(GOOD, 5000 - HOUR_MS);
    Object.assign(it.engine, { clockAheadMs });
    assertEquals(verdictOn(await it.run(), "switch"), verdict);
  }
});

Deno.test("secrets of a command's variables are in no file of the audit dir, wherever it runs", async () => {
  const token = "tok-4711-xyzzy";
  const come = { end: { how: "not started" as const, why: `no ${token}`, code: 127 }, prints: `${token}\n` };
  const { it } = thatComesTo(come, { env: { API_TOKEN: token } });
  await it.run();
  const leaks = [...it.files].filter(([path, text]) => path.startsWith(AUDIT_DIR) && text.includes(token));
  assertEquals(leaks.map(([path]) => path), []);
});
