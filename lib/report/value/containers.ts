/** What was seen of each container, over one cycle or several, as REPORT.json shows it. */

import {
  latenciesOf,
  type ProbeFigures,
  probeFigures,
  type ServiceFigures,
  serviceFigures,
} from "../../figures/figures.ts";
import { max } from "../../figures/stats.ts";
import type { CycleEvidence, PageEvidence, ServiceEvidence } from "../../model/record.ts";
import type { ReportContainer, ReportHealth, ReportPage, ReportStats } from "./report.ts";
import { round, roundOrNull, toMib } from "../../text/round.ts";

/**
 * Container name → figures, computed when they are first read. `own` are the module's services; the others are helpers. A
 * service without a container is listed under its own name, with status null.
 */
export function containerMetrics(
  cycles: readonly CycleEvidence[],
  own: readonly string[] | undefined,
): Record<string, ReportContainer> {
  const containers = new Map<string, ReportContainer>();
  for (const [service, seen] of Map.groupBy(cycles.flatMap((cycle) => cycle.services), (s) => s.service)) {
    const name = containerName(seen) ?? service;
    // A container may have the name of another service: neither may hide the other.
    const container = reportContainer(service, seen);
    if (own !== undefined && !own.includes(service)) container.role = "helper";
    containers.set(containers.has(name) ? `${name} (${service})` : name, container);
  }
  return Object.fromEntries(containers);
}

function containerName(seen: readonly ServiceEvidence[]): string | undefined {
  const names = seen.flatMap(({ firstLook, lastLook, events, stop }) => [
    firstLook?.name,
    events.at(-1)?.container,
    stop?.container,
    lastLook?.name,
  ]);
  return names.findLast((name) => name !== undefined && name !== "");
}

function reportContainer(service: string, seen: readonly ServiceEvidence[]): ReportContainer {
  const figures = once(() => serviceFigures(seen));
  const stats = once(() => reportStats(seen, figures()));
  const health = once(() => reportHealth(seen, figures().probes));
  const stop = seen.findLast((cycle) => cycle.stop !== null)?.stop ?? null;
  return {
    service,
    ...pageAt(seen),
    // A service that stays up over the cycles is running already in the second one: the run itself had started it.
    in_place: seen.some(({ before, inPlace }) => inPlace && before === null),
    get stats() {
      return stats();
    },
    get health_latency_ms() {
      return latencies(seen);
    },
    get health() {
      return health();
    },
    more_pages: morePages(seen),
    stop: stop === null ? null : {
      duration_ms: round(stop.durationMs),
      killed: stop.killed,
      exit_code: stop.exitCode,
      grace_sec: stop.graceSec,
      verified: stop.verified,
      error: stop.error,
    },
    log: seen.findLast((cycle) => cycle.log !== null)?.log ?? null,
  };
}

function once<T>(compute: () => T): () => T {
  let known: { value: T } | null = null;
  return () => (known ??= { value: compute() }).value;
}

