/**
 * What was seen of one service over the run as lines to draw: memory, CPU and health latency over time, a stretch for each
 * cycle, thinned to what a chart can show. For eyes only: every figure and every verdict is computed from all samples.
 */

import type { CycleEvidence, ServiceEvidence, TimedProbe } from "../model/record.ts";
import { cpuStretches } from "./figures.ts";
import type { Point } from "./stats.ts";

/** Points of one cycle, in the order of time: `x` in milliseconds since the run began. */
export type Stretch = readonly Point[];

/** Memory of the service in bytes, cycle by cycle; a cycle without samples has no stretch. */
export function memoryOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ samples }) => samples.map(({ memBytes, ms }) => ({ x: ms, y: memBytes })));
}

/** Share of one core in percent, at the end of the time that it is the mean of. */
export function cpuOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ samples }) => {
    const shares = cpuStretches(samples).map(({ endMs, ms, usec }) => ({ x: endMs, y: usec / (ms * 10) }));
    return shares.length > 0
      ? shares
      : samples.flatMap(({ cpuPct, ms }) => cpuPct === null ? [] : [{ x: ms, y: cpuPct }]);
  });
}

/** Latency in milliseconds of the probes that were answered 2xx. */
export function latencyOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(
    cycles,
    service,
    ({ probes }) => probes.filter(({ ok }) => ok).map(({ latencyMs, ms }) => ({ x: ms, y: latencyMs })),
  );
}

export function failedProbes(cycles: readonly CycleEvidence[], service: string): TimedProbe[] {
  return seenOf(cycles, service).flatMap(({ probes }) => probes.filter(({ ok }) => !ok));
}

function seenOf(cycles: readonly CycleEvidence[], service: string): ServiceEvidence[] {
  return cycles.flatMap(({ services }) => services.filter((seen) => seen.service === service));
}

function stretchesOf(
  cycles: readonly CycleEvidence[],
  service: string,
  pointsOf: (seen: ServiceEvidence) => Point[],
): Stretch[] {
  return seenOf(cycles, service).map(pointsOf).filter((points) => points.length > 0);
}

/**
 * At most about `most` points of all stretches together, and two of each at least: of equal shares of a stretch the lowest
 * and the highest point, so that no peak gets lost; its first and last point are kept.
 */
export function thinned(stretches: readonly Stretch[], most: number): Stretch[] {
  const all = stretches.reduce((total, { length }) => total + length, 0);
  if (all <= most) return [...stretches];
  return stretches.map((points) => thinnedOne(points, Math.max(4, Math.floor(most * points.length / all))));
}

function thinnedOne(points: Stretch, most: number): Stretch {
  const first = points[0];
  const last = points.at(-1);
  if (points.length <= most || first === undefined || last === undefined) return points;
  const inner = points.slice(1, -1);
  const shares = Math.max(1, Math.floor((most - 2) / 2));
  const kept = Array.from({ length: shares }, (_, share) => {
    const part = inner.slice(share * inner.length / shares, (share + 1) * inner.length / shares);
    return extremes(part);
  });
  return [first, ...kept.flat(), last];
}

/** The lowest and the highest point, in the order of time. */
function extremes(part: Stretch): Point[] {
  const at = (better: (a: number, b: number) => boolean) =>
    part.reduce((best, { y }, index) => better(y, part[best]?.y ?? y) ? index : best, 0);
  const indexes = new Set([at((a, b) => a < b), at((a, b) => a > b)]);
  return [...indexes].sort((a, b) => a - b).flatMap((index) => part[index] ?? []);
}
