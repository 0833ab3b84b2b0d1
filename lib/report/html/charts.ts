/**
 * The data of a service's charts: plain numbers for the page's script, and words for those who cannot see the charts. The
 * points are thinned for the eye; the figures in the words are the report's own, of all samples.
 */

import { leakFigures, pointsOf } from "../../figures/leaks.ts";
import {
  cpuOverTime,
  failuresOverTime,
  latencyOverTime,
  memoryOverTime,
  type Stretch,
  thinned,
} from "../../figures/series.ts";
import { median } from "../../figures/stats.ts";
import { count } from "../../text/units.ts";
import type { CycleEvidence } from "../../model/record.ts";
import type { Thresholds } from "../../model/settings.ts";
import type { ReportContainer, ReportLeak } from "../value/report.ts";
import { withUnit } from "../words.ts";

/** Points of a line: nobody would see more points than a chart has pixels. */
const MOST_POINTS = 500;
const MOST_FAILED = 200;

export interface Line {
  name: string;
  /** A value for each x; null leaves a gap. */
  y: (number | null)[];
  look: "value" | "trend" | "leak";
}

/** One chart as the page's script reads it. */
export interface Chart {
  unit: string;
  /**
   * The x axis. `time`: seconds of the run; `windows`: the cycle, and how far into its window, since a module is up for a small
   * part of a long run; `cycles`: whole cycles.
   */
  across: "time" | "windows" | "cycles";
  x: number[];
  lines: Line[];
  limit: { value: number; name: string } | null;
  /** Where on the x axis probes failed. */
  failed: number[];
  /** A logarithmic y axis: shows both latencies of a millisecond and the limit at half a second. */
  log: boolean;
}

export interface ChartPart {
  title: string;
  /** One line beside the title. */
  gist: string;
  /** What the chart shows, in a sentence or two. */
  words: string;
  /** null if nothing was measured; the words say why. */
  chart: Chart | null;
}

const MIB = 2 ** 20;

export interface ChartsOf {
  cycles: readonly CycleEvidence[];
  name: string;
  container: ReportContainer;
  leak: ReportLeak | undefined;
  thresholds: Thresholds | null;
}

export function chartsOf(of: ChartsOf): ChartPart[] {
  return [memoryChart(of), cpuChart(of), latencyChart(of), ...(of.cycles.length > 1 ? [settledChart(of)] : [])];
}

function memoryChart({ container: { service, stats }, cycles, name }: ChartsOf): ChartPart {
  const title = "Memory";
  if (stats.samples === 0) return missing(title, name, stats.samples_missing);
  const limit = stats.mem_limit_mib;
  const of = limit === null ? ", no limit known" : ` of ${limit} MiB`;
  const stretches = memoryOverTime(cycles, service);
  return {
    title,
    gist: `peak ${withUnit(stats.mem_peak_mib, "MiB")}${of}`,
    words: `Memory of ${name}: peak ${withUnit(stats.mem_peak_mib, "MiB")}, mean ${
      withUnit(stats.mem_mean_mib, "MiB")
    }, settled ${withUnit(stats.mem_settled_mib, "MiB")}${of}, over ${count(stats.samples, "sample")}.`,
    chart: overTime(stretches, cycles.length > 1, MIB, {
      unit: "MiB",
      limit: limit === null ? null : { value: limit, name: "limit" },
    }),
  };
}

function cpuChart({ container: { service, stats }, cycles, name }: ChartsOf): ChartPart {
  const title = "CPU";
  const stretches = cpuOverTime(cycles, service);
  if (stretches.length === 0) return missing(title, name, stats.samples_missing);
  const gist = `mean ${withUnit(stats.cpu_mean_pct, "%")}, max ${withUnit(stats.cpu_max_pct, "%")}`;
  return {
    title,
    gist,
    words: `CPU of ${name}: ${gist} of one core, over ${count(stats.cpu_samples, "sample")}.`,
    chart: overTime(stretches, cycles.length > 1, 1, { unit: "%" }),
  };
}

