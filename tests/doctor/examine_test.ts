/** Each thing that `doctor` looks at: well, and as it must not be. Nothing is changed and nothing is ordered meanwhile. */

import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { defaultSettings } from "../../lib/config/file.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { SpawnError } from "../../lib/host/host.ts";
import type { Diagnosis } from "../../lib/model/diagnosis.ts";
import { environmentFailure, Failure } from "../../lib/model/failure.ts";
import { autoClock } from "../fakes/auto_clock.ts";
import { MIB } from "../fakes/evidence.ts";
import { world } from "../run/harness.ts";
import { examined, type Setting } from "./patient.ts";

const bad = (level: string) => level === "warn" || level === "problem";

Deno.test("a healthy project has no warning, and each thing that was looked at is said", async () => {
  const { all, asked, it } = await examined({ config: { selected: ["hermes"] } });
  assertEquals(all.filter(({ level }) => bad(level)), []);
  const checks = ["clock", "memory_free", "project", "images", "ports", "test_program", "tests_found", "earlier_runs"];
  for (const check of [...checks, "audit_dir", "audit_room"]) {
    assert(all.some((each) => each.check === check && each.level === "ok"), check);
  }
  assertEquals(it.engine.closed, true);
  const [question] = asked;
  if (question === undefined) throw new Error("nothing asked");
  const { core, looks, services, toBuild, toPull } = question;
  assertEquals([...core].sort(), ["madre", "redis", "tentaculo_link"]);
  assertEquals([...services].sort(), ["hermes", "madre", "redis", "switch", "tentaculo_link"]);
  assertEquals([looks, toBuild, toPull], [[], [], []]);
});

Deno.test("what was not looked at says whether the engine or the project is the reason", async () => {
  const refused = environmentFailure("Cannot read the compose project", "Correct it");
  const openEngine = () => Promise.reject(refused);
  const project: Diagnosis = { check: "project", subject: "x", level: "problem", seen: refused.data.what, next: "" };
  for (const [examination, why] of [[[project], "the project could not be read"], [[], "the engine could"]] as const) {
    const { seen } = await examined({ openEngine, examination: { project: [...examination] } });
    assertStringIncludes(seen("not_looked_at")[0] ?? "", `were not looked at, since ${why}`);
  }
});

Deno.test("an engine that does not answer leaves the rest looked at, and says what was not", async () => {
  const dead = environmentFailure("Cannot use Docker: no answer", "Start it");
  const { all, asked, of } = await examined({ openEngine: () => Promise.reject(dead) });
  assertEquals(of("engine", "not_looked_at"), ["problem engine compose", "note not_looked_at compose"]);
  assertEquals(all.filter(({ level }) => level === "problem").map(({ next, seen }) => [seen, next]), [
    ["Cannot use Docker: no answer", "Start it"],
  ]);
  assertEquals(of("test_program", "tests_found", "audit_dir", "project").length, 4);
  assertEquals(of("images", "ports", "earlier_runs", "clock", "memory_free"), []);
  assertEquals(asked[0]?.looks, null);
});

Deno.test("what the engine itself says comes first, and the same problem is not told twice", async () => {
  const dead = environmentFailure("Cannot use Docker: no answer");
  const said = {
    check: "engine",
    subject: "docker",
    level: "problem",
    seen: "Cannot use Docker: no answer",
    next: "",
  } as const;
  const { all } = await examined({ openEngine: () => Promise.reject(dead), examination: { engine: [said] } });
  assertEquals(all.filter(({ level }) => level === "problem"), [said]);
});

Deno.test("an engine that stops answering counts as one that does not", async () => {
  const before: Setting["before"] = (it) => {
    it.engine.look = () => Promise.reject(new EngineError("docker ps: no answer within 30 s"));
  };
  const { it, of, seen } = await examined({ before });
  assertEquals([of("engine"), seen("engine")], [["problem engine compose"], [
    "The engine does not answer: docker ps: no answer within 30 s",
  ]]);
  assertEquals(it.engine.closed, true);
});