function reportStats(seen: readonly ServiceEvidence[], figures: ServiceFigures): ReportStats {
  const { memory, cpu, pressure, restarts, oom, witnesses, lastStatus } = figures;
  const known = seen.some(wasSeen);
  return {
    status: lastStatus,
    restart_count: max(seen.flatMap((cycle) => ownRestartCount(cycle) ?? [])) ?? null,
    restarts_in_window: known ? restarts.count : null,
    replaced: known ? restarts.replaced : null,
    restart_signs: restarts.how,
    oom_killed: known ? oom.killed : null,
    oom_signs: oom.by,
    oom_pid1: oom.pid1,
    exit_code: lastStatus === "running" ? null : seen.at(-1)?.lastLook?.exitCode ?? null,
    mem_peak_mib: toMib(memory.peakBytes),
    mem_peak_kernel_mib: toMib(memory.peakKernelBytes),
    mem_mean_mib: toMib(memory.meanBytes),
    mem_settled_mib: toMib(memory.settledBytes),
    mem_limit_mib: toMib(memory.limitBytes),
    cpu_mean_pct: roundOrNull(cpu.meanPct),
    cpu_max_pct: roundOrNull(cpu.maxPct),
    cpu_probed_pct: roundOrNull(cpu.probedPct),
    cpu_samples: cpu.samples,
    cpu_gap_max_ms: roundOrNull(cpu.longestGapMs),
    cpu_source: cpu.source,
    cpu_pressure_pct: roundOrNull(pressure.pct.cpuSomeUsec),
    cpu_pressure_full_pct: roundOrNull(pressure.pct.cpuFullUsec),
    mem_pressure_pct: roundOrNull(pressure.pct.memSomeUsec),
    mem_pressure_full_pct: roundOrNull(pressure.pct.memFullUsec),
    io_pressure_pct: roundOrNull(pressure.pct.ioSomeUsec),
    io_pressure_full_pct: roundOrNull(pressure.pct.ioFullUsec),
    pressure_samples: pressure.readings,
    looks: witnesses.looks,
    events: witnesses.events,
    oom_counter_samples: witnesses.counterSamples,
    samples: memory.samples,
    sample_gap_max_ms: roundOrNull(memory.longestGapMs),
    mem_source: memory.source,
    samples_missing: [...new Set(seen.flatMap((cycle) => cycle.samplesMissing))],
  };
}

/** At the last look that there was. */
function ownRestartCount({ firstLook, lastLook }: ServiceEvidence): number | null {
  return (lastLook ?? firstLook)?.restartCount ?? null;
}

/** Whether any container of the service was seen; if not, it is not known either that there was no restart and no kill. */
function wasSeen({ firstLook, lastLook, events, samples }: ServiceEvidence): boolean {
  return firstLook !== null || lastLook !== null || events.length > 0 || samples.length > 0;
}

function pageAt(seen: readonly PageEvidence[]) {
  const asked = seen.findLast((cycle) => cycle.url !== null);
  return {
    url: asked?.url ?? null,
    way: asked?.way ?? null,
    page_source: asked?.source ?? null,
    no_url_why: seen.at(-1)?.noUrlWhy ?? null,
  };
}

/** Only REPORT.json shows them: they are made from the columns each time, and not kept, neither all together nor by cycle. */
function latencies(seen: readonly PageEvidence[]): number[] {
  const all = latenciesOf(seen);
  const rounded: number[] = [];
  for (let at = 0; at < all.length; at++) rounded.push(round(all[at] as number));
  return rounded;
}

function morePages(seen: readonly ServiceEvidence[]): ReportPage[] {
  const most = max(seen.map((cycle) => cycle.morePages.length)) ?? 0;
  return Array.from({ length: most }, (_, nth) => {
    const pages = seen.flatMap((cycle) => cycle.morePages[nth] ?? []);
    return {
      check: pages.findLast(({ what }) => what !== null)?.what ?? null,
      ...pageAt(pages),
      get health_latency_ms() {
        return latencies(pages);
      },
      health: reportHealth(pages, probeFigures(pages)),
    };
  });
}

function reportHealth(seen: readonly PageEvidence[], probes: ProbeFigures): ReportHealth {
  const readyAfter = seen.flatMap((cycle) => cycle.ready?.afterMs ?? []);
  const notReady = seen.findLast((cycle) => cycle.notReady !== null)?.notReady ?? null;
  return {
    probes: probes.count,
    failed: probes.failed,
    probe_gap_max_ms: roundOrNull(probes.longestGapMs),
    ok_pct: roundOrNull(probes.okPct),
    min_ms: roundOrNull(probes.minMs),
    median_ms: roundOrNull(probes.medianMs),
    p95_ms: roundOrNull(probes.p95Ms),
    max_ms: roundOrNull(probes.maxMs),
    ready_after_ms: readyAfter.length < seen.length ? null : roundOrNull(max(readyAfter) ?? null),
    not_ready_why: notReady === null
      ? null
      : notReady.limit === "exited"
      ? `${notReady.last} (it has ended)`
      : notReady.last,
  };
}
