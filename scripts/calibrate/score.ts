/** What a comparison makes of the runs of a calibration: false alarms among equal runs, and what was found of the planted. */

import { compareRuns } from "../../lib/figures/compare.ts";
import type { Comparison, Limits } from "../../lib/figures/comparison.ts";
import { mean, median } from "../../lib/figures/stats.ts";
import type { FigureName, RunFigures } from "../../lib/model/baseline.ts";
import { FIGURES } from "../../lib/model/baseline.ts";
import { type Subject, SUBJECTS } from "./one_run.ts";
import type { PoolRun } from "./pool.ts";

export interface Alarms {
  pairs: number;
  /** Pairs in which any figure was told worse, or better. */
  worse: number;
  better: number;
  /** `module figure`, how often. */
  by: Record<string, number>;
}

export interface Found {
  pairs: number;
  /** What was planted in a module was told worse there. */
  found: Record<Subject, number>;
  /** Why not, by judgement. */
  missed: Record<Subject, Record<string, number>>;
  /** Pairs in which a figure was told worse in which nothing was planted. */
  others: number;
}

export interface Score {
  cycles: number;
  /** Each equal run with the next one; no run is in two pairs. */
  neighbours: Alarms;
  /** Each of the first half with its like of the second half, so that hours may lie between them. */
  apart: Alarms;
  planted: Found;
  /** Scatter of a cycle's value within a run, and of the runs' medians, both in percent: medians over modules. */
  scatter: Record<FigureName, { cyclesPct: number | null; runsPct: number | null; typical: number | null }>;
}

const PLANTED_FIGURE: Record<Subject, FigureName> = { ready: "ready_ms", p95: "p95_ms", memory: "mem_peak_mib" };

/** Each pool is of one process, in the order of time; several may have run beside each other. */
export function score(pools: readonly (readonly PoolRun[])[], limits: Limits): Score {
  const alike = pools.map((pool) => pool.filter(({ kind }) => kind === "alike").map(({ figures }) => figures));
  const neighbours = alike.flatMap((runs) =>
    Array.from({ length: Math.floor(runs.length / 2) }, (_, nth) => runs.slice(2 * nth, 2 * nth + 2))
  );
  const apart = alike.flatMap((runs) => {
    const half = Math.floor(runs.length / 2);
    return Array.from({ length: half }, (_, nth) => [runs[nth], runs[nth + half]].filter((run) => run !== undefined));
  });
  return {
    cycles: alike[0]?.[0]?.modules[0]?.services[0]?.series.ready_ms.length ?? 0,
    neighbours: alarmsOf(neighbours, limits),
    apart: alarmsOf(apart, limits),
    planted: foundOf(pools, limits),
    scatter: scatterOf(alike.flat()),
  };
}

function alarmsOf(pairs: readonly RunFigures[][], limits: Limits): Alarms {
  const alarms: Alarms = { pairs: 0, worse: 0, better: 0, by: {} };
  for (const [before, after] of pairs) {
    if (before === undefined || after === undefined) continue;
    alarms.pairs++;
    const worse = told(compareRuns(before, after, limits, false), "worse");
    const better = told(compareRuns(before, after, limits, false), "better");
    if (worse.length > 0) alarms.worse++;
    if (better.length > 0) alarms.better++;
    for (const name of [...worse, ...better]) alarms.by[name] = (alarms.by[name] ?? 0) + 1;
  }
  return alarms;
}

function told({ modules }: Comparison, judgement: "worse" | "better"): string[] {
  return modules.flatMap(({ name, figures }) =>
    figures.filter((each) => each.judgement === judgement).map(({ figure }) => `${name} ${figure}`)
  );
}

/** Each planted run against the equal one just before it; no equal run is in two pairs. */
function foundOf(pools: readonly (readonly PoolRun[])[], limits: Limits): Found {
  const none = () => ({ ready: 0, p95: 0, memory: 0 });
  const found: Found = { pairs: 0, found: none(), missed: { ready: {}, p95: {}, memory: {} }, others: 0 };
  for (const pool of pools) {
    for (const [at, run] of pool.entries()) {
      const before = pool[at - 1];
      if (run.kind !== "planted" || before?.kind !== "alike") continue;
      count(found, compareRuns(before.figures, run.figures, limits, false));
    }
  }
  return found;
}

function count(found: Found, comparison: Comparison): void {
  found.pairs++;
  for (const subject of SUBJECTS) {
    const module = comparison.modules.find(({ name }) => name === subject);
    const judgement = module?.figures.find(({ figure }) => figure === PLANTED_FIGURE[subject])?.judgement ?? "missing";
    if (judgement === "worse") found.found[subject]++;
    else found.missed[subject][judgement] = (found.missed[subject][judgement] ?? 0) + 1;
  }
  const planted = SUBJECTS.map((subject) => `${subject} ${PLANTED_FIGURE[subject]}`);
  if (told(comparison, "worse").some((name) => !planted.includes(name))) found.others++;
}

function scatterOf(runs: readonly RunFigures[]): Score["scatter"] {
  const scatter = FIGURES.map((figure) => {
    const modules = SUBJECTS.map((subject) =>
      runs.map(({ modules }) => modules.find(({ name }) => name === subject)?.services[0]?.series[figure] ?? []).filter(
        (values) => values.length > 0,
      )
    );
    const within = modules.flatMap((series) => series.flatMap((values) => deviationPct(values) ?? []));
    const between = modules.flatMap((series) => deviationPct(series.flatMap((values) => median(values) ?? [])) ?? []);
    const typical = median(modules.flat(2)) ?? null;
    return [figure, { cyclesPct: median(within) ?? null, runsPct: median(between) ?? null, typical }];
  });
  return Object.fromEntries(scatter);
}

/** Standard deviation over the mean. */
function deviationPct(values: readonly number[]): number | null {
  const middle = mean(values);
  if (middle === undefined || middle === 0 || values.length < 2) return null;
  const squares = values.map((value) => (value - middle) ** 2);
  return Math.sqrt((mean(squares) ?? 0) * values.length / (values.length - 1)) / middle * 100;
}