Deno.test("a bug is no diagnosis, and the engine is closed all the same", async () => {
  let it: { engine: { closed: boolean } } | undefined;
  await assertRejects(() =>
    examined({
      before: (made) => {
        it = made;
        made.engine.look = () => Promise.reject(new TypeError("bug"));
      },
    }), TypeError);
  assertEquals(it?.engine.closed, true);
});

const CONTAINER_PORT: Setting["before"] = (it) => {
  it.host.portState = (_, port) => port === 8001 || port === 8002 ? "taken" : "free";
};

Deno.test("a taken port is a problem of the core, and a warning for another module", async () => {
  const { of, seen } = await examined({ before: CONTAINER_PORT });
  assertEquals(of("port_taken", "ports"), ["problem port_taken tentaculo_link", "warn port_taken switch"]);
  assertEquals(seen("port_taken"), [
    "its port 127.0.0.1:8001 is taken by something else on this host",
    "its port 127.0.0.1:8002 is taken by something else on this host; a run could not start switch",
  ]);
});

Deno.test("a port that a container publishes is told with the container", async () => {
  const before: Setting["before"] = (it) => {
    it.host.portState = (_, port) => port === 8002 ? "taken" : "free";
    Object.assign(it.engine, { publisher: (port: number) => Promise.resolve(port === 8002 ? "other-web" : null) });
  };
  const { seen } = await examined({ before });
  assertStringIncludes(
    seen("port_taken")[0] ?? "",
    "its port 8002 is taken by the container other-web; a run could not start switch",
  );
});

Deno.test("what of the project's own containers holds a port is no stranger", async () => {
  const { of } = await examined({ running: ["switch"], before: (it) => void (it.host.portState = () => "taken") });
  assert(!of("port_taken").includes("warn port_taken switch"));
});

Deno.test("ports of another host are not looked at, and that is said", async () => {
  const before: Setting["before"] = (it) => {
    it.engine.isLocal = false;
    it.host.portState = () => "taken";
  };
  assertEquals((await examined({ before })).of("ports", "port_taken"), ["note ports ports"]);
});

Deno.test("an image that is missing and not to be pulled is a warning, and a problem of the core", async () => {
  const config = { selected: ["hermes"] };
  const images = (service: string) => ({ scripts: { [service]: { image: "gone:1" } }, config });
  const before: Setting["before"] = (it) => void (it.engine.images = new Set(["vx11-sandbox:1"]));
  assertEquals((await examined({ ...images("hermes"), before })).of("image_missing"), ["warn image_missing hermes"]);
  assertEquals((await examined({ ...images("redis"), before })).of("image_missing", "images"), [
    "problem image_missing redis",
  ]);
});

Deno.test("images that a run would pull or build are asked of the engine, each image once", async () => {
  const scripts = { switch: { image: "r/x:1" }, hermes: { image: "r/x:1" }, madre: { image: "own", buildable: true } };
  const before: Setting["before"] = (it) => void (it.engine.images = new Set(["vx11-sandbox:1"]));
  const { asked, of } = await examined({ scripts, before, config: { pull: "missing", selected: ["hermes"] } });
  assertEquals(asked[0]?.toPull, [{ image: "r/x:1", platform: null, services: ["switch", "hermes"], tests: [] }]);
  assertEquals(asked[0]?.toBuild, ["madre"]);
  assertEquals(of("images", "image_missing"), []);
});

Deno.test("services that the project lacks: by the engine's own survey, or by the files if it does not answer", async () => {
  const services = ["madre", "tentaculo_link", "redis", "switch"];
  assertEquals((await examined({ services, config: { selected: ["hermes"] } })).of("service"), ["warn service hermes"]);
  const missing = [
    { module: "hermes", service: "hermes", follows: "the module is FAIL", nearest: null },
    { module: "baseline", service: "madre", follows: "the run ends", nearest: "mader" },
  ];
  const dead = environmentFailure("no engine");
  const { all, of } = await examined({ openEngine: () => Promise.reject(dead), seen: { missing } });
  assertEquals(of("service"), ["warn service hermes", "problem service madre"]);
  assertEquals(all.find(({ subject }) => subject === "madre")?.next, 'Did you mean "mader"?');
});

