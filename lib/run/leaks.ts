/** The rule that needs several cycles: does memory after settling grow from one to the next? Pure. */

import { serviceFigures } from "../figures/figures.ts";
import { slope } from "../figures/stats.ts";
import { mib } from "../figures/units.ts";
import type { RunStarted } from "../model/evidence.ts";
import type { ModuleEvidence } from "../model/record.ts";
import type { Finding } from "./service_reasons.ts";

/** Share of pairs of cycles in which the later one is higher, from which a rise counts as steady: a saw-tooth has half. */
const STEADY_SHARE = 0.9;

interface Settled {
  cycle: number;
  bytes: number;
}

/**
 * Compares settled memory at the same point of each cycle: the median of the last samples before the stop. A cycle that
 * was cut short has no such point.
 */
export function leakFindings(run: RunStarted, module: ModuleEvidence): Finding[] {
  const closed = module.cycles.filter(({ closedMs }) => closedMs !== null);
  const services = [...new Set(closed.flatMap(({ services }) => services.map(({ service }) => service)))];
  return services.flatMap((service) => {
    const series = closed.flatMap(({ cycle, services }): Settled[] => {
      const seen = services.find((item) => item.service === service);
      const bytes = seen === undefined ? null : serviceFigures([seen]).memory.settledBytes;
      return bytes === null ? [] : [{ cycle, bytes }];
    });
    const text = stepText(run, service, series) ?? riseText(run, service, thinned(series));
    return text === null ? [] : [{ code: "leak_suspected", text, service }];
  });
}

function stepText({ thresholds }: RunStarted, service: string, series: readonly Settled[]): string | null {
  const limit = thresholds.leak_step_mib * 2 ** 20;
  for (const [index, now] of series.entries()) {
    const before = series[index - 1];
    if (before === undefined || now.bytes - before.bytes <= limit) continue;
    return `Settled memory of "${service}" grew by ${mib(now.bytes - before.bytes)} from cycle ${before.cycle} ` +
      `(${mib(before.bytes)}) to cycle ${now.cycle} (${mib(now.bytes)}), limit ${thresholds.leak_step_mib} MiB`;
  }
  return null;
}

function riseText({ thresholds }: RunStarted, service: string, series: readonly Settled[]): string | null {
  const first = series[0];
  const last = series.at(-1);
  if (first === undefined || last === undefined || series.length < thresholds.leak_min_cycles) return null;
  const perCycle = slope(series.map(({ cycle, bytes }) => ({ x: cycle, y: bytes })));
  const limit = thresholds.leak_rise_mib * 2 ** 20;
  if (perCycle === undefined || perCycle * (last.cycle - first.cycle) <= limit) return null;
  if (risingShare(series) < STEADY_SHARE) return null;
  return `Settled memory of "${service}" rises steadily, by ${mib(perCycle)} a cycle over ${series.length} cycles ` +
    `(${mib(first.bytes)} → ${mib(last.bytes)}), limit ${thresholds.leak_rise_mib} MiB in all`;
}

/** Every pair of cycles is compared, so that very many cycles are thinned evenly, first and last kept. */
const MOST_COMPARED = 300;

function thinned(series: readonly Settled[]): readonly Settled[] {
  if (series.length <= MOST_COMPARED) return series;
  const step = (series.length - 1) / (MOST_COMPARED - 1);
  return Array.from({ length: MOST_COMPARED }, (_, index) => series[Math.round(index * step)]).filter((item) =>
    item !== undefined
  );
}

function risingShare(series: readonly Settled[]): number {
  const pairs = series.flatMap((a, index) => series.slice(index + 1).map((b) => b.bytes > a.bytes));
  return pairs.filter((rising) => rising).length / pairs.length;
}
