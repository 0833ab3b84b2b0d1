/**
 * The runs of a folder, one after the other, and the trend of each module. Pure; all it knows is in the REPORT.json
 * files.
 */

import { max, median } from "../figures/stats.ts";
import type { FigureName, ModuleFigures } from "../model/baseline.ts";
import { type Status, STATUSES } from "../model/outcome.ts";
import { figuresOf } from "../report/read/figures.ts";
import { summaryOf } from "./counts.ts";
import { originalRun } from "./original.ts";
import { readAnyReport, type Unreadable } from "../report/read/report.ts";
import { amountOf, recordOf, textOf, wordOf } from "../values/json.ts";
import type { HistoryModule, HistoryRun } from "./shape.ts";

export const TREND_FIGURES = ["ready_ms", "p95_ms", "mem_peak_mib"] as const;
export type TrendFigure = (typeof TREND_FIGURES)[number];

/** One module over the runs that are comparable, oldest first; null for a run without it. */
export interface Trend {
  module: string;
  statuses: (Status | null)[];
  values: Record<TrendFigure, (number | null)[]>;
}

export interface History {
  dir: string;
  /** Oldest first. */
  runs: HistoryRun[];
  /** Folders that cannot be read as runs, and why; `is_run`: false if the folder is no run at all. */
  left_out: { folder: string; why: string; is_run: boolean }[];
  /** Runs that the trends cover: those of this program on its newest run's host and engine. */
  trend_runs: string[];
  trends: Trend[];
}

/** Runs beyond these are listed, but are not part of the trends. */
const MOST_IN_TRENDS = 30;

export function historyRun(folder: string, text: string, reports: string[]): HistoryRun | Unreadable {
  const read = readAnyReport(text);
  if ("why" in read) return read;
  if (read.harness === "python") return originalRun(folder, read, reports);
  const { report } = read;
  const figures = figuresOf(read);
  return {
    folder,
    harness: read.harness,
    started_at: figures.startedAt,
    duration_ms: amountOf(report["duration_ms"]),
    mode: figures.mode,
    engine: figures.engine,
    hostname: figures.host?.hostname ?? null,
    cycles: amountOf(report["cycles"]),
    cut_short: figures.cutShort,
    summary: summaryOf(figures.modules),
    also_run: alsoRunOf(report),
    reports,
    modules: figures.modules.map(historyModule),
  };
}

function alsoRunOf(report: Record<string, unknown>): HistoryRun["also_run"] {
  return Object.entries(recordOf(report["also_run"])).flatMap(([name, module]) => {
    const status = wordOf(recordOf(module)["status"], STATUSES);
    const role = textOf(recordOf(module)["role"]) ?? "dependency";
    return status === "FAIL" || status === "WARN" ? [{ name, role, status }] : [];
  });
}

function historyModule(module: ModuleFigures): HistoryModule {
  const highest = (figure: FigureName) =>
    max(module.services.flatMap(({ series }) => median(series[figure]) ?? [])) ?? null;
  const { inPlace, name, status } = module;
  return {
    name,
    status,
    ready_ms: highest("ready_ms"),
    p95_ms: highest("p95_ms"),
    mem_peak_mib: highest("mem_peak_mib"),
    in_place: inPlace,
  };
}

export function historyOf(dir: string, read: readonly HistoryRun[], left_out: History["left_out"]): History {
  const key = ({ folder, started_at }: HistoryRun) => `${started_at ?? ""} ${folder}`;
  const runs = [...read].sort((a, b) => key(a) < key(b) ? -1 : 1);
  const own = runs.filter(({ harness }) => harness === "vx11-stability");
  const newest = own.at(-1);
  const alike = own.filter(({ engine, hostname }) => engine === newest?.engine && hostname === newest?.hostname)
    .slice(-MOST_IN_TRENDS);
  const names = [...new Set(alike.toReversed().flatMap(({ modules }) => modules.map(({ name }) => name)))];
  return {
    dir,
    runs,
    left_out,
    trend_runs: alike.map(({ folder }) => folder),
    trends: names.map((module) => trendOf(module, alike)),
  };
}

function trendOf(module: string, runs: readonly HistoryRun[]): Trend {
  const seen = runs.map(({ modules }) => modules.find(({ name }) => name === module));
  const valuesOf = (figure: TrendFigure) => seen.map((each) => each?.[figure] ?? null);
  return {
    module,
    statuses: seen.map((each) => each?.status ?? null),
    values: { ready_ms: valuesOf("ready_ms"), p95_ms: valuesOf("p95_ms"), mem_peak_mib: valuesOf("mem_peak_mib") },
  };
}

/** Services whose time to ready, latency and memory are not in the trends, since they ran already; sorted. */
export function inPlaceOf({ runs, trend_runs }: History): string[] {
  const shown = runs.filter(({ folder }) => trend_runs.includes(folder));
  return [...new Set(shown.flatMap(({ modules }) => modules.flatMap(({ in_place }) => in_place)))].sort();
}

/**
 * Each value's place between the lowest and the highest, from 0 to 1; 0.5 if all are equal, null if there is no value.
 */
export function levels(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return values.map((value) => value === null ? null : span === 0 ? 0.5 : (value - low) / span);
}

/** The first and the last known value. */
export function endsOf(values: readonly (number | null)[]): { first: number; last: number } | null {
  const known = values.filter((value) => value !== null);
  const [first] = known;
  const last = known.at(-1);
  return first === undefined || last === undefined ? null : { first, last };
}
