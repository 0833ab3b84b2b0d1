import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { limitsOf } from "../../lib/figures/against_baseline.ts";
import { compareRuns } from "../../lib/figures/compare.ts";
import type { FigureChange, Limits } from "../../lib/figures/comparison.ts";
import { isRegression } from "../../lib/figures/regression.ts";
import type { FigureName, FigureSeries, ModuleFigures, RunFigures } from "../../lib/model/baseline.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { figuresOf, NO_SERIES } from "../fakes/baseline.ts";

const LIMITS: Limits = limitsOf(defaultThresholds());

function compared(before: RunFigures, after: RunFigures, acrossHosts = false) {
  return compareRuns(before, after, LIMITS, acrossHosts);
}

function change(figure: FigureName, before: number[], after: number[]): FigureChange {
  const [module] = compared(figuresOf("db", { [figure]: before }), figuresOf("db", { [figure]: after })).modules;
  const found = module?.figures.find((each) => each.figure === figure);
  assert(found !== undefined);
  return found;
}

const around = (value: number, cycles = 6) => Array.from({ length: cycles }, (_, i) => value + (i % 3) * value / 100);

const JUDGED: [what: string, figure: FigureName, before: number[], after: number[], judgement: string][] = [
  ["a time to ready that is a fifth longer", "ready_ms", around(1000), around(1200), "worse"],
  ["one that is a fifth shorter", "ready_ms", around(1200), around(1000), "better"],
  ["a p95 within its share", "p95_ms", around(100), around(109), "same"],
  ["a p95 beyond its share and within its floor", "p95_ms", around(10), around(14.5), "same"],
  ["a p95 beyond both", "p95_ms", around(10), around(16), "worse"],
  ["memory within its floor", "mem_peak_mib", around(20), around(24.9), "same"],
  ["memory beyond it", "mem_peak_mib", around(20), around(25.5), "worse"],
  ["CPU that is within a fifth", "cpu_mean_pct", around(50), around(58), "same"],
  ["CPU that is beyond it", "cpu_mean_pct", around(50), around(62), "worse"],
  ["a stop that is 200 ms longer", "stop_ms", around(300), around(490), "same"],
  ["a stop that is longer by more", "stop_ms", around(300), around(520), "worse"],
  ["twice the value, once each", "ready_ms", [1000], [2000], "too few"],
  ["twice the value, three times each", "ready_ms", around(1000, 3), around(2000, 3), "too few"],
  ["twice the value, four times each", "ready_ms", around(1000, 4), around(2000, 4), "worse"],
  ["the same, once each", "ready_ms", [1000], [1000], "too few"],
  [
    "a change in the midst of scatter",
    "ready_ms",
    [500, 2500, 900, 700, 2400, 600],
    [2600, 900, 2500, 700, 2550, 800],
    "unclear",
  ],
  ["one wild value", "ready_ms", around(1000), [...around(1000, 5), 9000], "same"],
  ["nothing before", "ready_ms", [], around(1000), "missing"],
  ["nothing after", "ready_ms", around(1000), [], "missing"],
];
for (const [what, figure, before, after, judgement] of JUDGED) {
  Deno.test(`compareRuns() calls ${what} ${judgement}`, () =>
    assertEquals(change(figure, before, after).judgement, judgement));
}

Deno.test("compareRuns() gives medians, counts, the change, its limit, and what would have shown", () => {
  const { after, before, change: by, changePct, cyclesNeeded, detectable, limit } = change(
    "ready_ms",
    around(1000),
    around(1020),
  );
  assertEquals([before, after], [{ median: 1010, cycles: 6 }, { median: 1030.2, cycles: 6 }]);
  assertAlmostEquals(by ?? 0, 20.2, 1e-9);
  assertAlmostEquals(changePct ?? 0, 2, 1e-9);
  assertEquals(limit, 101);
  assert(detectable !== null && detectable > 101 && detectable < 150, String(detectable));
  assert(cyclesNeeded !== null && cyclesNeeded <= 6, String(cyclesNeeded));
});

