/**
 * The two promises of a comparison, on thousands of made-up runs with the scatter that real ones have: at most the
 * declared share of equal runs raises an alarm, and what rose by a fifth is found in 95 of 100 comparisons. What real runs
 * give, `deno task calibrate` counts.
 */

import { assert } from "@std/assert";
import { limitsOf } from "../../lib/figures/against_baseline.ts";
import { compareRuns } from "../../lib/figures/compare.ts";
import type { FigureName, FigureSeries, RunFigures } from "../../lib/model/baseline.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { figuresOf } from "../fakes/baseline.ts";
import { random } from "../fakes/random.ts";

const LIMITS = limitsOf(defaultThresholds());

/** What a service has, and how one cycle's value scatters about it, as a share. */
const TYPICAL: Record<FigureName, { value: number; scatter: number }> = {
  ready_ms: { value: 1300, scatter: 0.05 },
  p95_ms: { value: 45, scatter: 0.05 },
  mem_peak_mib: { value: 84, scatter: 0.01 },
  cpu_mean_pct: { value: 40, scatter: 0.15 },
  stop_ms: { value: 900, scatter: 0.1 },
};

interface Made {
  modules: number;
  cycles: number;
  /** How many times as large the scatter is. */
  noise?: number;
  /** Figure → factor, in the first module. */
  planted?: Partial<Record<FigureName, number>>;
}

type Next = () => number;

function normal(next: Next): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Scatter of a heavy tail: one value in forty is up to twice as high. */
function valueOf(next: Next, { value, scatter }: { value: number; scatter: number }): number {
  const wild = next() < 0.025 ? 1 + next() : 1;
  return Math.round(value * Math.exp(scatter * normal(next)) * wild * 10) / 10;
}

function madeRun(next: Next, { cycles, modules, noise = 1, planted = {} }: Made): RunFigures {
  const all = Array.from({ length: modules }, (_, nth) => {
    const series = Object.entries(TYPICAL).map(([name, { scatter, value }]) => {
      const factor = nth === 0 ? planted[name as FigureName] ?? 1 : 1;
      const typical = { value: value * factor, scatter: scatter * noise };
      return [name, Array.from({ length: cycles }, () => valueOf(next, typical))];
    });
    return figuresOf(`m${nth}`, Object.fromEntries(series) as FigureSeries).modules;
  });
  return figuresOf("m0", {}, { modules: all.flat() });
}

function told(before: RunFigures, after: RunFigures, judgement: "worse" | "better") {
  const { modules } = compareRuns(before, after, LIMITS, false);
  return modules.flatMap(({ figures, name }) =>
    figures.filter((each) => each.judgement === judgement).map(({ figure }) => `${name} ${figure}`)
  );
}

for (const made of [{ modules: 1, cycles: 5 }, { modules: 9, cycles: 6 }, { modules: 9, cycles: 12 }]) {
  for (const noise of made.cycles < 12 ? [1, 4] : [1]) {
    const what = `${made.modules} modules, ${made.cycles} cycles, ${noise} times the scatter`;
    Deno.test(`compareRuns() raises no more alarms on 200 pairs of equal runs than it declares: ${what}`, () => {
      const next = random(17 + noise);
      let [worse, better] = [0, 0];
      for (let pair = 0; pair < 200; pair++) {
        const [before, after] = [madeRun(next, { ...made, noise }), madeRun(next, { ...made, noise })];
        if (told(before, after, "worse").length > 0) worse++;
        if (told(before, after, "better").length > 0) better++;
      }
      const most = 200 * LIMITS.falseAlarmPct / 100;
      assert(worse <= most && better <= most, `${worse} worse, ${better} better of 200, declared ${most}`);
    });
  }
}

for (const figure of ["ready_ms", "p95_ms", "mem_peak_mib"] as const) {
  for (const made of [{ modules: 1, cycles: 10 }, { modules: 9, cycles: 12 }]) {
    Deno.test(`compareRuns() finds +20 % in ${figure} in 95 of 100 pairs: ${made.modules} modules, ${made.cycles} cycles`, () => {
      const next = random(5);
      let found = 0;
      for (let pair = 0; pair < 100; pair++) {
        const after = madeRun(next, { ...made, planted: { [figure]: 1.2 } });
        if (told(madeRun(next, made), after, "worse").includes(`m0 ${figure}`)) found++;
      }
      assert(found >= 95, `${found} of 100`);
    });
  }
}

Deno.test("compareRuns() finds +20 % with the cycles that it names where it could not tell", () => {
  // Scatter of 15 %: six cycles do not do.
  const next = random(23);
  const noisy = { modules: 1, noise: 3 };
  const needed = Array.from({ length: 40 }, () => {
    const comparison = compareRuns(
      madeRun(next, { ...noisy, cycles: 6 }),
      madeRun(next, { ...noisy, cycles: 6 }),
      LIMITS,
      false,
    );
    return comparison.modules[0]?.figures.find(({ figure }) => figure === "ready_ms")?.cyclesNeeded ?? 0;
  }).sort((a, b) => a - b);
  const cycles = needed[needed.length / 2] ?? 0;
  assert(cycles > 6, needed.join());
  let found = 0;
  for (let pair = 0; pair < 100; pair++) {
    const after = madeRun(next, { ...noisy, cycles, planted: { ready_ms: 1.2 } });
    if (told(madeRun(next, { ...noisy, cycles }), after, "worse").includes("m0 ready_ms")) found++;
  }
  assert(found >= 88, `${found} of 100 with ${cycles} cycles`);
});
