/**
 * What was seen of one service over the run as lines to draw: memory, CPU and health latency over time, a stretch for each
 * cycle, thinned to what a chart can show. For eyes only: every figure and every verdict is computed from all samples.
 */

import type { CycleEvidence, ServiceEvidence } from "../model/record.ts";
import { numbersOf } from "../model/rows.ts";
import { answeredMs, flagged, knownOf } from "./columns.ts";
import { cpuStretches } from "./cpu.ts";

/** Points of a line as columns, in the order of `xs`: a soak has a million of them, and few are drawn. */
interface Line {
  xs: Float64Array;
  ys: Float64Array;
}

/** One cycle: its points in the order of time, `xs` in milliseconds since the run began, and its window. */
export interface Stretch extends Line {
  cycle: number;
  fromMs: number;
  toMs: number;
}

/** Memory of the service in bytes, cycle by cycle; a cycle without samples has no stretch. */
export function memoryOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ samples }) => ({
    xs: numbersOf(samples, "ms"),
    ys: numbersOf(samples, "memBytes"),
  }));
}

/** Share of one core in percent, at the end of the time that it is the mean of. */
export function cpuOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ samples }) => {
    const { endMs, ms, usec } = cpuStretches(samples);
    if (endMs.length === 0) return { xs: numbersOf(samples, "ms"), ys: numbersOf(samples, "cpuPct") };
    const ys = new Float64Array(usec.length);
    for (let at = 0; at < ys.length; at++) ys[at] = (usec[at] as number) / ((ms[at] as number) * 10);
    return { xs: endMs, ys };
  });
}

/** Latency in milliseconds of the probes that were answered 2xx. */
export function latencyOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ probes }) => ({ xs: momentsOf(probes, 1), ys: answeredMs(probes) }));
}

/** Moments of the probes that were not answered 2xx, at height 0. */
export function failuresOverTime(cycles: readonly CycleEvidence[], service: string): Stretch[] {
  return stretchesOf(cycles, service, ({ probes }) => {
    const xs = momentsOf(probes, 0);
    return { xs, ys: new Float64Array(xs.length) };
  });
}

/** Moments of the probes that were answered 2xx (1), or were not (0). */
function momentsOf(probes: ServiceEvidence["probes"], wanted: 0 | 1): Float64Array {
  return flagged(numbersOf(probes, "ms"), numbersOf(probes, "ok"), wanted);
}

/** The line without points that have no height, in the order of time. */
function drawn({ xs, ys }: Line): Line {
  const places: number[] = [];
  let isInOrder = knownOf(ys).length === ys.length;
  for (let at = 1; at < xs.length && isInOrder; at++) isInOrder = (xs[at] as number) >= (xs[at - 1] as number);
  if (isInOrder) return { xs, ys };
  for (let at = 0; at < ys.length; at++) if (!Number.isNaN(ys[at])) places.push(at);
  return picked({ xs, ys }, places.sort((a, b) => (xs[a] as number) - (xs[b] as number)));
}

function picked({ xs, ys }: Line, places: readonly number[]): Line {
  return {
    xs: Float64Array.from(places, (at) => xs[at] as number),
    ys: Float64Array.from(places, (at) => ys[at] as number),
  };
}

function stretchesOf(
  cycles: readonly CycleEvidence[],
  service: string,
  lineOf: (seen: ServiceEvidence) => Line,
): Stretch[] {
  return cycles.flatMap(({ closedMs, cycle, openedMs, services }) =>
    services.filter((seen) => seen.service === service).flatMap((seen): Stretch[] => {
      const line = drawn(lineOf(seen));
      const first = line.xs[0];
      const last = line.xs[line.xs.length - 1];
      if (first === undefined || last === undefined) return [];
      const fromMs = Math.min(openedMs ?? first, first);
      return [{ cycle, fromMs, toMs: Math.max(closedMs ?? last, last), ...line }];
    })
  );
}

/**
 * At most about `most` points of all stretches together, and at least two of each. It keeps the lowest and the highest
 * point of equal shares of a stretch, so that no peak gets lost, and its first and last point.
 */
export function thinned(stretches: readonly Stretch[], most: number): Stretch[] {
  const all = stretches.reduce((total, { xs }) => total + xs.length, 0);
  if (all <= most) return [...stretches];
  return stretches.map((stretch) => {
    const share = Math.max(4, Math.floor(most * stretch.xs.length / all));
    return { ...stretch, ...thinnedOne(stretch, share) };
  });
}

function thinnedOne({ xs, ys }: Line, most: number): Line {
  if (xs.length <= most) return { xs, ys };
  const last = xs.length - 1;
  const inner = xs.length - 2;
  const shares = Math.max(1, Math.floor((most - 2) / 2));
  const places = [0];
  for (let share = 0; share < shares; share++) {
    const from = 1 + Math.floor(share * inner / shares);
    const to = 1 + Math.floor((share + 1) * inner / shares);
    places.push(...extremes(ys, from, to));
  }
  return picked({ xs, ys }, [...places, last]);
}

/** The lowest and the highest point of a part, in the order of time. */
function extremes(ys: Float64Array, from: number, to: number): number[] {
  let [low, high] = [from, from];
  for (let at = from + 1; at < to; at++) {
    if ((ys[at] as number) < (ys[low] as number)) low = at;
    if ((ys[at] as number) > (ys[high] as number)) high = at;
  }
  return low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
}