Deno.test("a project that cannot be read is one problem, and the engine is not blamed", async () => {
  const why = environmentFailure("Cannot find a compose file: looked in vain", "Name it");
  const project = [
    { check: "project", subject: "/srv", level: "problem", seen: why.message, next: "Name it" } as const,
  ];
  const { all, of } = await examined({
    openEngine: () => Promise.reject(why),
    seen: { services: null, project: null },
    examination: { project },
  });
  assertEquals(all.filter(({ level }) => level === "problem"), project);
  assertEquals(of("engine", "memory_limit"), []);
});

Deno.test("free memory counts against the limits of what is up at once", async () => {
  const free = (mib: number, config = {}) =>
    examined({
      before: (it) => void (it.memFreeMib = mib),
      config: { selected: ["hermes", "operator-backend"], ...config },
    });
  // The core's three, and switch with one of the two.
  const fits = await free(5 * 64);
  assertEquals(fits.of("memory_free"), ["ok memory_free memory"]);
  const short = await free(5 * 64 - 1);
  assertEquals(short.of("memory_free"), ["warn memory_free memory"]);
  assertMatch(
    short.seen("memory_free")[0] ?? "",
    /^only 319\.0 MiB free, and the limits of what is up at once come to 320\.0 MiB/,
  );
  const side = await free(5 * 64, { jobs: 2 });
  assertEquals(side.of("memory_free"), ["warn memory_free memory"]);
  const remote = await examined({ before: (it) => void (it.engine.isLocal = false) });
  assertEquals(remote.of("memory_free"), ["note memory_free memory"]);
});

Deno.test("a service without a memory limit is said, and not counted as none", async () => {
  const { of, seen } = await examined({ scripts: { switch: { memLimitBytes: null } } });
  assertEquals(of("memory_limit"), ["warn memory_limit switch"]);
  assertStringIncludes(seen("memory_free")[0] ?? "", "192.0 MiB, without 1 service that has no limit");
});

Deno.test("a clock that is far from this host's is said", async () => {
  const clock = async (ms: number) => {
    const { of, seen } = await examined({ before: (it) => void Object.assign(it.engine, { clockAheadMs: ms }) });
    return [of("clock")[0]?.split(" ")[0], seen("clock")[0]];
  };
  assertEquals(await clock(0), ["ok", "the engine's clock is this host's"]);
  assertEquals(await clock(-5000), ["ok", "the engine's clock is 5000 ms behind this host's"]);
  assertMatch((await clock(90_000)).join(), /^warn,the engine's clock is 90\.0 s ahead of this host's/);
});

Deno.test("a pytest that is missing, modules without a test, and files that no module takes are said", async () => {
  const { of, seen } = await examined({
    config: { selected: ["switch", "mcp"], pytest: ["/nowhere/python"] },
    before: (it) => {
      const { host } = it;
      const own = host.spawn;
      host.spawn = (command, options) => {
        if (command[0] === "/nowhere/python") throw new SpawnError("not found", "no such file");
        return own(command, options);
      };
    },
    seen: {
      near: [{ file: "test_swich.py", module: "switch", pattern: "test_switch_*.py" }],
      elsewhere: [{ file: "a/test_switch_b.py", module: "switch", pattern: "test_switch_*.py" }],
      unclaimed: ["test_other.py"],
    },
  });
  assertEquals(of("test_program"), ["warn test_program /nowhere/python"]);
  assertStringIncludes(seen("test_program")[0] ?? "", "no such test can be run: ");
  assertEquals(of("tests_missing"), ["warn tests_missing mcp"]);
  assertEquals(of("test_file_near", "test_file_unclaimed"), [
    "warn test_file_near test_swich.py",
    "warn test_file_near a/test_switch_b.py",
    "note test_file_unclaimed test_other.py",
  ]);
  assertEquals(of("tests").length, 0, "the notice of the runner is not told again");
});

