/** Modules side by side: who waits for whom and for what, what is shared, and that it changes no verdict. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { MODULE_NAMES } from "../../lib/modules.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { MIB } from "../fakes/evidence.ts";
import type { World } from "./harness.ts";
import { reasonsOn, verdictOn, world } from "./harness.ts";
import { FAULTY, ran } from "./kinds_of_runs.ts";

const BASELINE = "baseline";

const NINE = MODULE_NAMES.filter((name) => name !== BASELINE);
const TESTS = Object.fromEntries(
  [...NINE.map((name) => name.replaceAll("-", "_")), "operator"].map((name) => [`test_${name}_x.py`, 0]),
);

function testsTake(it: World, ms: number): void {
  it.onTest = () => it.clock.sleep(ms);
}

/** Fewer probes and samples, where many modules are up for long. */
const CALM = { probe_idle_interval_ms: 50, sample_interval_ms: 100 };

const indexOf = (it: World, begin: string) => it.engine.orders.findIndex((order) => order.startsWith(begin));
const ups = (it: World, service: string) => it.engine.orders.filter((order) => order === `up ${service}`).length;

/** How many modules were between ready and the end of their tests at once, at most. */
function mostAtWork(journal: JournalLine[]): number {
  const spans = journal.filter((line) => line.type === "phase" && line.phase === "tests")
    .flatMap((line) => line.type === "phase" ? [[line.startMs, line.startMs + line.durationMs] as const] : []);
  return Math.max(...spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length));
}

Deno.test("side by side the same modules get the same verdicts, in the same order, in less time", async () => {
  const took: number[] = [];
  const results = [];
  for (const jobs of [1, "auto"] as const) {
    const it = world({
      config: { jobs, selected: NINE },
      tests: { ...TESTS, "test_mcp_x.py": 1 },
      scripts: { spawner: { stopsLate: true } },
      thresholds: CALM,
    });
    testsTake(it, 600);
    const { judged } = await it.run();
    took.push(it.clock.mono());
    results.push(
      judged.modules.map(({ name, reasons, status }) => ({ name, status, codes: reasons.map((r) => r.code) })),
    );
    assertEquals(it.engine.running(), []);
  }
  assertEquals(results[0], results[1]);
  const [one = 0, many = 0] = took;
  assert(many < one / 2, `${many} ms against ${one} ms`);
});

for (const [code, kind] of Object.entries(FAULTY)) {
  Deno.test(`a run with ${code} is judged alike with several jobs`, async () => {
    const runs = [];
    for (const jobs of [1, 4]) {
      const { options = {} } = kind;
      const { world: it, module } = await ran({
        ...kind,
        options: { ...options, config: { ...options.config, jobs } },
      });
      const found = judge(foldJournal(it.journal())).modules.find(({ name }) => name === module);
      runs.push([found?.status, found?.reasons.map((reason) => reason.code)]);
    }
    assertEquals(runs[0], runs[1]);
  });
}

Deno.test("a dependant starts when its dependency is ready, while that is still being tested", async () => {
  const it = world({ config: { jobs: 4, selected: ["switch", "hermes"] } });
  const started = Promise.withResolvers<void>();
  it.engine.onOrder = (order) => {
    if (order === "up hermes") started.resolve();
  };
  it.onTest = (file) => file.startsWith("test_switch") ? started.promise : undefined;
  assertEquals(verdictOn(await it.run(), "switch"), "PASS");
});

Deno.test("a shared dependency is brought up once, and goes when its last user has gone", async () => {
  const it = world({ config: { jobs: "auto", selected: ["mcp", "manifestator", "spawner"] } });
  testsTake(it, 1000);
  await it.run();
  assertEquals([ups(it, "switch"), ups(it, "hermes")], [1, 1]);
  const users = ["mcp", "manifestator", "spawner"].map((name) => indexOf(it, `remove ${name}`));
  assert(Math.max(...users) < indexOf(it, "stop hermes"), it.engine.orders.join("\n"));
  assert(indexOf(it, "remove hermes") < indexOf(it, "stop switch"));
});

Deno.test("no more modules are at work than there are jobs", async () => {
  for (const jobs of [2, 3]) {
    const it = world({ config: { jobs, selected: NINE }, tests: TESTS, thresholds: CALM });
    testsTake(it, 200);
    await it.run();
    assertEquals(mostAtWork(it.journal()), jobs);
  }
});

Deno.test("a dependency that fails fails all that need it at once, though others are still at work", async () => {
  const it = world({ config: { jobs: "auto", selected: NINE }, scripts: { hermes: { upFails: "no" } } });
  testsTake(it, 60_000);
  const result = await it.run();
  for (const name of ["spawner", "hormiguero", "mcp", "manifestator"]) {
    assertEquals(verdictOn(result, name), "FAIL dependency_failed");
  }
  const failed = it.journal().filter((line) => line.type === "dependency_failed").map(({ ms }) => ms);
  assert(Math.max(...failed) < 2000, `${failed}`);
});

Deno.test("of two dependencies one that fails is not waited out behind the other", async () => {
  const it = world({ config: { jobs: "auto", selected: ["hormiguero"], timeoutSec: 60 } });
  it.pages.set("switch", 200);
  it.engine.scripts.set("hermes", { upFails: "no" });
  const result = await it.run();
  assertEquals(verdictOn(result, "hormiguero"), "FAIL dependency_failed");
  assertStringIncludes(reasonsOn(result, "hormiguero")[0] ?? "", "no");
});

