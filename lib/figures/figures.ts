/**
 * From what was seen of one service, in one cycle or in several, to the figures that rules judge and reports show. A
 * figure that nothing was seen for is null, never 0. It looks at evidence only and knows no thresholds.
 */

import type { ContainerStatus } from "../model/evidence.ts";
import type { ServiceEvidence, TimedSample } from "../model/record.ts";
import { type OomKills, oomKillsOf, type OomSignal, type Restarts, restartsOf } from "./incidents.ts";
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
}

export interface ServiceFigures {
  probes: ProbeFigures;
  memory: MemoryFigures;
  cpu: CpuFigures;
  restarts: Restarts;
  oom: OomKills;
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
    settledBytes: median(lastSampled.slice(-3).map((sample) => sample.memBytes)) ?? null,
    limitBytes: looks.at(-1)?.memLimitBytes ?? null,
    samples: samples.length,
    longestGapMs: max(cycles.flatMap((seen) => longestGap(seen.samples.map((sample) => sample.ms)) ?? [])) ?? null,
    source: [...new Set(samples.map((sample) => sample.source))].join(", ") || null,
  };
}

/** Shorter stretches between two samples (the last sample comes whenever the window closes) make no maximum. */
const SHORTEST_STRETCH_MS = 50;

function cpuFigures(cycles: readonly TimedSample[][]): CpuFigures {
  const stretches = cycles.flatMap(cpuStretches);
  if (stretches.length === 0) {
    const shares = cycles.flat().flatMap((sample) => sample.cpuPct ?? []);
    return { meanPct: mean(shares) ?? null, maxPct: max(shares) ?? null };
  }
  const meanPct = share(sum(stretches.map((s) => s.usec)), sum(stretches.map((s) => s.ms)));
  const long = stretches.filter((stretch) => stretch.ms >= SHORTEST_STRETCH_MS);
  return { meanPct, maxPct: max(long.map((stretch) => share(stretch.usec, stretch.ms))) ?? meanPct };
}

/** A restart sets the counter back: what was used around it is unknown, and that stretch is left out. */
function cpuStretches(samples: readonly TimedSample[]): { usec: number; ms: number }[] {
  const last = new Map<string, { usec: number; ms: number }>();
  return samples.flatMap(({ containerId, cpuUsec, ms }) => {
    if (cpuUsec === null) return [];
    const before = last.get(containerId);
    last.set(containerId, { usec: cpuUsec, ms });
    if (before === undefined || cpuUsec < before.usec || ms <= before.ms) return [];
    return [{ usec: cpuUsec - before.usec, ms: ms - before.ms }];
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
