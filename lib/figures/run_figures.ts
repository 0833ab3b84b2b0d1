/**
 * The figures that a run is compared by, from its evidence. Pure; lib/report/read/figures.ts finds the same in its
 * REPORT.json.
 */

import type { FigureName, FigureSeries, ModuleFigures, RunFigures, ServiceFigureSeries } from "../model/baseline.ts";
import { FIGURES } from "../model/baseline.ts";
import type { CycleEvidence, RunEvidence, ServiceEvidence } from "../model/record.ts";
import type { Status } from "../model/outcome.ts";
import { serviceFigures } from "./figures.ts";
import { outcomeOf, worstOutcomes } from "./test_outcome.ts";

const MIB = 2 ** 20;

/**
 * Figures of the tested modules, in the order of the plan. `statusOf`: the status of a module, if the verdict is known.
 */
export function runFigures(
  evidence: RunEvidence,
  statusOf: (module: string) => Status | null = () => null,
): RunFigures {
  const { run, startedAt, modules } = evidence;
  const tested = run?.selected ?? [];
  const minProbes = run?.thresholds.min_probes ?? 1;
  return {
    startedAt,
    version: run?.tool.version ?? null,
    host: run === null ? null : { hostname: run.host.hostname, os: run.host.os, arch: run.host.arch },
    engine: run?.engine.name ?? null,
    mode: run?.mode ?? null,
    jobs: run?.jobs ?? null,
    soakSec: run?.soakSec ?? null,
    cutShort: cutShort({ ...evidence, failure: evidence.failure?.what ?? null }),
    waitPcts: evidence.waitPcts ?? [],
    modules: tested.flatMap((name): ModuleFigures[] => {
      const all = modules.find((module) => module.name === name)?.cycles ?? [];
      const cycles = all.filter((cycle) => isOnFirstHost(evidence, cycle));
      const tests = all.flatMap((cycle) => cycle.tests.map((test) => ({ file: test.file, outcome: outcomeOf(test) })));
      return [{
        name,
        status: statusOf(name),
        ...allServices(cycles, minProbes),
        tests: worstOutcomes(tests),
      }];
    }),
  };
}

/** The figures of each service in part `nr` of a run, from 0, over the cycles that were seen to their end. */
export function partFigures({ modules, run }: RunEvidence, nr: number) {
  return modules.flatMap(({ cycles, name: module }) => {
    const own = cycles.filter(({ part = 0 }) => part === nr);
    return allServices(own, run?.thresholds.min_probes ?? 1).services.map(({ series, service }) => (
      { module, service, series, cycles: own.filter(({ closedMs }) => closedMs !== null).length }
    ));
  });
}

/** A resumed run may have gone on elsewhere, and figures of two hosts only show which host is faster. */
function isOnFirstHost({ parts = [], run }: RunEvidence, { part = 0 }: CycleEvidence): boolean {
  return parts.length === 0 || parts[part]?.host.hostname === run?.host.hostname;
}

/** What ended the run before its time, in words; null if nothing did. `failure`: what failed. */
export function cutShort(
  { interrupted, failure, finished }: { interrupted: string | null; failure: string | null; finished: boolean },
): string | null {
  if (interrupted !== null) return `interrupted by ${interrupted}`;
  if (failure !== null) return `failed: ${failure}`;
  return finished ? null : "did not come to its end";
}

/**
 * Figures of the cycles that were seen to their end: a cycle that was cut short has other figures for that reason
 * alone.
 */
function allServices(cycles: readonly CycleEvidence[], minProbes: number) {
  const whole = cycles.filter(({ closedMs }) => closedMs !== null).flatMap(({ services }) => services);
  return servicesOf(whole.map((seen) => (
    { service: seen.service, inPlace: seen.inPlace, values: cycleFigures(seen, minProbes) }
  )));
}

/** A service's values in one cycle. */
export interface CycleValues {
  service: string;
  inPlace: boolean;
  values: Record<FigureName, number | null>;
}

/**
 * The values by service, without services that were tested in place: their first answer is no time to ready, their
 * memory is that of hours or days, and their cycles are of one container, so the values are not independent.
 */
export function servicesOf(seen: readonly CycleValues[]): Pick<ModuleFigures, "services" | "inPlace"> {
  const groups = [...Map.groupBy(seen, ({ service }) => service)];
  return {
    services: groups.map(([service, all]): ServiceFigureSeries => (
      { service, series: seriesOf(all.filter(({ inPlace }) => !inPlace).map(({ values }) => values)) }
    )),
    inPlace: groups.filter(([, all]) => all.some(({ inPlace }) => inPlace)).map(([service]) => service),
  };
}

/** Makes series from the cycles' values; a cycle may lack a value. */
function seriesOf(cycles: readonly Record<FigureName, number | null>[]): FigureSeries {
  const series = FIGURES.map((name) => [name, cycles.flatMap((cycle) => cycle[name] ?? [])]);
  return Object.fromEntries(series) as FigureSeries;
}

function cycleFigures(seen: ServiceEvidence, minProbes: number): Record<FigureName, number | null> {
  const { probes, memory, cpu } = serviceFigures([seen]);
  return {
    ready_ms: rounded(seen.ready?.afterMs ?? null),
    // With fewer answers than that, it is no p95.
    p95_ms: probes.count - probes.failed < minProbes ? null : rounded(probes.p95Ms),
    mem_peak_mib: memory.peakBytes === null ? null : rounded(memory.peakBytes / MIB),
    cpu_mean_pct: rounded(cpu.meanPct),
    // A service that was killed after its grace period did not stop: that is `slow_stop`.
    stop_ms: seen.stop === null || seen.stop.killed || !seen.stop.verified ? null : rounded(seen.stop.durationMs),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