Deno.test("compareRuns() has no share of a change from nothing", () => {
  const { change: by, changePct, judgement } = change("cpu_mean_pct", [0, 0, 0, 0], [50, 50, 50, 50]);
  assertEquals([by, changePct, judgement], [50, null, "worse"]);
});

Deno.test("compareRuns() says nothing of what could have been seen where nothing could", () => {
  const { chance, cyclesNeeded, detectable } = change("ready_ms", [1000], [2000]);
  assertEquals([detectable, chance], [null, 0.5]);
  assertEquals(cyclesNeeded, 4, "the least whose ranks can be clear");
});

Deno.test("compareRuns() asks for more cycles the more figures could have changed", () => {
  const many = (factor: number): ModuleFigures[] =>
    Array.from({ length: 20 }, (_, i) => ({
      name: `m${i}`,
      status: "PASS",
      services: [{ service: "s", series: { ...NO_SERIES, ready_ms: around(1000 * factor, 4) } }],
      inPlace: [],
      tests: {},
    }));
  const { modules } = compared(figuresOf("x", {}, { modules: many(1) }), figuresOf("x", {}, { modules: many(2) }));
  assertEquals(
    new Set(modules.flatMap(({ figures }) => figures.map(({ judgement }) => judgement))),
    new Set(["too few"]),
  );
  assertEquals(modules[0]?.figures[0]?.cyclesNeeded, 6);
});

Deno.test("compareRuns() judges no figure of another host unless asked, and never of another engine", () => {
  const before = figuresOf("db", { ready_ms: around(1000) });
  const after = figuresOf("db", { ready_ms: around(2000) }, {
    host: { hostname: "lab2", os: "linux", arch: "x86_64" },
  });
  const comparison = compared(before, after);
  assertEquals(comparison.notJudged, "the runs are of different hosts, lab1 (linux, x86_64) and lab2 (linux, x86_64)");
  assertEquals(comparison.modules[0]?.figures[0]?.judgement, "not judged");
  assertEquals(isRegression(comparison, true), false);
  assertEquals(compared(before, after, true).modules[0]?.figures[0]?.judgement, "worse");
  const other = compared(before, { ...after, engine: "process" }, true);
  assertEquals(other.notJudged, "the runs are of different engines, compose and process");
});

Deno.test("compareRuns() makes nothing of times where the host was far busier in one of the runs", () => {
  const series = (factor: number) => ({ ready_ms: around(1000 * factor), mem_peak_mib: around(60 * factor) });
  const loaded = (waitPcts: number[], factor: number) => figuresOf("db", series(factor), { waitPcts });
  const judged = (old: number[], now: number[], factor = 1.6) => {
    const comparison = compared(loaded(old, 1), loaded(now, factor));
    return [comparison.busy, ...comparison.modules[0]?.figures.map(({ judgement }) => judgement) ?? []];
  };
  const busy =
    "the host was busier in one of the runs: this program waited for a core 3 % of the time before, and 40 % after";
  assertEquals(judged([2, 3, 90], [39, 40, 41]), [busy, "busy host", "worse"]);
  assertEquals(judged([40, 40], [3, 3])[1], "busy host", "also where the earlier run was the slower for it");
  assertEquals(judged([70, 70], [70, 70]), [null, "worse", "worse"], "busy alike");
  assertEquals(judged([], [80, 80]), [null, "worse", "worse"], "unknown of one of them");
});

Deno.test("compareRuns() allows for half of what the host's load may have done to a time, in its direction alone", () => {
  // 90 ÷ 75: the same work took a fifth longer in the run with 25 %. A tenth is allowed for, beside the limit's tenth.
  const judged = (old: number, now: number, factor: number) => {
    const before = figuresOf("db", { ready_ms: around(1000) }, { waitPcts: [old, old, old] });
    const after = figuresOf("db", { ready_ms: around(1000 * factor) }, { waitPcts: [now, now, now] });
    return compared(before, after).modules[0]?.figures[0]?.judgement;
  };
  assertEquals(judged(10, 25, 1.09), "same");
  assertEquals(judged(10, 25, 1.19), "busy host");
  assertEquals(judged(10, 25, 1.21), "worse");
  assertEquals(judged(25, 10, 1.11), "worse", "slower although the host was calmer");
  assertEquals(judged(25, 10, 0.85), "busy host");
  assertEquals(judged(25, 10, 0.8), "better");
});

