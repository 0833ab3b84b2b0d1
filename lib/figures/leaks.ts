/**
 * Memory over time, by service: settled memory at the same point of each cycle, and memory over a soak; with the
 * smallest leak that could have been seen in either. Figures only; the verdict says whether that is a leak.
 */

import { type CycleEvidence, pagesOf, type ServiceEvidence } from "../model/record.ts";
import { numbersOf, wordsOf } from "../model/rows.ts";
import type { Thresholds } from "../model/settings.ts";
import { restartsOf } from "./incidents.ts";
import { joined, max, mean, median, min, type Point } from "./stats.ts";
import { detectableSlope, differenceBound, paceBound, trendOf } from "./trend.ts";

const MIB = 2 ** 20;

/** Samples at the end of a window whose median is its settled memory. */
const SETTLED_SAMPLES = 3;

/** Settled memory of one cycle. */
export interface Settled {
  cycle: number;
  bytes: number;
  /** Half the distance between the highest and the lowest of the samples that it is the median of. */
  spreadBytes: number;
}

/**
 * Cycles whose memory can be compared with each other: all, unless the run was resumed elsewhere after it was cut
 * short.
 */
export function strataOf(cycles: readonly CycleEvidence[]): CycleEvidence[][] {
  return [...Map.groupBy(cycles, ({ stratum = 0 }) => stratum).values()];
}

/** The median of the last samples; null without any. */
export function settledBytes(samples: ServiceEvidence["samples"]): number | null {
  return median(lastBytes(samples)) ?? null;
}

function lastBytes(samples: ServiceEvidence["samples"]): Float64Array {
  return numbersOf(samples, "memBytes").subarray(-SETTLED_SAMPLES);
}

/** Settled memory of each cycle that was seen to its end; a cycle that was cut short has none. */
export function settledSeries(cycles: readonly CycleEvidence[], service: string): Settled[] {
  return cycles.filter(({ closedMs }) => closedMs !== null).flatMap(({ cycle, services }): Settled[] => {
    const samples = services.find((seen) => seen.service === service)?.samples ?? [];
    const last = lastBytes(samples);
    const bytes = median(last);
    if (bytes === undefined) return [];
    return [{ cycle, bytes, spreadBytes: ((max(last) as number) - (min(last) as number)) / 2 }];
  });
}

export function pointsOf(series: readonly Settled[]): Point[] {
  return series.map(({ cycle, bytes }) => ({ x: cycle, y: bytes }));
}

/** Parts of a soak whose medians are compared: saw-teeth and noise shorter than a part vanish in its median. */
const SOAK_PARTS = 10;
const SAMPLES_A_PART = 2;

/** To be distinguished from saw-teeth, a rise must exceed them: four times their median swing. */
const SWINGS = 4;

/** Memory over one soak. */
export interface Soak {
  samples: number;
  /** Median memory of ten equal parts: bytes over minutes. */
  parts: Point[];
  /** What a rise must exceed to be distinguished from the swing of the samples within the parts. */
  swingBytes: number;
  /** The medians of the first and of the last samples, as for settled memory. */
  firstBytes: number;
  lastBytes: number;
  /**
   * Whether memory began in the lower half of its rise and ended in the upper half; over one whole saw-tooth it does
   * not.
   */
  isHeld: boolean;
}

/**
 * null if there was no soak, or fewer than twenty samples in it. If the service was started again within it, only the
 * samples after that count: memory before a restart is not compared with memory after it.
 */