Deno.test("modules without a test are a note if the rule is off", async () => {
  const { of } = await examined({ config: { selected: ["mcp"] }, rules: { no_tests: "off" } });
  assertEquals(of("tests_missing"), ["note tests_missing mcp"]);
});

Deno.test("what a killed run left is named, stays where it is, and is no reason not to run", async () => {
  const dead = world({ config: { auditDir: "/audit/dead", soakSec: 60 }, pid: 66 });
  await dead.killedAt(20_000);
  dead.engine.disconnect();
  const left = dead.engine.running();
  dead.engine.orders.length = 0;
  const { it, of, seen } = await examined({
    engine: dead.engine,
    files: dead.files,
    clock: autoClock(dead.clock.mono()),
  });
  assertEquals(of("left_by_run", "earlier_runs"), ["warn left_by_run /audit/dead"]);
  assertMatch(seen("left_by_run")[0] ?? "", /^a run was killed, and left vx11-/);
  for (const name of left) assertStringIncludes(seen("left_by_run")[0] ?? "", `vx11-${name}`);
  assertEquals(it.engine.running(), left);
});

Deno.test("a killed run is known by its mark alone if the engine does not answer", async () => {
  const dead = world({ config: { auditDir: "/audit/dead", soakSec: 60 }, pid: 66 });
  await dead.killedAt(20_000);
  dead.engine.disconnect();
  dead.engine.orders.length = 0;
  const openEngine = () => Promise.reject(environmentFailure("no engine"));
  const clock = autoClock(dead.clock.mono());
  const { of } = await examined({ engine: dead.engine, files: dead.files, clock, openEngine });
  assertEquals(of("left_by_run"), ["warn left_by_run /audit/dead"]);
});

Deno.test("a run that is still at work is a problem, and its containers are not called left", async () => {
  const other = world({ config: { auditDir: "/audit/other", soakSec: 60 }, pid: 66 });
  await other.killedAt(20_000);
  other.engine.disconnect();
  other.engine.orders.length = 0;
  const { of, seen } = await examined({
    engine: other.engine,
    files: other.files,
    clock: autoClock(other.clock.mono()),
    before: (it) => void it.alive.add(66),
  });
  assertEquals(of("run_refused", "left_by_run"), ["problem run_refused /srv/vx11"]);
  assertEquals(seen("run_refused"), ['Another run is at work on project "vx11": process 66, writing to /audit/other']);
});

Deno.test("a run from another checkout is known by the lock that it holds", async () => {
  const mark = { engine: "compose", project: "vx11", auditDir: "/audit/there", hostname: "lab1", pid: 66, start: 1000 };
  const locked = (isAlive: boolean) =>
    examined({
      before(it) {
        Object.assign(it.engine, { identity: "ID vx11" });
        it.files.set("/tmp/vx11-stability-ID-vx11.lock", JSON.stringify(mark));
        if (isAlive) it.alive.add(66);
      },
    });
  assertEquals((await locked(true)).seen("run_refused"), [
    'Another run is at work on project "vx11": process 66, writing to /audit/there',
  ]);
  assertEquals((await locked(false)).of("run_refused", "earlier_runs"), ["ok earlier_runs runs"]);
});

Deno.test("temporary folders of killed programs are counted, and stay", async () => {
  const { of, seen } = await examined({
    before(it) {
      it.boot = "abcdef12-0000";
      for (const nr of [1, 2]) it.files.set(`/tmp/vx11-junit-abcdef12-0-66-1000-lab1-${nr}/x`, "");
    },
  });
  assertEquals(of("left_temporary", "earlier_runs"), ["note left_temporary temporary folders"]);
  assertStringIncludes(seen("left_temporary")[0] ?? "", "left 2 folders (vx11-junit-abcdef12-0-66-1000-lab1-1, …)");
});

