import { assertEquals } from "@std/assert";
import { type PlannedModule, type PlannedRun, predict } from "../../lib/figures/prediction.ts";
import type { PhaseTimes } from "../../lib/figures/critical_path.ts";
import type { ModuleTiming } from "../../lib/figures/timing.ts";

function planned(over: Partial<PlannedRun> = {}): PlannedRun {
  const module = (name: string, dependsOn: string[], tested: boolean): PlannedModule => (
    { name, dependsOn, tested, core: name === "base", kept: name === "base", staysUp: name === "base" }
  );
  return {
    modules: [
      module("base", [], false),
      module("a", ["base"], false),
      module("b", ["a"], true),
      module("c", ["base"], true),
    ],
    cycles: 1,
    soakMs: 0,
    ...over,
  };
}

function nothingStaysUp(over: Partial<PlannedRun> = {}): PlannedRun {
  return planned({ modules: planned().modules.map((module) => ({ ...module, staysUp: false })), ...over });
}

function recorded(name: string, medianMs: PhaseTimes, over: Partial<ModuleTiming> = {}): ModuleTiming {
  return { name, tested: true, core: false, cycles: 3, medianMs, totalMs: medianMs, ...over };
}

const RECORD = [
  // Of three cycles: brought up in the first, stopped in the last.
  recorded("base", { start: 0, ready: 2, stop: 30 }, {
    tested: false,
    core: true,
    totalMs: { start: 100, ready: 6, stop: 30 },
  }),
  recorded("a", { slot: 90, start: 5, ready: 1, stop: 4 }, { tested: false }),
  recorded("b", { dependencies: 9, start: 6, probes: 20, tests: 10, soak: 70, look: 3, stop: 2 }),
  recorded("c", { start: 1, probes: 20, tests: 200, stop: 1 }),
];

function figures(...args: Parameters<typeof predict>) {
  const { sumMs, criticalMs, path } = predict(...args);
  return [
    sumMs,
    criticalMs,
    path.map(({ module, phase, durationMs }) => `${module} ${phase} ${durationMs}`).join(", "),
  ];
}

Deno.test("predict() is the work of one cycle, and its longest chain", () => {
  assertEquals(figures(planned(), RECORD), [
    102 + 10 + 28 + 202,
    102 + 202,
    "base start 100, base ready 2, c start 1, c tests 200, c stop 1",
  ]);
});

Deno.test("predict() brings the core up once, and stops it where it is not kept", () => {
  const one = 102 + 10 + 28 + 202;
  const later = 2 + 10 + 28 + 202;
  assertEquals(figures(planned({ cycles: 2 }), RECORD).slice(0, 2), [one + later, 304 + 204]);
  assertEquals(figures(planned({ cycles: 5 }), RECORD).slice(0, 2), [one + 4 * later, 304 + 4 * 204]);
  assertEquals(figures(nothingStaysUp(), RECORD).slice(0, 2), [one + 30, 304 + 30]);
  assertEquals(figures(nothingStaysUp({ cycles: 5 }), RECORD).slice(0, 2), [
    one + 4 * later + 30,
    304 + 4 * 204 + 30,
  ]);
});

Deno.test("predict() takes the soak of the plan, not of the record", () => {
  assertEquals(figures(planned({ soakMs: 1000 }), RECORD).slice(0, 2), [342 + 2000, 304 + 1000]);
});

Deno.test("predict() leaves out what is not to be tested", () => {
  const modules = planned().modules.map((module) => ({ ...module, tested: module.name === "b" }));
  assertEquals(figures(planned({ modules }), RECORD).slice(0, 2), [102 + 10 + 28 + 2, 102 + 6 + 28 + 4]);
});

Deno.test("predict() names what the record lacks, and what it has no tests of", () => {
  const modules = planned().modules.map((module) => ({ ...module, tested: true }));
  const { criticalMs, sumMs, unknown, untested } = predict(planned({ modules }), RECORD.slice(0, 3));
  assertEquals([unknown, untested], [["c"], ["base", "a"]]);
  assertEquals([sumMs, criticalMs], [102 + 10 + 28, 102 + 10 + 28]);
});

Deno.test("predict() has no figures where the record has none of the modules", () => {
  const { criticalMs, path, sumMs, unknown } = predict(planned({ cycles: 3 }), [recorded("other", { start: 5 })]);
  assertEquals([sumMs, criticalMs, path, unknown], [null, null, [], ["base", "a", "b", "c"]]);
});

Deno.test("predict() brings a core up and down in each cycle that is tested itself, but for what stays up at the end", () => {
  const modules = planned().modules.map((module) => ({ ...module, kept: false }));
  const record = RECORD.map((timing) => ({ ...timing, medianMs: { ...timing.totalMs, soak: 0 }, core: false }));
  const one = 106 + 10 + 28 + 202;
  assertEquals(figures(planned({ modules, cycles: 3 }), record)[0], 3 * one + 2 * 30);
  assertEquals(figures(nothingStaysUp({ cycles: 1 }), record)[0], one + 30);
});

Deno.test("predict() of a module that has become core takes one start of it as it was", () => {
  const modules = planned().modules.map((module) => ({
    ...module,
    core: module.name !== "c",
    kept: module.name !== "c",
  }));
  const record = RECORD.map((timing) =>
    timing.name === "a" ? { ...timing, totalMs: { start: 15, ready: 3, stop: 12 } } : timing
  );
  // All but the baseline goes after the last cycle.
  const [first, later, last] = [102 + 6 + 26 + 202, 2 + 1 + 20 + 202, 4 + 2];
  assertEquals(figures(planned({ modules, cycles: 3 }), record)[0], first + 2 * later + last);
});
