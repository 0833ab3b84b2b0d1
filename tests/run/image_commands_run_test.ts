/** Commands as tests that run in containers of images of their own, over whole runs. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import type { ApartCommand } from "../../lib/model/service_run.ts";
import { builtinModules } from "../../lib/modules.ts";
import type { CommandSpec } from "../../lib/tests/commands/spec.ts";
import type { FakeRun } from "../fakes/engine.ts";
import { AUDIT_DIR, reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

const HURL = "hurl:5";

/** The module `switch`, whose only test is this command. */
function inImage(over: Partial<CommandSpec> = {}, options: WorldOptions = {}): World {
  const it = world(options);
  const modules = new Map(builtinModules());
  const spec = modules.get("switch");
  if (spec === undefined) throw new Error("no switch");
  const smoke = { name: "smoke", run: ["hurl", "--test"], cwd: ".", env: {}, timeoutSec: null, junit: null };
  modules.set("switch", { ...spec, tests: [], moreTests: { commands: [{ ...smoke, image: HURL, ...over }] } });
  Object.assign(it.config, { settings: { ...it.config.settings, modules } });
  return it;
}

function thatComesTo(come: FakeRun, over: Partial<CommandSpec> = {}, options: WorldOptions = {}) {
  const it = inImage(over, options);
  const commands: ApartCommand[] = [];
  it.engine.runsApart = (command) => {
    commands.push(command);
    return come;
  };
  return { it, commands };
}

Deno.test("a command in an image gets the project dir, and the addresses of the network that it is on", async () => {
  const { commands, it } = thatComesTo({ prints: "12 passing\n" }, { env: { NODE_ENV: "test" } });
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
  const { family, ...rest } = commands[0] ?? { family: "" };
  assertEquals(rest, {
    image: HURL,
    words: ["hurl", "--test"],
    projectDir: it.config.projectDir,
    cwd: ".",
    env: {
      NODE_ENV: "test",
      VX11_MODE: "low_power",
      VX11_MADRE_URL: "http://madre:8000",
      VX11_TENTACULO_LINK_URL: "http://tentaculo_link:8001",
      VX11_SWITCH_URL: "http://switch:8002",
    },
  });
  assert(family.includes("vx11-junit"), family);
  assertEquals(it.files.get(`${AUDIT_DIR}/raw/switch_smoke.txt`), "12 passing\n");
  const [made, ended] = ["apart switch hurl:5 hurl --test", "end apart hurl --test"].map((order) =>
    it.engine.orders.indexOf(order)
  );
  assert(made !== undefined && ended !== undefined && made >= 0 && ended > made, it.engine.orders.join());
});

const ENDS: [string, FakeRun, string, string][] = [
  [
    "fails",
    { end: { how: "ended", code: 3, signal: null }, prints: "one\nexpected 200\n" },
    "FAIL tests_failed",
    "smoke: 1 of 1 test failed (exit code 3): expected 200; output: raw/switch_smoke.txt",
  ],
  [
    "is not in its image",
    { end: { how: "not started", why: "the image has no hurl", code: 127 } },
    "FAIL tests_failed",
    "smoke: the command ended with exit code 127 (it could not be started): the image has no hurl; " +
    "output: raw/switch_smoke.txt",
  ],
  [
    "has no image",
    { end: { how: "not started", why: 'the image "hurl:5" is not there: docker pull hurl:5', code: null } },
    "WARN metrics_missing",
    'smoke was found but not run: the image "hurl:5" is not there: docker pull hurl:5',
  ],
  [
    "is killed",
    { end: { how: "ended", code: 137, signal: null, meaning: "SIGKILL ended it or its container" }, prints: "one\n" },
    "FAIL tests_failed",
    "smoke: the command ended with exit code 137 (SIGKILL ended it or its container): one; output: raw/switch_smoke.txt",
  ],
  [
    "loses a process for lack of memory, and ends with 0",
    { end: { how: "ended", code: 0, signal: null, cut: "the kernel killed a process of it for lack of memory" } },
    "FAIL tests_failed",
    "smoke: the command ended with exit code 0, but the kernel killed a process of it for lack of memory; " +
    "output: raw/switch_smoke.txt",
  ],
  [
    "loses its container",
    { end: { how: "container ended" }, prints: "one\n" },
    "FAIL tests_failed",
    "smoke: the command was cut short: its container was removed before it was seen to end: one; " +
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
  Deno.test(`a command in an image that ${what} is ${verdict}`, async () => {
    const { it } = thatComesTo(come);
    const result = await it.run();
    assertEquals([verdictOn(result, "switch"), ...reasonsOn(result, "switch")], [verdict, reason]);
    assert(it.engine.orders.includes("end apart hurl --test"));
  });
}

Deno.test("a command in an image that hangs is ended at its limit, and a container that stays is named", async () => {
  const { it } = thatComesTo({ end: "hangs", prints: "begun\n", left: "unseen" }, { timeoutSec: 0.5 });
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "FAIL tests_timeout");
  assertEquals(reasonsOn(result, "switch"), [
    "smoke did not end within 500 ms and was killed, except that its container vx11-junit-1 could not be removed; " +
    "output: raw/switch_smoke.txt",
  ]);
  assertEquals(result.judged.evidence.leftBehind, [
    'The container vx11-junit-1 of the test smoke of "switch" could not be removed: when this run is over, ' +
    "`vx11-stability clean` does it",
  ]);
});