export function soakOf({ phases }: CycleEvidence, seen: ServiceEvidence): Soak | null {
  const span = phases.findLast(({ phase }) => phase === "soak");
  if (span === undefined) return null;
  const { bytes, times } = soaked(seen, span.startMs, span.startMs + span.durationMs);
  const firstBytes = median(bytes.subarray(0, SETTLED_SAMPLES));
  const lastBytes = median(bytes.subarray(-SETTLED_SAMPLES));
  if (bytes.length < SOAK_PARTS * SAMPLES_A_PART || firstBytes === undefined || lastBytes === undefined) return null;
  const each = bytes.length / SOAK_PARTS;
  const own = Array.from({ length: SOAK_PARTS }, (_, part) => [part * each, (part + 1) * each] as const);
  const parts = own.map(([from, to]): Point => ({
    x: mean(times.subarray(from, to)) as number / 60_000,
    y: median(bytes.subarray(from, to)) as number,
  }));
  const swings = own.map(([from, to], part) => {
    const { y } = parts[part] as Point;
    return median(bytes.subarray(from, to).map((value) => Math.abs(value - y))) as number;
  });
  const levels = parts.map(({ y }) => y);
  const middle = (min(levels) as number + (max(levels) as number)) / 2;
  return {
    samples: bytes.length,
    parts,
    swingBytes: SWINGS * (median(swings) as number),
    firstBytes,
    lastBytes,
    isHeld: firstBytes < middle && lastBytes > middle,
  };
}

/** Memory and moments of the samples between two moments, since the last start. */
function soaked(seen: ServiceEvidence, fromMs: number, toMs: number): { bytes: Float64Array; times: Float64Array } {
  const times = numbersOf(seen.samples, "ms");
  const { at: first, ms: sinceMs } = lastStart(seen);
  const isWithin = (at: number) => {
    const ms = times[at] as number;
    return at >= first && ms >= sinceMs && ms >= fromMs && ms <= toMs;
  };
  return {
    bytes: numbersOf(seen.samples, "memBytes").filter((_, at) => isWithin(at)),
    times: times.filter((_, at) => isWithin(at)),
  };
}

/**
 * The first sample after the last restart, and the moment when it was ready again: memory that a service takes as it starts is no
 * leak. That is the first answer that followed. The samples show where the restart lies: the next one is of another container, or has
 * less CPU time than the one before. For processes, that time also falls when one of several ends, so it counts only if
 * the service was seen to be started again.
 */
function lastStart(seen: ServiceEvidence): { at: number; ms: number } {
  const { count, replaced } = restartsOf(seen);
  if (count === 0 && !replaced) return { at: 0, ms: -Infinity };
  const { places } = wordsOf(seen.samples, "containerId");
  const cpu = numbersOf(seen.samples, "cpuUsec");
  const isStart = (at: number) => places[at] !== places[at - 1] || (cpu[at] as number) < (cpu[at - 1] as number);
  let start = places.length - 1;
  while (start > 0 && !isStart(start)) start--;
  if (start <= 0) return { at: 0, ms: -Infinity };
  const sinceMs = numbersOf(seen.samples, "ms")[start] as number;
  const pages = pagesOf(seen).map(({ probes }) => probes).filter(({ length }) => length > 0);
  // Checks that are watched by events are not asked again: what a start took then is taken from the first one.
  if (pages.length === 0) {
    const readyMs = pagesOf(seen).map(({ ready }) => ready?.afterMs ?? 0);
    return { at: start, ms: sinceMs + Math.max(...readyMs) };
  }
  const answers = pages.map((probes) => {
    const ok = numbersOf(probes, "ok");
    return numbersOf(probes, "ms").filter((ms, at) => ok[at] === 1 && ms >= sinceMs);
  });
  return { at: start, ms: min(joined(answers)) ?? Infinity };
}

export type LeakThresholds = Pick<Thresholds, "leak_step_mib" | "leak_rise_mib" | "leak_min_cycles">;

/**
 * The smallest leak, in bytes a cycle, that would have been reported: over n cycles, the smaller of a step
 * (leak_step_mib + N ÷ (n − 1), since the largest of the steps is no smaller than their mean) and, from leak_min_cycles
 * on, a steady rise (`detectableSlope` with leak_rise_mib). N = 2√2 × noise; the noise is the greater of that of the
 * settled values about their line (`Trend.noise`) and the median spread of the samples that each is made of. null with
 * fewer than two cycles.
 */
