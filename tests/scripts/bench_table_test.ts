/** The figures of the benchmark, its promises, and how they are shown. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  criticalPathBar,
  growthBar,
  leastBar,
  neverSlowerBar,
  peakBar,
  plainBar,
  sharedTestsBar,
  startupBar,
  sumBar,
} from "../../scripts/bench/bars.ts";
import { BenchError } from "../../scripts/bench/measure.ts";
import { parseOptions, PARTS } from "../../scripts/bench/options.ts";
import type { Bar, Run, Series } from "../../scripts/bench/result.ts";
import { reportText } from "../../scripts/bench/table.ts";
import { timingOf } from "../../scripts/bench/timing.ts";

function run(wallMs: number, bounds: { jobs?: number; sumMs?: number; criticalPathMs?: number } = {}): Run {
  const { jobs = 1, sumMs = 1000, criticalPathMs = 500 } = bounds;
  return { wallMs, cpuMs: 120, peakMib: 80, timing: { jobs, sumMs, criticalPathMs } };
}

function series(name: string, ...runs: Run[]): Series {
  return { name, runs };
}

const plain = series(
  "plain script",
  ...[2000, 2200].map((wallMs): Run => (
    { wallMs, cpuMs: null, peakMib: null, timing: null }
  )),
);
const shown = ({ seen, kept }: Bar) => [seen, kept];

Deno.test("timingOf() reads the bounds from REPORT.json, and null where it has none", () => {
  const timing = { wall_ms: 9, jobs: 2, sum_ms: 7, critical_ms: null, own_ms: 1, cycles: [] };
  assertEquals(timingOf({ timing }), { jobs: 2, sumMs: 7, criticalPathMs: null });
  assertEquals([timingOf({}), timingOf({ timing: null })], [null, null]);
});

Deno.test("sumBar() and criticalPathBar() take the median of wall ÷ that run's own bound", () => {
  const slow = run(3000, { sumMs: 1000 });
  assertEquals(shown(sumBar("x", series("--jobs 1", run(1050), slow, run(1090)))), ["1.09", true]);
  assertEquals(shown(sumBar("x", series("--jobs 1", run(1110)))), ["1.11", false]);
  assertEquals(shown(criticalPathBar("x", series("--jobs auto", run(570)))), ["1.14", true]);
  assertEquals(shown(criticalPathBar("x", plain)), ["–", null]);
});

Deno.test("leastBar() is fair where there is more work than jobs or cores", () => {
  const auto = series("--jobs auto", run(560, { jobs: 2, sumMs: 1000, criticalPathMs: 100 }));
  assertEquals(shown(leastBar("x", auto, 2)), ["1.12", true]);
  const busy = { ...auto, runs: auto.runs.map((each) => ({ ...each, childCpuMs: 2200 })) };
  assertEquals([shown(leastBar("x", busy, 4)), shown(leastBar("x", busy, 8))], [["1.02", true], ["1.12", true]]);
});

Deno.test("plainBar() compares medians, neverSlowerBar() the worst round", () => {
  assertEquals(shown(plainBar(plain, series("--jobs auto", run(1000), run(1100)))), ["2.00", true]);
  assertEquals(shown(plainBar(plain, series("--jobs auto", run(1100), run(1100)))), ["1.91", false]);
  assertEquals(shown(neverSlowerBar(plain, series("--jobs 1", run(1500), run(2300)))), ["1.05", false]);
  assertEquals(shown(neverSlowerBar(plain, series("--jobs 1", run(1900), run(2100)))), ["0.95", true]);
});

Deno.test("sharedTestsBar() wants twice as fast", () => {
  const file = series("--tests-per file", run(4000));
  assertEquals(shown(sharedTestsBar("x", file, series("--tests-per module", run(2000)))), ["2.00", true]);
  assertEquals(shown(sharedTestsBar("x", file, series("--tests-per module", run(2001)))), ["2.00", false]);
});

Deno.test("peakBar() takes the highest of all, growthBar() wants 0 in the interval, startupBar() a ratio", () => {
  const high = { ...run(1), peakMib: 121 };
  assertEquals(shown(peakBar([series("a", run(1)), series("b", run(1), high), plain])), ["121 MiB", false]);
  const growth = { slope: 0.01, low: -0.01, high: 0.02, from: 11, to: 100 };
  assertEquals(shown(growthBar("x", growth)), ["10.2 KiB a cycle (95 %: -10.2 to 20.5; cycles 11 to 100)", true]);
  assertEquals(growthBar("x", { ...growth, low: 0.001 }).kept, false);
  assertEquals(growthBar("x", { ...growth, slope: -1, low: -2, high: -0.5 }).kept, true);
  assertEquals([shown(startupBar(1.31)), shown(startupBar(undefined))], [["1.31", false], ["–", null]]);
});

Deno.test("reportText() gives machine, medians, ratios, promises and what was left out", () => {
  const one = series("--jobs 1", run(1050), run(1100), run(1200));
  const text = reportText({
    command: "scripts/deno task bench --runs 3",
    machine: { date: "2026-01-01 00:00 UTC", hardware: "2 cores", software: ["vx11-stability 1", "Deno 2"] },
    result: {
      sections: [{ title: "Sandbox", about: "Nine modules.", series: [plain, one], notes: ["A note."] }],
      bars: [sumBar("Sandbox", one), startupBar(2), startupBar(undefined)],
      skipped: ["the rest: no Docker"],
      failed: ["soak: `x` ended with 1"],
    },
  });
  const [first] = text.split("\n\n| promise");
  assertEquals(
    first,
    `Measured 2026-01-01 00:00 UTC on 2 cores, with vx11-stability 1, Deno 2:
\`scripts/deno task bench --runs 3\`

**Sandbox.** Nine modules.

|              | runs | jobs | wall, s          | sum of phases, s | critical path, s | ÷ sum | ÷ path | CPU, s | peak RSS, MiB |
| ------------ | ---- | ---- | ---------------- | ---------------- | ---------------- | ----- | ------ | ------ | ------------- |
| plain script | 2    | –    | 2.1 (2.0 to 2.2) | –                | –                | –     | –      | –      | –             |
| --jobs 1     | 3    | 1    | 1.1 (1.1 to 1.2) | 1.0              | 0.5              | 1.10  | 2.20   | 0.12   | 80            |

A note.`,
  );
  assertStringIncludes(text, "| Sandbox, --jobs 1: wall ÷ sum of phases");
  assertEquals([...text.matchAll(/ (PASS|over|not measured) +\|$/gm)].map(([, word]) => word), [
    "PASS",
    "over",
    "not measured",
  ]);
  assertStringIncludes(text, "\n\nNot measured: the rest: no Docker.\n\nWent wrong: soak: `x` ended with 1\n");
});

Deno.test("parseOptions() has defaults, and refuses what it does not know", () => {
  const { binary, cycles, modules, parts, runs } = parseOptions([]);
  assertEquals([binary, cycles, modules, parts, runs], [undefined, 200, 200, PARTS, 3]);
  assertEquals(parseOptions(["--only", "soak,docker", "--check"]).parts, ["docker", "soak"]);
  for (const args of [["--fast"], ["--runs", "0"], ["--modules", "8.5"], ["--only", "docker,x"], ["more"]]) {
    assertThrows(() => parseOptions(args), BenchError, undefined, args.join(" "));
  }
});