Deno.test("an interrupt ends a command in an image before the services", async () => {
  const { it } = thatComesTo({ end: "hangs" });
  it.engine.runsApart = () => {
    it.interrupt.abort("SIGINT");
    return { end: "hangs" };
  };
  await it.run();
  const ended = it.engine.orders.indexOf("end apart hurl --test");
  assert(ended > 0 && ended < it.engine.orders.findIndex((order) => order.startsWith("stop switch")));
});

const pulls = (it: World) => it.engine.orders.filter((order) => order.startsWith("pull"));

Deno.test("the image of tests is pulled before the run as --pull says", async () => {
  for (
    const [pull, isThere, wanted] of [
      ["missing", false, ["pull hurl:5"]],
      ["missing", true, []],
      ["always", true, ["pull hurl:5"]],
      ["never", false, []],
    ] as const
  ) {
    const { it } = thatComesTo({}, {}, { config: { pull } });
    const own = [...it.engine.services.values()].map(({ image }) => image);
    it.engine.images = new Set([...own, ...(isThere ? [HURL] : [])]);
    const result = await it.run();
    // `always` pulls the services' images, too.
    assertEquals(pulls(it).filter((order) => order.includes("hurl")), [...wanted], `${pull} ${isThere}`);
    const said = result.judged.evidence.notices.filter((notice) => notice.includes("will not be run"));
    assertEquals(
      said,
      pull === "never" ? ['Tests of "switch" will not be run: the image "hurl:5" is not there'] : [],
    );
  }
});

Deno.test("an image of tests that cannot be pulled keeps no service from its start", async () => {
  const why = 'the image "hurl:5" is not there: docker pull hurl:5';
  const come = { end: { how: "not started" as const, why, code: null } };
  const { it } = thatComesTo(come, {}, { config: { pull: "missing" } });
  it.engine.images = new Set([...it.engine.services.values()].map(({ image }) => image));
  const pull = it.engine.pull.bind(it.engine);
  it.engine.pull = async (wanted, limitMs, signal) => {
    await pull(wanted, limitMs, signal);
    return { ok: false, why: "no such host", output: "" };
  };
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN metrics_missing");
  assertStringIncludes(
    result.judged.evidence.notices.join("\n"),
    'The image "hurl:5" of tests of "switch" could not be pulled: no such host',
  );
});

Deno.test("an engine without images, or on another host, refuses such tests before anything is started", async () => {
  const none = inImage();
  delete none.engine.apart;
  const far = inImage();
  far.engine.isLocal = false;
  for (
    const [it, why] of [
      [none, 'A test of "switch" is to run in a container of the image "hurl:5", which needs the Compose engine'],
      [far, "and the engine is on another host, which does not have the project dir"],
    ] as const
  ) {
    const failure = await assertRejects(() => it.run(), Failure);
    assertEquals(failure.data.exit, "environment");
    assertStringIncludes(failure.message, why);
    assertEquals(it.engine.orders.filter((order) => /^(up|stop|pull|apart)/.test(order)), []);
  }
});

Deno.test("on another host, a module that is not tested may have such tests", async () => {
  const it = inImage({}, { config: { selected: ["hermes"] } });
  it.engine.isLocal = false;
  assertEquals(verdictOn(await it.run(), "hermes").split(" ")[0] !== "SKIP", true);
});

Deno.test("a command in an image whose cwd is not there makes no container", async () => {
  const { commands, it } = thatComesTo({}, { cwd: "e2e" });
  const result = await it.run();
  assertEquals(commands, []);
  assertStringIncludes(reasonsOn(result, "switch").join("\n"), `there is no folder ${it.config.projectDir}/e2e`);
});
