/** The figures by which a run is compared, of runs that were cut short, resumed, or never began. */

import { assertEquals } from "@std/assert";
import { cutShort, partFigures, runFigures } from "../../lib/figures/run_figures.ts";
import type { RunEvidence } from "../../lib/model/record.ts";
import { cycleOf, ENGINE_INFO, moduleOf, runOf, runStarted, seen, testRun } from "../fakes/evidence.ts";

const HOST = { hostname: "lab1", os: "linux", arch: "x86_64", pid: 77 };

Deno.test("runFigures() says of each run what it was, and its modules in the order in which they were selected", () => {
  const figures = runFigures(runOf([moduleOf("db", [cycleOf(1, [seen("db")])])], { waitPcts: [3] }), () => "PASS");
  const { modules, ...run } = figures;
  assertEquals(run, {
    startedAt: "2025-12-22T21:50:59.435007Z",
    version: "0.1.0",
    host: { hostname: "lab1", os: "linux", arch: "x86_64" },
    engine: "compose",
    mode: "low_power",
    jobs: 1,
    soakSec: 0,
    cutShort: null,
    waitPcts: [3],
  });
  assertEquals(modules.map(({ name, status, tests }) => [name, status, tests]), [["db", "PASS", {}]]);
  assertEquals(modules[0]?.services.map(({ series, service }) => [service, series.ready_ms]), [["db", [312.3]]]);
});

Deno.test("runFigures() of a journal that says nothing of the run has null for each, and no module", () => {
  const { cutShort, modules, startedAt: _, waitPcts, ...unknown } = runFigures(runOf([], { run: null }));
  assertEquals(unknown, { version: null, host: null, engine: null, mode: null, jobs: null, soakSec: null });
  assertEquals([cutShort, modules, waitPcts], [null, [], []]);
});

Deno.test("runFigures() has a selected module of which the journal says nothing, without figures", () => {
  const evidence = runOf([], { run: runStarted({ selected: ["db"] }) });
  assertEquals(runFigures(evidence).modules, [{ name: "db", status: null, services: [], inPlace: [], tests: {} }]);
});

Deno.test("runFigures() takes tests from all parts of a resumed run, and figures from its first host alone", () => {
  const part = { startedAt: null, startMs: 0, engine: ENGINE_INFO, after: null, awayMs: null };
  const cycles = [1, 2, 3].map((nr) => ({
    ...cycleOf(nr, [seen("db", { ready: { afterMs: nr * 100, attempts: 1 } })], {
      tests: [testRun("test_db.py", { returnCode: nr === 3 ? 1 : 0 })],
    }),
    ...(nr === 1 ? {} : { part: nr - 1 }),
  }));
  const parts = [
    { ...part, host: HOST },
    { ...part, host: { ...HOST, pid: 78 } },
    { ...part, host: { ...HOST, hostname: "lab2" } },
  ];
  const [db] = runFigures(runOf([moduleOf("db", cycles)], { parts })).modules;
  assertEquals(db?.services[0]?.series.ready_ms, [100, 200]);
  assertEquals(db?.tests, { "test_db.py": "failed" });
  const [whole] = runFigures(runOf([moduleOf("db", cycles)])).modules;
  assertEquals(whole?.services[0]?.series.ready_ms, [100, 200, 300]);
});

Deno.test("partFigures() has the figures of each service in one part, and its whole cycles", () => {
  const cycle = (nr: number, part: number, closedMs: number | null = nr) => (
    { ...cycleOf(nr, [seen("db", { ready: { afterMs: nr, attempts: 1 } })], { closedMs }), part }
  );
  const [first, ...rest] = [cycle(1, 0), cycle(2, 1), cycle(3, 1), cycle(4, 1, null)];
  const { part: _, ...unsaid } = first ?? cycle(1, 0);
  const figures = (nr: number, run: RunEvidence["run"] = runStarted()) =>
    partFigures(runOf([moduleOf("db", [unsaid, ...rest])], { run }), nr).map(({ cycles, module, series, service }) => [
      module,
      service,
      cycles,
      series.ready_ms,
    ]);
  assertEquals(figures(0), [["db", "db", 1, [1]]]);
  assertEquals(figures(1), [["db", "db", 2, [2, 3]]]);
  assertEquals(figures(1, null), [["db", "db", 2, [2, 3]]]);
  assertEquals(figures(2), []);
});

Deno.test("runFigures() and partFigures() have no p95 of fewer probes than the run asks for", () => {
  const modules = [moduleOf("db", [cycleOf(1, [seen("db")])])];
  const run = runStarted({ selected: ["db"] });
  const few = { ...run, thresholds: { ...run.thresholds, min_probes: 21 } };
  const p95 = (started: RunEvidence["run"]) => {
    const evidence = runOf(modules, { run: started });
    return [runFigures(evidence).modules[0]?.services[0]?.series.p95_ms, partFigures(evidence, 0)[0]?.series.p95_ms];
  };
  assertEquals(p95(run), [[19], [19]]);
  assertEquals(p95(few), [[], []]);
  assertEquals(p95(null), [undefined, [19]]);
});

Deno.test("cutShort() says what ended the run before its end, an interrupt first", () => {
  const whole = { interrupted: null, failure: null, finished: true };
  assertEquals(cutShort(whole), null);
  assertEquals(cutShort({ ...whole, finished: false }), "did not come to its end");
  assertEquals(cutShort({ ...whole, failure: "the disk is full" }), "failed: the disk is full");
  assertEquals(
    cutShort({ interrupted: "SIGINT", failure: "the disk is full", finished: false }),
    "interrupted by SIGINT",
  );
  const failure = { exit: "environment" as const, what: "the disk is full", next: "" };
  assertEquals(runFigures(runOf([], { failure })).cutShort, "failed: the disk is full");
});
