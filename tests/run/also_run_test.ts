/** What a run only brings up for others: judged as everything else, told of by those that lean on it, and counted. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { staysUp } from "../../lib/plan/plan.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import type { RunResult } from "../../lib/run/run.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { isFailed } from "../fakes/failed.ts";
import { reasonsOn, verdictOn, type World, world, type WorldOptions } from "./harness.ts";

const idOf = ({ engine }: World, service: string) => engine.container(service)?.state.id ?? "";

/** `baseline (core) FAIL restarted`, each. */
function also({ judged }: RunResult): string[] {
  return judged.alsoRun.map(({ name, reasons, role, status }) =>
    [name, `(${role})`, status, ...new Set(reasons.map(({ code }) => code))].join(" ")
  );
}

Deno.test("a healthy core is PASS beside the module, with its figures, and not counted as tested", async () => {
  const it = world();
  const result = await it.run();
  assertEquals([also(result), verdictOn(result, "switch")], [["baseline (core) PASS"], "PASS"]);
  assert(!isFailed(result.judged, true));
  const report = JSON.parse(it.files.get("/audit/REPORT.json") ?? "");
  assertEquals([report.modules_tested, report.summary.total_modules, Object.keys(report.modules)], [["switch"], 1, [
    "switch",
  ]]);
  const { metrics, role, status } = report.also_run.baseline;
  assertEquals([role, status, Object.keys(metrics).sort()], ["core", "PASS", [
    "vx11-madre",
    "vx11-redis",
    "vx11-tentaculo_link",
  ]]);
  assert(metrics["vx11-madre"].stats.samples > 0 && metrics["vx11-madre"].health.probes > 0);
});

const TROUBLE: Record<string, { happens: (it: World) => void; code: string; service?: string }> = {
  restarted: { happens: (it) => it.engine.restart(idOf(it, "madre"), 1), code: "restarted" },
  "killed for memory, a child": { happens: (it) => it.engine.emit("madre", "oom"), code: "oom_killed" },
  ended: { happens: (it) => it.engine.end(idOf(it, "tentaculo_link"), 1), code: "exited" },
  unhealthy: { happens: (it) => it.engine.emit("madre", "unhealthy"), code: "unhealthy" },
  "silent from then on": { happens: (it) => void it.pages.set("madre", 500), code: "health_lost" },
  "its helper restarted": { happens: (it) => it.engine.restart(idOf(it, "redis"), 9), code: "restarted" },
};

for (const [what, { code, happens }] of Object.entries(TROUBLE)) {
  Deno.test(`the core ${what} while a module is tested: FAIL, and the module says so`, async () => {
    const it = world({ config: { soakSec: 1 } });
    it.onTest = () => happens(it);
    const result = await it.run();
    assertEquals(also(result), [`baseline (core) FAIL ${code}`]);
    assertEquals(verdictOn(result, "switch"), "WARN dependency_unstable");
    assertStringIncludes(reasonsOn(result, "switch")[0] ?? "", 'the core "baseline" was not stable: ');
    assert(isFailed(result.judged, false));
    for (const file of ["REPORT.md", "REPORT.html", "junit.xml"]) {
      assertStringIncludes(it.files.get(`/audit/${file}`) ?? "", "baseline (core)", file);
    }
  });
}

Deno.test("a dependency that is not selected is judged, and so is its helper", async () => {
  for (const service of ["switch", "redis"]) {
    const it = world({
      config: { selected: ["hermes"] },
      scripts: { madre: { dependsOn: [] }, switch: { dependsOn: ["redis"] } },
    });
    it.onTest = () => it.engine.restart(idOf(it, service), 9);
    const result = await it.run();
    assertEquals(also(result), ["baseline (core) PASS", "switch (dependency) FAIL restarted"]);
    assertEquals(verdictOn(result, "hermes"), "WARN dependency_unstable");
    assertStringIncludes(reasonsOn(result, "hermes")[0] ?? "", `its dependency "switch" was not stable: "${service}"`);
  }
});

Deno.test("a selected dependency that is restarted is told of by its dependant as well", async () => {
  const it = world({ config: { selected: ["switch", "hermes"] } });
  it.onTest = (file) => {
    if (file.includes("hermes")) it.engine.restart(idOf(it, "switch"), 1);
  };
  const result = await it.run();
  assertEquals([verdictOn(result, "switch"), verdictOn(result, "hermes")], [
    "FAIL restarted",
    "WARN dependency_unstable",
  ]);
});

Deno.test("one restart of the core is told by the module whose window it fell into, and by no other", async () => {
  for (const during of ["switch", "shub"]) {
    const it = world({ config: { selected: ["switch", "shubniggurath"] }, tests: { "test_shub_a.py": 0 } });
    // On the clock of this test all takes no time: windows that touch would share the moment.
    it.engine.onOrder = (order) => it.clock.sleep(order === "look" ? 1 : 20);
    it.onTest = (file) => {
      if (file.includes(during)) it.engine.restart(idOf(it, "madre"), 1);
    };
    const result = await it.run();
    assertEquals(also(result), ["baseline (core) FAIL restarted"]);
    const told = ["switch", "shubniggurath"].filter((name) => verdictOn(result, name) !== "PASS");
    assertEquals(told, [during === "switch" ? "switch" : "shubniggurath"]);
  }
});

