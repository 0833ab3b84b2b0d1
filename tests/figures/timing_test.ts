import { assert, assertEquals } from "@std/assert";
import { phaseTimes, type RunTiming, runTiming } from "../../lib/figures/timing.ts";
import type { Phase, RunStarted } from "../../lib/model/evidence.ts";
import type { CycleEvidence, RunEvidence } from "../../lib/model/record.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { cpuMs } from "../fakes/cpu.ts";
import { cycleOf, moduleOf, runOf, runStarted } from "../fakes/evidence.ts";
import { realJournal } from "../run/journal_lines.ts";

function cycle(number: number, phases: Partial<Record<Phase, number>>): CycleEvidence {
  const spans = Object.entries(phases).map(([phase, durationMs]) => ({
    phase: phase as Phase,
    startMs: 0,
    durationMs,
  }));
  return cycleOf(number, [], { phases: spans });
}

const STARTED: Partial<RunStarted> = {
  cycles: 2,
  selected: ["b", "c"],
  core: ["base"],
  kept: ["base"],
  services: { base: ["x"], a: ["a"], b: ["b"], c: ["c"] },
  dependsOn: { base: [], a: ["base"], b: ["a"], c: ["base"] },
};

/** Two cycles: the core is started in the first and kept; `b` needs `a`, which is not tested; `c` is skipped. */
function twoCycles(started: Partial<RunStarted> = {}, over: Partial<RunEvidence> = {}): RunEvidence {
  return runOf([
    moduleOf("b", [
      cycle(1, { dependencies: 7, start: 4, probes: 20, tests: 10, look: 3, stop: 2 }),
      cycle(2, { dependencies: 7, start: 6, probes: 20, tests: 30, look: 3, stop: 2 }),
    ]),
    moduleOf("c", [], "the project has no service c"),
    moduleOf("base", [cycle(1, { start: 50, look: 3 }), cycle(2, { start: 0, look: 3 })]),
    moduleOf("a", [cycle(1, { start: 5, ready: 1, stop: 1 }), cycle(2, { start: 5, ready: 1, stop: 1 })]),
  ], { run: runStarted({ ...STARTED, ...started }), durationMs: 200, ...over });
}

function figures({ wallMs, jobs, sumMs, criticalMs, ownMs, ownPct }: RunTiming) {
  return { wallMs, jobs, sumMs, criticalMs, ownMs, ownPct };
}

Deno.test("runTiming() sums the work of all cycles, and says what the rest is", () => {
  const timing = runTiming(twoCycles());
  // 50 + (4 + 20 + 2) + (5 + 1 + 1), then 0 + (6 + 30 + 2) + (5 + 1 + 1)
  assertEquals(timing.cycles.map(({ cycle, sumMs, criticalMs }) => [cycle, sumMs, criticalMs]), [[1, 83, 83], [
    2,
    45,
    45,
  ]]);
  assertEquals(figures(timing), { wallMs: 200, jobs: 1, sumMs: 128, criticalMs: 128, ownMs: 72, ownPct: 36 });
  assertEquals(
    timing.cycles[1]?.path.map(({ module, phase, durationMs }) => `${module} ${phase} ${durationMs}`),
    ["a start 5", "a ready 1", "b start 6", "b tests 30", "b stop 2", "a stop 1"],
  );
});

Deno.test("runTiming() measures a run of several jobs by its critical path, and never below nothing", () => {
  const wide = { dependsOn: { base: [], a: ["base"], b: ["base"], c: ["base"] } };
  const own = (jobs: number, durationMs = 200) => {
    const { criticalMs, ownMs } = runTiming(twoCycles({ ...wide, jobs }, { durationMs }));
    return [criticalMs, ownMs];
  };
  assertEquals(own(1), [76 + 38, 200 - 128]);
  assertEquals(own(2), [76 + 38, 200 - 114]);
  assertEquals(own(2, 100), [114, 0]);
  assertEquals(runTiming(twoCycles({}, { durationMs: 0 })).ownPct, null);
});

