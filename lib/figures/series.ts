/**
 * What was seen of one service over the run as lines to draw: memory, CPU and health latency over time, a stretch for each
 * cycle, thinned to what a chart can show. For eyes only: every figure and every verdict is computed from all samples.
 */

import type { CycleEvidence, ServiceEvidence } from "../model/record.ts";
import { numbersOf } from "../model/rows.ts";
import { answeredMs } from "./columns.ts";
import { cpuStretches } from "./cpu.ts";
import type { Point } from "./stats.ts";

/** One cycle: its points in the order of time, `x` in milliseconds since the run began, and its window. */
export interface Stretch {
  cycle: number;
  fromMs: number;
  toMs: number;
  points: readonly Point[];
}

/** Memory of the service in bytes, cycle by cycle; a cycle without samples has no stretch. */
export function memoryOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(
    cycles,
    service,
    ({ samples }) => points(numbersOf(samples, "ms"), numbersOf(samples, "memBytes")),
  );
}

/** Share of one core in percent, at the end of the time that it is the mean of. */
export function cpuOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ samples }) => {
    const { endMs, ms, usec } = cpuStretches(samples);
    const shares = points(endMs, usec.map((used, at) => used / ((ms[at] as number) * 10)));
    return shares.length > 0 ? shares : points(numbersOf(samples, "ms"), numbersOf(samples, "cpuPct"));
  });
}

/** Latency in milliseconds of the probes that were answered 2xx. */
export function latencyOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ probes }) => points(momentsOf(probes, 1), answeredMs(probes)));
}

/** Moments of the probes that were not, at height 0. */
export function failuresOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ probes }) => Array.from(momentsOf(probes, 0), (x) => ({ x, y: 0 })));
}

/** Of the probes that were answered 2xx (1), or were not (0). */
function momentsOf(probes: ServiceEvidence["probes"], wanted: 0 | 1): Float64Array {
  const ok = numbersOf(probes, "ok");
  return numbersOf(probes, "ms").filter((_, at) => ok[at] === wanted);
}

/** Without those that have no height. */
function points(xs: Float64Array, ys: Float64Array): Point[] {
  const all: Point[] = [];
  ys.forEach((y, at) => {
    if (!Number.isNaN(y)) all.push({ x: xs[at] as number, y });
  });
  return all;
}

function stretchesOf(
  cycles: readonly CycleEvidence[],
  service: string,
  pointsOf: (seen: ServiceEvidence) => Point[],
): Stretch[] {
  return cycles.flatMap(({ closedMs, cycle, openedMs, services }) =>
    services.filter((seen) => seen.service === service).flatMap((seen): Stretch[] => {
      const points = pointsOf(seen).sort((a, b) => a.x - b.x);
      const first = points[0];
      const last = points.at(-1);
      if (first === undefined || last === undefined) return [];
      return [{
        cycle,
        fromMs: Math.min(openedMs ?? first.x, first.x),
        toMs: Math.max(closedMs ?? last.x, last.x),
        points,
      }];
    })
  );
}

/**
 * At most about `most` points of all stretches together, and two of each at least: of equal shares of a stretch the lowest
 * and the highest point, so that no peak gets lost; its first and last point are kept.
 */
export function thinned(stretches: readonly Stretch[], most: number): Stretch[] {
  const all = stretches.reduce((total, { points }) => total + points.length, 0);
  if (all <= most) return [...stretches];
  return stretches.map((stretch) => {
    const share = Math.max(4, Math.floor(most * stretch.points.length / all));
    return { ...stretch, points: thinnedOne(stretch.points, share) };
  });
}

function thinnedOne(points: readonly Point[], most: number): readonly Point[] {
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
function extremes(part: readonly Point[]): Point[] {
  const at = (better: (a: number, b: number) => boolean) =>
    part.reduce((best, { y }, index) => better(y, part[best]?.y ?? y) ? index : best, 0);
  const indexes = new Set([at((a, b) => a < b), at((a, b) => a > b)]);
  return [...indexes].sort((a, b) => a - b).flatMap((index) => part[index] ?? []);
}