export function detectablePerCycle(series: readonly Settled[], thresholds: LeakThresholds): number | null {
  const points = pointsOf(series);
  const trend = trendOf(points);
  const first = series[0];
  const last = series.at(-1);
  if (trend === null || first === undefined || last === undefined) return null;
  const noise = Math.max(trend.noise, median(series.map(({ spreadBytes }) => spreadBytes)) as number);
  const steps = series.length - 1;
  const byStep = (thresholds.leak_step_mib * MIB * steps + differenceBound(noise)) / (last.cycle - first.cycle);
  if (series.length < thresholds.leak_min_cycles) return byStep;
  return Math.min(byStep, detectableSlope(points, { rise: thresholds.leak_rise_mib * MIB, noise }));
}

/**
 * The smallest leak, in bytes a minute, that would have been reported for this soak: the greater of `detectableSlope`
 * over its ten parts, with the greater of leak_rise_mib and the swing of the samples, and of the slope at which it
 * shows that memory does not level off. null if all parts have the same time.
 */
export function detectablePerMinute({ parts, swingBytes }: Soak, { leak_rise_mib }: LeakThresholds): number | null {
  const trend = trendOf(parts);
  if (trend === null) return null;
  const { noise, span } = trend;
  const rise = Math.max(leak_rise_mib * MIB, swingBytes);
  return Math.max(detectableSlope(parts, { rise, noise }), paceBound(noise) * (SOAK_PARTS - 1) / span);
}

/** Memory of one service over all cycles. */
export interface LeakFigures {
  /**
   * Settled memory, a value for each cycle that has one, in order; if not all can be compared, of the largest group
   * that can.
   */
  settled: Settled[];
  /** The largest growth from one of them to the next; below 0 if it only fell. */
  largestStepBytes: number | null;
  bytesPerCycle: number | null;
  detectableBytesPerCycle: number | null;
  soakSamples: number;
  /** The steepest of several soaks. */
  bytesPerMinute: number | null;
  detectableBytesPerMinute: number | null;
  /** Why no leak could have been seen, and what to do; null if one could. */
  why: string | null;
}

export function leakFigures(
  cycles: readonly CycleEvidence[],
  service: string,
  thresholds: LeakThresholds,
): LeakFigures {
  const longest = strataOf(cycles).reduce((best, each) => each.length > best.length ? each : best, []);
  const settled = settledSeries(longest, service);
  const steps = settled.slice(1).map(({ bytes }, index) => bytes - (settled[index] as Settled).bytes);
  const soaks = cycles.flatMap((cycle) =>
    cycle.services.filter((seen) => seen.service === service).flatMap((seen) => soakOf(cycle, seen) ?? [])
  );
  const detectableBytesPerCycle = detectablePerCycle(settled, thresholds);
  const detectableBytesPerMinute = min(soaks.flatMap((soak) => detectablePerMinute(soak, thresholds) ?? [])) ?? null;
  return {
    settled,
    largestStepBytes: max(steps) ?? null,
    bytesPerCycle: trendOf(pointsOf(settled))?.slope ?? null,
    detectableBytesPerCycle,
    soakSamples: soaks.reduce((total, { samples }) => total + samples, 0),
    bytesPerMinute: max(soaks.flatMap(({ parts }) => trendOf(parts)?.slope ?? [])) ?? null,
    detectableBytesPerMinute,
    why: detectableBytesPerCycle !== null || detectableBytesPerMinute !== null
      ? null
      : whyNot(settled.length, thresholds),
  };
}

function whyNot(cycles: number, { leak_min_cycles }: LeakThresholds): string {
  const seen = cycles === 0 ? "no cycle was measured to its end" : "one cycle";
  return `${seen}, and no soak of twenty samples: run with --cycles ${leak_min_cycles}, or with --soak-sec 60`;
}