Deno.test("runTiming() of what does not say what was run has no path, and what it has beside that", () => {
  const unknown = twoCycles({}, { run: null });
  assertEquals(figures(runTiming(unknown)), {
    wallMs: 200,
    jobs: null,
    sumMs: 128,
    criticalMs: null,
    ownMs: 72,
    ownPct: 36,
  });
  assertEquals(runTiming(unknown).cycles.flatMap(({ path }) => path), []);
});

const CUT_SHORT: Partial<RunEvidence>[] = [
  { finished: false },
  { interrupted: "SIGINT" },
  { failure: { exit: "environment", what: "the disk is full", next: "" } },
];
for (const over of CUT_SHORT) {
  Deno.test(`runTiming() claims no own time of a run with ${Object.keys(over)}`, () => {
    const { sumMs, criticalMs, ownMs, ownPct } = runTiming(twoCycles({}, over));
    assertEquals([sumMs, criticalMs, ownMs, ownPct], [128, 128, null, null]);
  });
}

Deno.test("runTiming() of a run of which nothing was seen has no figures", () => {
  for (const run of [null, runStarted(STARTED)]) {
    const timing = runTiming(runOf([moduleOf("b", [])], { run }));
    assertEquals([timing.sumMs, timing.criticalMs, timing.ownMs], [null, null, null]);
    assertEquals([timing.cycles, timing.modules], [[], []]);
  }
});

Deno.test("runTiming() has each module in the order of the plan, with medians and totals over its cycles", () => {
  const { modules } = runTiming(twoCycles());
  assertEquals(
    modules.map(({ name, core, tested, cycles }) => [name, core, tested, cycles]),
    [
      ["base", true, false, 2],
      ["a", false, false, 2],
      ["b", false, true, 2],
    ],
  );
  assertEquals(modules[2]?.medianMs, { dependencies: 7, start: 5, probes: 20, tests: 20, look: 3, stop: 2 });
  assertEquals(modules[2]?.totalMs, { dependencies: 14, start: 10, probes: 40, tests: 40, look: 6, stop: 4 });
});

Deno.test("runTiming() keeps a module that the plan does not name", () => {
  const evidence = twoCycles();
  evidence.modules.push(moduleOf("z", [cycle(1, { start: 500 })]));
  const { criticalMs, modules } = runTiming(evidence);
  assertEquals([modules.at(-1)?.name, modules.at(-1)?.tested, criticalMs], ["z", false, 50 + 500 + 45]);
});

Deno.test("runTiming() of modules whose journal says nothing of the run calls none tested, and none core", () => {
  const { criticalMs, jobs, modules, sumMs } = runTiming(twoCycles({}, { run: null }));
  assertEquals([jobs, sumMs, criticalMs], [null, 128, null]);
  assertEquals(modules.map(({ core, name, tested }) => [name, tested, core]), [
    ["b", false, false],
    ["base", false, false],
    ["a", false, false],
  ]);
});

Deno.test("phaseTimes() adds up what came about in several spans", () => {
  const phases = [1, 2].map((durationMs) => ({ phase: "slot" as const, startMs: 0, durationMs }));
  assertEquals(phaseTimes({ phases }), { slot: 3 });
});

Deno.test("runTiming() takes every prefix of a real journal", () => {
  const all = realJournal();
  const timings = all.map((_, end) => runTiming(foldJournal(all.slice(0, end))));
  for (const { ownMs } of timings) assertEquals(ownMs, null);
  const { sumMs, ownMs, wallMs } = runTiming(foldJournal(all));
  assert(sumMs !== null && ownMs !== null && Math.abs(sumMs + ownMs - wallMs) < 1);
});

Deno.test("runTiming() of a hundred cycles of two hundred modules takes no time", () => {
  const names = Array.from({ length: 200 }, (_, i) => `m${i}`);
  const modules = names.map((name) => moduleOf(name, Array.from({ length: 100 }, (_, i) => cycleOf(i + 1, []))));
  const dependsOn = Object.fromEntries(names.map((name, i) => [name, names.slice(Math.max(0, i - 3), i)]));
  const evidence = runOf(modules, { run: runStarted({ selected: names, dependsOn, core: [] }) });
  const cost = cpuMs(() => assertEquals(runTiming(evidence).cycles.length, 100));
  assert(cost < 1500, `${cost} ms`);
});
