/**
 * From what was seen of one service, in one cycle or in several, to the figures that rules judge and reports show. A
 * figure that nothing was seen for is null, never 0. It looks at evidence only and knows no thresholds.
 */

import type { ContainerStatus } from "../model/evidence.ts";
import type { ServiceEvidence, TimedSample } from "../model/record.ts";
import { type OomKills, oomKillsOf, type OomSignal, type Restarts, restartsOf } from "./incidents.ts";
import { settledBytes } from "./leaks.ts";
import { longestGap, max, mean, median, min, p95, sum } from "./stats.ts";

/** Requests after ready. Latencies are of those answered 2xx only. */
export interface ProbeFigures {
  count: number;
  failed: number;
  okPct: number | null;
  minMs: number | null;
  medianMs: number | null;
  p95Ms: number | null;
  maxMs: number | null;
  /** The longest time between two answers of a cycle. */
  longestGapMs: number | null;
}

export interface MemoryFigures {
  /** Highest use of all samples, without the inactive page cache. */
  peakBytes: number | null;
  /**
   * The kernel's own highest use since the container started, also between two samples. It includes page cache, which the
   * kernel gives back when memory is short: no rule rests on it.
   */
  peakKernelBytes: number | null;
  meanBytes: number | null;
  /** Median of the last three samples of the (last) window. */
  settledBytes: number | null;
  /** null where no limit is set, or no look succeeded. */
  limitBytes: number | null;
  samples: number;
  longestGapMs: number | null;
  source: string | null;
}

/** Share of one core, so that two busy cores give 200. */
export interface CpuFigures {
  meanPct: number | null;
  maxPct: number | null;
  /** How many samples have a share or a counter of CPU time. */
  samples: number;
  longestGapMs: number | null;
  source: string | null;
}

/** What was looked at for restarts and kills for memory. */
export interface Witnesses {
  /** Looks that found a container, two in a cycle. */
  looks: number;
  /** Events of the engine about it. */
  events: number;
  /** Samples with the kernel's counter of processes killed for memory. */
  counterSamples: number;
}

export interface ServiceFigures {
  probes: ProbeFigures;
  memory: MemoryFigures;
  cpu: CpuFigures;
  restarts: Restarts;
  oom: OomKills;
  witnesses: Witnesses;
  /** At the last look of the last cycle; null where there was none, or no container was found. */
  lastStatus: ContainerStatus | null;
}

/** Figures of one service over one cycle or several, given in order. */
export function serviceFigures(cycles: readonly ServiceEvidence[]): ServiceFigures {
  return {
    probes: probeFigures(cycles),
    memory: memoryFigures(cycles),
    cpu: cpuFigures(cycles.map((seen) => seen.samples)),
    restarts: allRestarts(cycles.map(restartsOf)),
    oom: allOomKills(cycles.map(oomKillsOf)),
    witnesses: witnessesOf(cycles),
    lastStatus: cycles.at(-1)?.lastLook?.status ?? null,
  };
}

function probeFigures(cycles: readonly ServiceEvidence[]): ProbeFigures {
  const probes = cycles.flatMap((seen) => seen.probes);
  const latencies = probes.filter((probe) => probe.ok).map((probe) => probe.latencyMs);
  return {
    count: probes.length,
    failed: probes.length - latencies.length,
    okPct: probes.length === 0 ? null : latencies.length / probes.length * 100,
    minMs: min(latencies) ?? null,
    medianMs: median(latencies) ?? null,
    p95Ms: p95(latencies) ?? null,
    maxMs: max(latencies) ?? null,
    longestGapMs: longestOf(cycles.map((seen) => seen.probes)),
  };
}

/** The longest time between two neighbours of a cycle: the time between two cycles is no gap. */
function longestOf(cycles: readonly (readonly { ms: number }[])[]): number | null {
  return max(cycles.flatMap((timed) => longestGap(timed.map(({ ms }) => ms)) ?? [])) ?? null;
}

function sourcesOf(samples: readonly TimedSample[]): string | null {
  return [...new Set(samples.map((sample) => sample.source))].join(", ") || null;
}