function latencyChart({ container, cycles, name, thresholds }: ChartsOf): ChartPart {
  const title = "Health latency";
  const { health, no_url_why, service } = container;
  if (health.probes === 0) return missing(title, name, [health.not_ready_why ?? no_url_why ?? ""]);
  const limit = thresholds === null ? null : { value: thresholds.latency_p95_ms, name: "p95 limit" };
  const against = limit === null ? "" : ` (limit ${limit.value} ms)`;
  return {
    title,
    gist: `p95 ${withUnit(health.p95_ms, "ms")}${health.failed > 0 ? `, ${health.failed} failed (▲)` : ""}`,
    words: `Health latency of ${name}: median ${withUnit(health.median_ms, "ms")}, p95 ${
      withUnit(health.p95_ms, "ms")
    }${against}, highest ${withUnit(health.max_ms, "ms")}, over ${
      count(health.probes, "probe")
    }, of which ${health.failed} failed.`,
    chart: overTime(latencyOverTime(cycles, service), cycles.length > 1, 1, {
      unit: "ms",
      limit,
      log: true,
      failed: thinned(failuresOverTime(cycles, service), MOST_FAILED).flatMap((stretch) =>
        Array.from(stretch.xs, (x) => position(x, stretch, cycles.length > 1))
      ),
    }),
  };
}

/** Settled memory cycle by cycle, its trend, and the line above which it would have been a leak. */
function settledChart({ container: { service }, cycles, leak, name, thresholds }: ChartsOf): ChartPart {
  const title = "Memory after settling, by cycle";
  const figures = thresholds === null ? null : leakFigures(cycles, service, thresholds);
  const series = figures?.settled ?? [];
  const first = series[0];
  if (figures === null || first === undefined || leak === undefined) {
    return missing(title, name, [leak?.leak_undetectable_why ?? ""]);
  }
  const points = pointsOf(series);
  const slope = figures.bytesPerCycle;
  const rests = slope === null ? [] : points.map(({ x, y }) => y - slope * x);
  const base = median(rests) ?? null;
  const least = figures.detectableBytesPerCycle;
  const lines: Line[] = [{ name: "settled", look: "value", y: points.map(({ y }) => toMib(y)) }];
  if (slope !== null && base !== null) {
    lines.push({ name: "trend", look: "trend", y: points.map(({ x }) => toMib(base + slope * x)) });
  }
  if (least !== null) {
    lines.push({
      name: "leak line",
      look: "leak",
      y: points.map(({ x }) => toMib(first.bytes + least * (x - first.cycle))),
    });
  }
  const trend = leak.settled_rise_mib_per_cycle;
  const gist = trend === null ? "one cycle only" : `trend ${trend > 0 ? "+" : ""}${trend} MiB a cycle`;
  const seen = leak.leak_detectable_mib_per_cycle;
  return {
    title,
    gist,
    words: `Settled memory of ${name} over ${count(series.length, "cycle")}: from ${
      withUnit(leak.settled_first_mib, "MiB")
    } to ${withUnit(leak.settled_last_mib, "MiB")}, ${gist}, largest step ${
      withUnit(leak.settled_step_max_mib, "MiB")
    }; ${
      seen === null ? "no leak could have been seen" : `a leak of ${seen} MiB a cycle or more would have been seen`
    }.`,
    chart: { unit: "MiB", across: "cycles", x: points.map(({ x }) => x), lines, limit: null, failed: [], log: false },
  };
}

/** Cycles one after the other, with a gap between them. */
function overTime(
  stretches: readonly Stretch[],
  several: boolean,
  divisor: number,
  more: Partial<Chart> & { unit: string },
): Chart {
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (const stretch of thinned(stretches, MOST_POINTS)) {
    if (x.length > 0) {
      x.push(x.at(-1) ?? 0);
      y.push(null);
    }
    stretch.xs.forEach((ms, at) => {
      x.push(position(ms, stretch, several));
      y.push(fine((stretch.ys[at] as number) / divisor));
    });
  }
  const lines: Line[] = [{ name: more.unit, look: "value", y }];
  return { across: several ? "windows" : "time", x, lines, limit: null, failed: [], log: false, ...more };
}

/** Share of a cycle's room on the axis that its window takes; the rest is the gap before the next one. */
const WINDOW_SHARE = 0.9;

function position(ms: number, { cycle, fromMs, toMs }: Stretch, several: boolean): number {
  if (!several) return Math.round(ms / 10) / 100;
  const into = (ms - fromMs) / Math.max(toMs - fromMs, 1);
  return Math.round((cycle + into * WINDOW_SHARE) * 1000) / 1000;
}

function missing(title: string, name: string, reasons: readonly string[]): ChartPart {
  const why = reasons.filter((reason) => reason !== "").join("; ");
  return {
    title,
    gist: "not measured",
    words: `${title} of ${name} was not measured${why === "" ? "" : `: ${why}`}.`,
    chart: null,
  };
}

/** Rounds to what a chart can show. */
function fine(value: number): number {
  return value >= 100 ? Math.round(value * 10) / 10 : Math.round(value * 1000) / 1000;
}

function toMib(bytes: number): number {
  return fine(bytes / MIB);
}