Deno.test("compareRuns() names what else is not the same", () => {
  const before = figuresOf("db", {});
  assertEquals(compared(before, { ...before, mode: "operative_core", jobs: 4, soakSec: 60 }).differences, [
    "Mode: low_power → operative_core",
    "Modules at the same time (--jobs): 1 → 4",
    "Soak in seconds: 0 → 60",
  ]);
  assertEquals(compared(before, before).differences, []);
});

Deno.test("compareRuns() tells modules and services that only one run has, and judges nothing of them", () => {
  const series: Partial<FigureSeries> = { ready_ms: around(1000) };
  const { modules } = compared(figuresOf("old", series), figuresOf("new", series));
  assertEquals(modules.map(({ name, inBoth }) => [name, inBoth]), [["new", false], ["old", false]]);
  assertEquals(modules.map(({ figures }) => figures.map(({ judgement }) => judgement)), [["missing"], ["missing"]]);
});

function withTests(tests: ModuleFigures["tests"], status: ModuleFigures["status"] = "PASS"): RunFigures {
  return figuresOf("db", {}, { modules: [{ name: "db", status, services: [], inPlace: [], tests }] });
}

Deno.test("compareRuns() has the test files that came out in another way", () => {
  const { modules } = compared(
    withTests({ "a.py": "passed", "b.py": "passed", "gone.py": "passed" }),
    withTests({ "a.py": "failed", "b.py": "passed", "new.py": "none" }),
  );
  assertEquals(modules[0]?.tests, [
    { file: "a.py", before: "passed", after: "failed" },
    { file: "new.py", before: null, after: "none" },
    { file: "gone.py", before: "passed", after: null },
  ]);
});

const REGRESSIONS: [string, RunFigures, RunFigures, boolean, boolean][] = [
  ["nothing", withTests({}), withTests({}), false, false],
  ["a test that fails only now", withTests({ "a.py": "passed" }), withTests({ "a.py": "failed" }), true, true],
  ["a test that failed before", withTests({ "a.py": "failed" }), withTests({ "a.py": "failed" }), false, false],
  ["a new test that fails", withTests({}), withTests({ "a.py": "failed" }), false, false],
  ["PASS → WARN", withTests({}), withTests({}, "WARN"), false, true],
  ["PASS → FAIL", withTests({}), withTests({}, "FAIL"), true, true],
  ["WARN → FAIL", withTests({}, "WARN"), withTests({}, "FAIL"), true, true],
  ["FAIL → FAIL", withTests({}, "FAIL"), withTests({}, "FAIL"), false, false],
  ["FAIL → PASS", withTests({}, "FAIL"), withTests({}), false, false],
  ["PASS → SKIP", withTests({}), withTests({}, "SKIP"), false, true],
  ["a verdict that is not known → FAIL", withTests({}, null), withTests({}, "FAIL"), false, false],
  ["PASS → a verdict that is not known", withTests({}), withTests({}, null), false, false],
  [
    "a figure that got worse",
    figuresOf("db", { ready_ms: around(1000) }),
    figuresOf("db", { ready_ms: around(1500) }),
    true,
    true,
  ],
  [
    "one that got better",
    figuresOf("db", { ready_ms: around(1500) }),
    figuresOf("db", { ready_ms: around(1000) }),
    false,
    false,
  ],
];
for (const [what, before, after, plain, strict] of REGRESSIONS) {
  Deno.test(`isRegression() of ${what}: ${plain}, strict ${strict}`, () => {
    const comparison = compared(before, after);
    assertEquals([isRegression(comparison, false), isRegression(comparison, true)], [plain, strict]);
  });
}