function witnessesOf(cycles: readonly ServiceEvidence[]): Witnesses {
  return {
    looks: sum(cycles.map(({ firstLook, lastLook }) => [firstLook, lastLook].filter((look) => look !== null).length)),
    events: sum(cycles.map(({ events }) => events.length)),
    counterSamples: cycles.flatMap(({ samples }) => samples).filter(({ oomKills }) => oomKills !== null).length,
  };
}

function memoryFigures(cycles: readonly ServiceEvidence[]): MemoryFigures {
  const samples = cycles.flatMap((seen) => seen.samples);
  const use = samples.map((sample) => sample.memBytes);
  const lastSampled = cycles.findLast((seen) => seen.samples.length > 0)?.samples ?? [];
  const looks = cycles.flatMap((seen) => [seen.firstLook, seen.lastLook]).filter((look) => look !== null);
  return {
    peakBytes: max(use) ?? null,
    peakKernelBytes: max(samples.flatMap((sample) => sample.memPeakKernelBytes ?? [])) ?? null,
    meanBytes: mean(use) ?? null,
    settledBytes: settledBytes(lastSampled),
    limitBytes: looks.at(-1)?.memLimitBytes ?? null,
    samples: samples.length,
    longestGapMs: longestOf(cycles.map((seen) => seen.samples)),
    source: sourcesOf(samples),
  };
}

/** Shorter stretches between two samples (the last sample comes whenever the window closes) make no maximum. */
const SHORTEST_STRETCH_MS = 50;

function cpuFigures(cycles: readonly TimedSample[][]): CpuFigures {
  const own = cycles.map((samples) => samples.filter(({ cpuUsec, cpuPct }) => cpuUsec !== null || cpuPct !== null));
  const basis = { samples: own.flat().length, longestGapMs: longestOf(own), source: sourcesOf(own.flat()) };
  const stretches = cycles.flatMap(cpuStretches);
  if (stretches.length === 0) {
    const shares = cycles.flat().flatMap((sample) => sample.cpuPct ?? []);
    return { meanPct: mean(shares) ?? null, maxPct: max(shares) ?? null, ...basis };
  }
  const meanPct = share(sum(stretches.map((s) => s.usec)), sum(stretches.map((s) => s.ms)));
  const long = stretches.filter((stretch) => stretch.ms >= SHORTEST_STRETCH_MS);
  return { meanPct, maxPct: max(long.map((stretch) => share(stretch.usec, stretch.ms))) ?? meanPct, ...basis };
}

/**
 * CPU time used between two samples of a container. A restart sets the counter back: what was used around it is unknown,
 * and that stretch is left out.
 */
export function cpuStretches(samples: readonly TimedSample[]): { usec: number; ms: number; endMs: number }[] {
  const last = new Map<string, { usec: number; ms: number }>();
  return samples.flatMap(({ containerId, cpuUsec, ms }) => {
    if (cpuUsec === null) return [];
    const before = last.get(containerId);
    last.set(containerId, { usec: cpuUsec, ms });
    if (before === undefined || cpuUsec < before.usec || ms <= before.ms) return [];
    return [{ usec: cpuUsec - before.usec, ms: ms - before.ms, endMs: ms }];
  });
}

function share(usec: number, ms: number): number {
  return usec / (ms * 1000) * 100;
}

function allRestarts(cycles: readonly Restarts[]): Restarts {
  return {
    count: sum(cycles.map((restarts) => restarts.count)),
    replaced: cycles.some((restarts) => restarts.replaced),
    how: cycles.flatMap((restarts) => restarts.how),
  };
}

function allOomKills(cycles: readonly OomKills[]): OomKills {
  const victims = cycles.filter((oom) => oom.killed).map((oom) => oom.pid1);
  return {
    killed: victims.length > 0,
    by: [...new Set(cycles.flatMap((oom): OomSignal[] => oom.by))],
    pid1: victims.includes(true)
      ? true
      : victims.every((victim) => victim === false) && victims.length > 0
      ? false
      : null,
  };
}
