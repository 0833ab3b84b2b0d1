/** The runs of a folder, one after the other, and how each module went along. Pure; what a REPORT.json says is all it knows. */

import { max, median } from "../figures/stats.ts";
import type { FigureName, ModuleFigures, RunFigures } from "../model/baseline.ts";
import type { Status } from "../model/record.ts";
import { figuresOf, parsedReport } from "./read_figures.ts";
import type { Unreadable } from "./read_timing.ts";
import { amountOf } from "./read_value.ts";

export interface HistoryRun {
  /** Its name below the folder. */
  folder: string;
  /** UTC, with `Z`; null where the report does not say. */
  started_at: string | null;
  duration_ms: number | null;
  mode: string | null;
  engine: string | null;
  hostname: string | null;
  cycles: number | null;
  /** What ended it before its time, in words; null where nothing did. */
  cut_short: string | null;
  summary: Record<Status, number>;
  /** What there is to read, in the order of what people open first. */
  reports: string[];
  modules: HistoryModule[];
}

/** One module in one run: of several services the highest median. */
export interface HistoryModule {
  name: string;
  status: Status | null;
  ready_ms: number | null;
  p95_ms: number | null;
  mem_peak_mib: number | null;
}

export const TREND_FIGURES = ["ready_ms", "p95_ms", "mem_peak_mib"] as const;
export type TrendFigure = (typeof TREND_FIGURES)[number];

/** One module over the runs that can be set beside each other, oldest first; null where a run did not have it. */
export interface Trend {
  module: string;
  statuses: (Status | null)[];
  values: Record<TrendFigure, (number | null)[]>;
}

export interface History {
  dir: string;
  /** Oldest first. */
  runs: HistoryRun[];
  /** Folders that hold no run that can be read, and why. */
  left_out: { folder: string; why: string }[];
  /** Runs that the trends are of: those on the newest run's host and engine. */
  trend_runs: string[];
  trends: Trend[];
}

/** Runs beyond these are listed, and not part of the trends. */
const MOST_IN_TRENDS = 30;

export function historyRun(folder: string, text: string, reports: string[]): HistoryRun | Unreadable {
  const parsed = parsedReport(text);
  if ("why" in parsed) return parsed;
  const { report } = parsed;
  const figures = figuresOf(report);
  return {
    folder,
    started_at: figures.startedAt,
    duration_ms: amountOf(report["duration_ms"]),
    mode: figures.mode,
    engine: figures.engine,
    hostname: figures.host?.hostname ?? null,
    cycles: amountOf(report["cycles"]),
    cut_short: figures.cutShort ?? null,
    summary: summaryOf(figures),
    reports,
    modules: figures.modules.map(historyModule),
  };
}

function summaryOf({ modules }: RunFigures): Record<Status, number> {
  const having = (status: Status) => modules.filter((module) => module.status === status).length;
  return { PASS: having("PASS"), WARN: having("WARN"), FAIL: having("FAIL"), SKIP: having("SKIP") };
}

function historyModule(module: ModuleFigures): HistoryModule {
  const highest = (figure: FigureName) =>
    max(module.services.flatMap(({ series }) => median(series[figure]) ?? [])) ?? null;
  const { name, status } = module;
  return {
    name,
    status,
    ready_ms: highest("ready_ms"),
    p95_ms: highest("p95_ms"),
    mem_peak_mib: highest("mem_peak_mib"),
  };
}

export function historyOf(dir: string, read: readonly HistoryRun[], left_out: History["left_out"]): History {
  const key = ({ folder, started_at }: HistoryRun) => `${started_at ?? ""} ${folder}`;
  const runs = [...read].sort((a, b) => key(a) < key(b) ? -1 : 1);
  const newest = runs.at(-1);
  const alike = runs.filter(({ engine, hostname }) => engine === newest?.engine && hostname === newest?.hostname)
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

/** From the lowest value to the highest, as parts of a whole; all in the middle where they are alike, null where none is. */
export function levels(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return values.map((value) => value === null ? null : span === 0 ? 0.5 : (value - low) / span);
}

/** The first and the last value that are known. */
export function endsOf(values: readonly (number | null)[]): { first: number; last: number } | null {
  const known = values.filter((value) => value !== null);
  const [first] = known;
  const last = known.at(-1);
  return first === undefined || last === undefined ? null : { first, last };
}