/** Does something in the pause between the first cycle's last module and the second cycle. */
function betweenCycles(happens: (it: World) => void, options: WorldOptions = {}): World {
  const it = world({ ...options, config: { cycles: 2, ...options.config } });
  let isDone = false;
  it.engine.onOrder = (order) => {
    const isClosed = it.journal().some((line) =>
      line.type === "window_closed" && line.module === "baseline" && line.cycle === 1
    );
    if (isDone || order !== "look" || !isClosed) return;
    isDone = true;
    happens(it);
  };
  return it;
}

Deno.test("what happens to the core between two cycles is told in the second", async () => {
  const cases = {
    restarted: (it: World) => it.engine.restart(idOf(it, "madre"), 1),
    oom_killed: (it: World) => it.engine.emit("madre", "oom"),
  };
  for (const [code, happens] of Object.entries(cases)) {
    const it = betweenCycles(happens);
    const result = await it.run();
    assertEquals(also(result), [`baseline (core) FAIL ${code} flaky`]);
    assertEquals(result.judged.alsoRun[0]?.cycles.map(({ status }) => status), ["PASS", "FAIL"]);
  }
});

Deno.test("a restart of the core that no event tells is found by two looks, also between cycles", async () => {
  const it = betweenCycles((it) => {
    const madre = it.engine.container("madre");
    if (madre !== undefined) madre.state.restartCount++;
  });
  assertEquals(also(await it.run()), ["baseline (core) FAIL restarted flaky"]);
});

Deno.test("a core that stays up over cycles is told once for one restart, in its own cycle", async () => {
  const it = world({ config: { cycles: 3, keepCore: true } });
  let tests = 0;
  it.onTest = () => {
    if (++tests === 2) it.engine.restart(idOf(it, "madre"), 1);
  };
  const result = await it.run();
  assertEquals(result.judged.alsoRun[0]?.cycles.map(({ status }) => status), ["PASS", "FAIL", "PASS"]);
  assertEquals(result.judged.modules[0]?.cycles.map(({ status }) => status), ["PASS", "WARN", "PASS"]);
  assert(staysUp("baseline", { keepCore: true, foundation: ["baseline"] }));
});

Deno.test("a core that ran before is judged in place, by what happens from then on", async () => {
  const running = ["madre", "tentaculo_link", "redis"];
  const before = { madre: { state: { restartCount: 7, oomKilled: true } } };
  assertEquals(also(await world({ running, scripts: before }).run()), ["baseline (core) PASS"]);
  const it = world({ running });
  it.onTest = () => it.engine.restart(idOf(it, "madre"), 1);
  assertEquals(also(await it.run()), ["baseline (core) FAIL restarted"]);
});

Deno.test("a core or a dependency that cannot be stopped is stop_failed, and one that is killed slow_stop", async () => {
  const cases = [[{ stopFails: "busy" }, "FAIL stop_failed"], [{ stopsLate: true }, "WARN slow_stop"]] as const;
  for (const [script, verdict] of cases) {
    const scripts = { madre: { dependsOn: ["redis"], ...script }, switch: script };
    const result = await world({ config: { selected: ["hermes"] }, scripts }).run();
    assertEquals(also(result), [`baseline (core) ${verdict}`, `switch (dependency) ${verdict}`]);
    assertEquals(isFailed(result.judged, false), verdict.startsWith("FAIL"));
    assert(isFailed(result.judged, true));
  }
});

Deno.test("one-shot helpers of the core are judged by their exit code", async () => {
  for (const [code, verdict] of [[0, "PASS"], [9, "FAIL exited"]] as const) {
    const it = world({ scripts: { redis: { oneShot: true } } });
    it.onTest = () => it.engine.end(idOf(it, "redis"), code);
    assertEquals(also(await it.run()), [`baseline (core) ${verdict}`]);
  }
});

Deno.test("side by side, all modules in whose windows it fell say so", async () => {
  const it = world({
    config: { selected: ["switch", "shubniggurath"], jobs: 2 },
    tests: { "test_shub_a.py": 0 },
    thresholds: { min_probes: 20, probe_interval_ms: 10 },
  });
  it.onTest = async () => {
    await it.clock.sleep(50);
    if (it.engine.container("madre")?.state.restartCount === 0) it.engine.restart(idOf(it, "madre"), 1);
  };
  const result = await it.run();
  assertEquals(["switch", "shubniggurath"].map((name) => verdictOn(result, name)), [
    "WARN dependency_unstable",
    "WARN dependency_unstable",
  ]);
});

Deno.test("of a run that is cut short, what was not seen to its end is SKIP and no PASS", async () => {
  const it = world({ config: { cycles: 2 } });
  it.onTest = () => it.interrupt.abort("SIGINT");
  const result = await it.run();
  assertEquals(also(result), ["baseline (core) SKIP"]);
});

Deno.test("the same journal gives the same verdict on what was only brought up", async () => {
  const it = world();
  it.onTest = () => it.engine.restart(idOf(it, "madre"), 1);
  const { judged } = await it.run();
  assertEquals(judge(foldJournal(it.journal())).alsoRun, judged.alsoRun);
});