Deno.test("a module waits while its memory limit does not fit beside those that are up, and the report says so", async () => {
  const scripts = Object.fromEntries(
    ["switch", "shubniggurath"].map((name) => [name, { memLimitBytes: 600 * MIB }]),
  );
  const it = world({ config: { jobs: "auto", selected: Object.keys(scripts) }, scripts });
  it.memFreeMib = 900;
  testsTake(it, 2000);
  const result = await it.run();
  assertEquals(result.judged.evidence.notices, [
    '"shubniggurath" waited 2000 ms, since its memory limit of 600.0 MiB did not fit into the 900.0 MiB that the host ' +
    "had free beside the modules that were up",
  ]);
  assertEquals(result.judged.modules.map(({ status }) => status), ["PASS", "WARN"]);
});

Deno.test("what can never fit is tested all the same when nothing is left to wait for, and is told", async () => {
  const it = world({ config: { jobs: 4 }, scripts: { switch: { memLimitBytes: 900 * MIB } } });
  it.memFreeMib = 500;
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertStringIncludes(
    result.judged.evidence.notices[0] ?? "",
    '"switch" was started though its memory limit of 900.0 MiB',
  );
});

Deno.test("with one job no memory is asked for", async () => {
  const it = world({ scripts: { switch: { memLimitBytes: 900 * MIB } } });
  it.memFreeMib = 500;
  assertEquals((await it.run()).judged.evidence.notices, []);
});

Deno.test("two modules on one port take turns", async () => {
  const published = [{ hostIp: "127.0.0.1", hostPort: 8001 }];
  const scripts = { switch: { published }, shubniggurath: { published } };
  const it = world({ config: { jobs: "auto", selected: Object.keys(scripts) }, scripts });
  await it.run();
  assert(indexOf(it, "remove switch") < indexOf(it, "up shubniggurath"), it.engine.orders.join("\n"));
});

Deno.test("a module is told the addresses of what it needs and of nothing else that is up", async () => {
  const envs = [];
  for (const jobs of [1, "auto"] as const) {
    const it = world({ config: { jobs, selected: NINE }, tests: TESTS, thresholds: CALM });
    testsTake(it, 500);
    await it.run();
    envs.push([...it.testEnvs].sort(([a], [b]) => a < b ? -1 : 1));
    assertEquals(Object.keys(it.testEnvs.get("test_hermes_x.py") ?? {}), [
      "VX11_MODE",
      "VX11_MADRE_URL",
      "VX11_TENTACULO_LINK_URL",
      "VX11_HERMES_URL",
      "VX11_SWITCH_URL",
      "VX11_ENGINE_HOST",
    ]);
  }
  assertEquals(envs[0], envs[1]);
});

Deno.test("what the engine starts for two modules is made once, and stays while either needs it", async () => {
  const needing = { dependsOn: ["redis"] };
  const it = world({
    config: { jobs: "auto", selected: ["switch", "operator-backend"], keepCore: true },
    scripts: { madre: { dependsOn: [] }, switch: needing, "operator-backend": needing },
  });
  it.onTest = (file) => it.clock.sleep(file.startsWith("test_switch") ? 500 : 5000);
  it.engine.onOrder = (order) => order.startsWith("up") ? it.clock.sleep(300) : undefined;
  const result = await it.run();
  assertEquals(result.judged.modules.map(({ status }) => status), ["PASS", "PASS"]);
  assertEquals(it.engine.orders.filter((order) => order.startsWith("stop redis")).length, 1);
  assert(indexOf(it, "stop operator-backend") < indexOf(it, "stop redis"));
});

Deno.test("a module that the engine itself starts for another is stopped as itself, and not with that one", async () => {
  for (const jobs of [1, "auto"] as const) {
    const it = world({
      config: { jobs, selected: ["operator-backend", "operator-frontend"] },
      tests: TESTS,
      scripts: { "operator-frontend": { dependsOn: ["operator-backend"] } },
    });
    it.onTest = (file) => it.clock.sleep(file.startsWith("test_operator_frontend") ? 2000 : 100);
    it.engine.onOrder = () => it.clock.sleep(50);
    const result = await it.run();
    assertEquals(result.judged.modules.map(({ status }) => status), ["PASS", "PASS"], `${jobs}`);
  }
});

Deno.test("an interrupt ends all that is at work, and what had not begun is not judged", async () => {
  const it = world({ config: { jobs: 2, selected: NINE }, tests: TESTS, thresholds: CALM });
  testsTake(it, 1_000_000);
  void it.clock.sleep(5000).then(() => it.interrupt.abort("SIGINT"));
  const result = await it.run();
  assertEquals(it.engine.running(), []);
  assertEquals(verdictOn(result, "shubniggurath").split(" ")[0], "SKIP");
  assert(it.clock.mono() < 15_000, `${it.clock.mono()}`);
});

Deno.test("a bug in one module's work ends the others' wait, and everything is taken down", async () => {
  const it = world({ config: { jobs: 2, selected: NINE }, tests: TESTS });
  it.onTest = (file) => file.startsWith("test_switch") ? Promise.reject(new TypeError("a bug")) : it.clock.sleep(100);
  it.engine.onOrder = (order) => {
    if (order === "up hermes") throw new TypeError("a bug");
  };
  await it.run().then(() => assert(false), (error) => assertEquals(error.message, "a bug"));
  assertEquals([it.engine.running(), ups(it, "manifestator")], [[], 0]);
});

Deno.test("the modules of a larger core come up side by side, and are tested within the jobs", async () => {
  const it = world({
    config: { jobs: 2, mode: "operative_core", selected: ["switch", "spawner", "mcp"] },
    tests: TESTS,
  });
  testsTake(it, 1000);
  const result = await it.run();
  assertEquals(result.judged.modules.map(({ name, status }) => [name, status]), [
    ["switch", "PASS"],
    ["spawner", "PASS"],
    ["mcp", "PASS"],
  ]);
  assertEquals(mostAtWork(it.journal()), 2);
});
