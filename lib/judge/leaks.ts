/**
 * The rule about memory that grows: from one cycle to the next, steadily over the cycles, or steadily over a soak.
 * Pure. lib/figures/leaks.ts finds what is compared, and what could have been seen.
 */

import { oomKillsOf } from "../figures/incidents.ts";
import type { Settled, Soak } from "../figures/leaks.ts";
import { pointsOf, settledSeries, soakOf, strataOf } from "../figures/leaks.ts";
import { levelsOff, STEADY_SHARE, trendOf } from "../figures/trend.ts";
import { count, mib } from "../text/units.ts";
import type { RunStarted } from "../model/evidence.ts";
import type { CycleEvidence, ModuleEvidence } from "../model/record.ts";
import type { Finding } from "./rule.ts";

/** What several cycles together show: a step, or else a steady rise. */
export function leakFindings(run: RunStarted, { cycles }: ModuleEvidence): Finding[] {
  const services = new Set(cycles.flatMap((cycle) => cycle.services.map(({ service }) => service)));
  return strataOf(cycles).flatMap((stratum) =>
    [...services].flatMap((service) => {
      const series = settledSeries(stratum, service);
      return finding(service, stepText(run, service, series) ?? riseText(run, service, series));
    })
  );
}

/** What the soak of one cycle shows. Memory that rose until something was killed for it is `oom_killed`, one incident. */
export function soakFindings(run: RunStarted, cycle: CycleEvidence): Finding[] {
  const others = cycle.services.filter((seen) => !oomKillsOf(seen).killed);
  return others.flatMap((seen) => finding(seen.service, soakText(run, seen.service, soakOf(cycle, seen))));
}

function finding(service: string, text: string | null): Finding[] {
  return text === null ? [] : [{ code: "leak_suspected", text, service }];
}

function stepText({ thresholds }: RunStarted, service: string, series: readonly Settled[]): string | null {
  const limit = thresholds.leak_step_mib * 2 ** 20;
  for (const [index, before] of series.entries()) {
    const now = series[index + 1];
    if (now === undefined || now.bytes - before.bytes <= limit) continue;
    if (isTooth({ before, now, earlier: series.slice(0, index), later: series.slice(index + 2) }, limit)) continue;
    return `Settled memory of "${service}" grew by ${mib(now.bytes - before.bytes)} from cycle ${before.cycle} ` +
      `(${mib(before.bytes)}) to cycle ${now.cycle} (${mib(now.bytes)}), limit ${thresholds.leak_step_mib} MiB`;
  }
  return null;
}

/**
 * Memory that goes up and down leaks nothing: a later cycle gave back at least half of what counts as a step, or, if
 * there is no later one, an earlier cycle was as high already.
 */
function isTooth(
  { before, now, earlier, later }: { before: Settled; now: Settled; earlier: Settled[]; later: Settled[] },
  limit: number,
): boolean {
  if (later.length > 0) return later.some(({ bytes }) => bytes <= before.bytes + limit / 2);
  return earlier.some(({ bytes }) => bytes >= now.bytes - limit / 2);
}

function riseText({ thresholds }: RunStarted, service: string, series: readonly Settled[]): string | null {
  const first = series[0];
  const last = series.at(-1);
  const trend = trendOf(pointsOf(series));
  if (first === undefined || last === undefined || trend === null) return null;
  const limit = thresholds.leak_rise_mib * 2 ** 20;
  if (series.length < thresholds.leak_min_cycles || trend.rise <= limit || trend.risingShare < STEADY_SHARE) {
    return null;
  }
  return `Settled memory of "${service}" rises steadily, by ${mib(trend.slope)} a cycle over ${series.length} cycles ` +
    `(${mib(first.bytes)} → ${mib(last.bytes)}), limit ${thresholds.leak_rise_mib} MiB in all`;
}

function soakText({ thresholds }: RunStarted, service: string, soak: Soak | null): string | null {
  const trend = soak === null ? null : trendOf(soak.parts);
  if (soak === null || trend === null) return null;
  if (trend.rise <= Math.max(thresholds.leak_rise_mib * 2 ** 20, soak.swingBytes)) return null;
  if (trend.risingShare < STEADY_SHARE || levelsOff(soak.parts) || !soak.isHeld) return null;
  return `Memory of "${service}" rose steadily over the soak, by ${mib(trend.slope)}/min ` +
    `(${mib(soak.firstBytes)} → ${mib(soak.lastBytes)}, ${count(soak.samples, "sample")}), ` +
    `limit ${thresholds.leak_rise_mib} MiB in all`;
}