Deno.test("an audit dir that is a file, holds what is no run, or is closed is a problem; a little room is a warning", async () => {
  const of = async (before: Setting["before"], auditDir = "/audit/new") => {
    const found = await examined({ config: { auditDir }, ...(before === undefined ? {} : { before }) });
    return found.of("audit_dir", "audit_room");
  };
  assertEquals(await of((it) => void it.files.set("/audit/new", "x")), ["problem audit_dir /audit/new"]);
  assertEquals(await of((it) => void it.files.set("/audit/new/REPORT.md", "x")), ["problem audit_dir /audit/new"]);
  const may = (answer: boolean | null): Setting["before"] => (it) =>
    void Object.assign(it.host.files, { mayWriteIn: () => Promise.resolve(answer) });
  assertEquals((await of(may(false)))[0], "problem audit_dir /");
  assertEquals((await of(may(null)))[0], "note audit_dir /");
  const room = (bytes: number | null): Setting["before"] => (it) =>
    void Object.assign(it.host.files, { freeBytes: () => Promise.resolve(bytes) });
  const levels = await Promise.all([200 * MIB, 199 * MIB, 1000, null].map((bytes) => of(room(bytes))));
  assertEquals(levels.map((each) => each[1]?.split(" ")[0]), ["ok", "warn", "problem", "note"]);
});

Deno.test("a baseline that cannot be read, and containers of another checkout, are problems", async () => {
  const baseline = { path: "/none", given: "none", acrossHosts: false };
  const openEngine = () => Promise.reject(environmentFailure("no engine"));
  assertEquals((await examined({ config: { baseline } })).of("baseline"), ["problem baseline none"]);
  assertEquals((await examined({ config: { baseline }, openEngine })).of("baseline"), ["problem baseline none"]);
  const { seen } = await examined({
    running: ["switch"],
    before: (it) => {
      Object.assign(it.engine, { homes: ["/srv/vx11"] });
      Object.assign(it.host.files, { isSame: (a: string, b: string) => Promise.resolve(a === b) });
      for (const look of it.engine.containers.values()) look.home = "/elsewhere";
    },
  });
  assertMatch(seen("run_refused")[0] ?? "", /^Another checkout has containers of project "vx11"/);
});

Deno.test("a check whose variable is not set is a problem, as a run would refuse it", async () => {
  const modules = new Map(defaultSettings().modules);
  const page = {
    service: "switch",
    kind: "http",
    port: 1,
    path: "/",
    declared: true as const,
    headers: { A: "${NOPE_X}" },
  };
  const own = modules.get("switch");
  if (own === undefined) throw new Error("there is no switch");
  modules.set("switch", { ...own, health: [page] });
  const { of, seen } = await examined({ config: { settings: { ...defaultSettings(), modules } } });
  assertEquals(of("config"), ["problem config checks"]);
  assertStringIncludes(seen("config")[0] ?? "", "health[0].headers.A names the variable NOPE_X, which is not set");
});

Deno.test("notices of options and config file are told", async () => {
  const { of, seen } = await examined({ config: { notices: ["Module switch was named twice"] } });
  assertEquals([of("config"), seen("config")], [["note config config"], ["Module switch was named twice"]]);
});

Deno.test("a secret of a service's environment is in no answer", async () => {
  const secret = "hunter2-of-the-database";
  const said = {
    check: "x",
    subject: `r/${secret}:1`,
    level: "warn",
    seen: `pulled ${secret}`,
    next: `try ${secret}`,
  } as const;
  const { all } = await examined({
    before: (it) => void it.engine.variables.push(["DB_PASSWORD", secret]),
    examination: { images: [said] },
  });
  assertEquals(JSON.stringify(all).includes(secret), false);
  assertEquals(all.find(({ check }) => check === "x")?.level, "warn");
});

Deno.test("what is wrong usage stays so: two tests with one name are refused as by a run", async () => {
  const modules = world().config.settings.modules;
  const spec = modules.get("switch");
  if (spec === undefined) throw new Error("no switch");
  const test = { name: "test_switch_a.py", run: ["true"], cwd: ".", env: {}, timeoutSec: null, junit: null };
  const twice = new Map([...modules]).set("switch", { ...spec, moreTests: { commands: [test] } });
  const error = await assertRejects(() => examined({ seen: { modules: twice } }), Failure);
  assertEquals(error.data.exit, "usage");
});
