/**
 * Computes the figures that rules judge and reports show from what was seen of one service, in one cycle or in several.
 * A figure without evidence is null, never 0. Knows no thresholds.
 */

import type { ContainerStatus } from "../model/evidence.ts";
import type { PageEvidence, ServiceEvidence } from "../model/record.ts";
import { numbersOf } from "../model/rows.ts";
import { answeredMs, knownOf, longestOf, sourcesOf } from "./columns.ts";
import { type CpuFigures, cpuFigures } from "./cpu.ts";
import { type OomKills, oomKillsOf, type OomSignal, type Restarts, restartsOf } from "./incidents.ts";
import { settledBytes } from "./leaks.ts";
import { type PressureFigures, pressureFigures } from "./pressure.ts";
import { joined, max, mean, spreadOf, sum } from "./stats.ts";

/** Requests after ready. Latencies count only answers of 2xx. */
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
  /** null if no limit is set, or no look succeeded. */
  limitBytes: number | null;
  samples: number;
  longestGapMs: number | null;
  source: string | null;
}

/** How much evidence there is about restarts and kills for memory. */
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
  pressure: PressureFigures;
  restarts: Restarts;
  oom: OomKills;
  witnesses: Witnesses;
  /** At the last look of the last cycle; null if there was none, or no container was found. */
  lastStatus: ContainerStatus | null;
}

/** Figures of one service over one cycle or several, given in order. */
export function serviceFigures(cycles: readonly ServiceEvidence[]): ServiceFigures {
  return {
    probes: probeFigures(cycles),
    memory: memoryFigures(cycles),
    cpu: cpuFigures(cycles),
    pressure: pressureFigures(cycles),
    restarts: allRestarts(cycles.map(restartsOf)),
    oom: allOomKills(cycles.map(oomKillsOf)),
    witnesses: witnessesOf(cycles),
    lastStatus: cycles.at(-1)?.lastLook?.status ?? null,
  };
}

/** In order, of what is watched for how long its answers take. */
export function latenciesOf(cycles: readonly Pick<PageEvidence, "probes" | "watched">[]): Float64Array {
  return joined(cycles.filter(({ watched }) => watched === "latency").map(({ probes }) => answeredMs(probes)));
}

/** Figures of one check, over one cycle or several. */
export function probeFigures(cycles: readonly Pick<PageEvidence, "probes" | "watched">[]): ProbeFigures {
  const answered = sum(cycles.map(({ probes }) => answeredMs(probes).length));
  const latencies = latenciesOf(cycles);
  const { max, median, min, p95 } = spreadOf(latencies);
  const count = sum(cycles.map(({ probes }) => probes.length));
  return {
    count,
    failed: count - answered,
    okPct: count === 0 ? null : answered / count * 100,
    minMs: min ?? null,
    medianMs: median ?? null,
    p95Ms: p95 ?? null,
    maxMs: max ?? null,
    longestGapMs: longestOf(cycles.map(({ probes }) => numbersOf(probes, "ms"))),
  };
}

function witnessesOf(cycles: readonly ServiceEvidence[]): Witnesses {
  return {
    looks: sum(cycles.map(({ firstLook, lastLook }) => [firstLook, lastLook].filter((look) => look !== null).length)),
    events: sum(cycles.map(({ events }) => events.length)),
    counterSamples: sum(cycles.map(({ samples }) => knownOf(numbersOf(samples, "oomKills")).length)),
  };
}

function memoryFigures(cycles: readonly ServiceEvidence[]): MemoryFigures {
  const all = cycles.map(({ samples }) => samples);
  const use = joined(all.map((samples) => numbersOf(samples, "memBytes")));
  const looks = cycles.flatMap((seen) => [seen.firstLook, seen.lastLook]).filter((look) => look !== null);
  return {
    peakBytes: max(use) ?? null,
    peakKernelBytes: max(joined(all.map((samples) => knownOf(numbersOf(samples, "memPeakKernelBytes"))))) ?? null,
    meanBytes: mean(use) ?? null,
    settledBytes: settledBytes(all.findLast(({ length }) => length > 0) ?? []),
    limitBytes: looks.at(-1)?.memLimitBytes ?? null,
    samples: use.length,
    longestGapMs: longestOf(all.map((samples) => numbersOf(samples, "ms"))),
    source: sourcesOf(all),
  };
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
