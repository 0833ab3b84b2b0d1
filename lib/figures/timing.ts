/**
 * Where the time of a run went: the phases of each module; for each cycle, how long the work takes one after the other,
 * and its critical path; and the rest of the whole, which is the harness's own. Also works for a prefix of a journal,
 * as far as that goes.
 */

import { type Phase, PHASES, type RunStarted } from "../model/evidence.ts";
import type { CycleEvidence, ModuleEvidence, RunEvidence } from "../model/record.ts";
import {
  criticalPath,
  type PathGraph,
  pathGraph,
  type PathStep,
  type PhaseTimes,
  unavoidableMs,
} from "./critical_path.ts";
import { median, sum } from "./stats.ts";

export interface RunTiming {
  wallMs: number;
  /** Modules at the same time; null if the journal does not say. */
  jobs: number | null;
  /** The work of all modules, one after the other: start, ready, the longer of probes and tests, soak, stop. */
  sumMs: number | null;
  /** How long the work takes if everything that may be done at once is; null if the dependencies are not known. */
  criticalMs: number | null;
  /** The whole without the work that the jobs could not do at once; null if the run did not finish. */
  ownMs: number | null;
  ownPct: number | null;
  cycles: CycleTiming[];
  /** In the order of the plan, with those that were only brought up for others. */
  modules: ModuleTiming[];
}

export interface CycleTiming {
  cycle: number;
  sumMs: number;
  criticalMs: number | null;
  path: PathStep[];
}

export interface ModuleTiming {
  name: string;
  tested: boolean;
  /** Whether it is of the core, and up for the whole run: started and stopped once. */
  core: boolean;
  /** In how many cycles it had any phase. */
  cycles: number;
  /** Over the cycles that have the phase. */
  medianMs: PhaseTimes;
  totalMs: PhaseTimes;
}

export function runTiming(evidence: RunEvidence): RunTiming {
  const { durationMs: wallMs, run } = evidence;
  const timed = evidence.modules.map((module) => ({ name: module.name, times: timesOf(module) }))
    .filter(({ times }) => times.size > 0);
  const cycles = cycleTimings(run, timed);
  const known = cycles.flatMap(({ criticalMs }) => criticalMs ?? []);
  const jobs = run?.jobs ?? null;
  const sumMs = cycles.length === 0 ? null : sum(cycles.map((cycle) => cycle.sumMs));
  const criticalMs = cycles.length === 0 || known.length < cycles.length ? null : sum(known);
  const ownMs = ownTime(evidence, boundOf(sumMs, criticalMs, jobs));
  return {
    wallMs,
    jobs,
    sumMs,
    criticalMs,
    ownMs,
    ownPct: ownMs === null || wallMs === 0 ? null : ownMs / wallMs * 100,
    cycles,
    modules: inPlanOrder(run, timed).map(({ name, times }) => moduleTiming(run, name, [...times.values()])),
  };
}

/** No run with so many jobs can be shorter; null if nothing was timed. */
function boundOf(sumMs: number | null, criticalMs: number | null, jobs: number | null): number | null {
  if (jobs === null || jobs === 1 || sumMs === null || criticalMs === null) return sumMs;
  return Math.max(criticalMs, sumMs / jobs);
}

/** Phases of one cycle; a phase with several spans is their sum. */
export function phaseTimes({ phases }: Pick<CycleEvidence, "phases">): PhaseTimes {
  const times: Partial<Record<Phase, number>> = {};
  for (const { phase, durationMs } of phases) times[phase] = (times[phase] ?? 0) + durationMs;
  return times;
}

interface Timed {
  name: string;
  /** By cycle, without cycles in which it has no phase. */
  times: ReadonlyMap<number, PhaseTimes>;
}

function timesOf({ cycles }: ModuleEvidence): Map<number, PhaseTimes> {
  return new Map(cycles.filter(({ phases }) => phases.length > 0).map((cycle) => [cycle.cycle, phaseTimes(cycle)]));
}

function cycleTimings(run: RunStarted | null, timed: readonly Timed[]): CycleTiming[] {
  const graph = graphOf(run, timed);
  const cycles = new Map<number, Map<string, PhaseTimes>>();
  for (const { name, times } of timed) {
    for (const [cycle, phases] of times) {
      const modules = cycles.get(cycle) ?? new Map<string, PhaseTimes>();
      cycles.set(cycle, modules.set(name, phases));
    }
  }
  return [...cycles].sort(([a], [b]) => a - b).map(([cycle, modules]) => {
    const path = graph === null ? null : criticalPath(graph, modules);
    return {
      cycle,
      sumMs: sum([...modules.values()].map(unavoidableMs)),
      criticalMs: path?.criticalMs ?? null,
      path: path?.steps ?? [],
    };
  });
}

/** null if nothing says what was run. */
function graphOf(run: RunStarted | null, timed: readonly Timed[]): PathGraph | null {
  if (run === null) return null;
  const known = new Set(Object.keys(run.dependsOn));
  const strangers = timed.filter(({ name }) => !known.has(name)).map(({ name }): [string, string[]] => [name, []]);
  return pathGraph({ ...run.dependsOn, ...Object.fromEntries(strangers) }, run.core);
}

/** null for a resumed run: work that was begun and cut short is in the whole, but not in the work. */
function ownTime(
  { failure, finished, interrupted, durationMs, parts }: RunEvidence,
  workMs: number | null,
): number | null {
  if (workMs === null || !finished || interrupted !== null || failure !== null || parts !== undefined) return null;
  return Math.max(0, durationMs - workMs);
}

function inPlanOrder(run: RunStarted | null, timed: readonly Timed[]): Timed[] {
  const place = new Map(Object.keys(run?.services ?? {}).map((name, index) => [name, index]));
  const placeOf = ({ name }: Timed) => place.get(name) ?? place.size;
  return [...timed].sort((a, b) => placeOf(a) - placeOf(b));
}

function moduleTiming(run: RunStarted | null, name: string, cycles: readonly PhaseTimes[]): ModuleTiming {
  const of = (figure: (values: readonly number[]) => number): PhaseTimes =>
    Object.fromEntries(PHASES.flatMap((phase) => {
      const values = cycles.flatMap((times) => times[phase] ?? []);
      return values.length === 0 ? [] : [[phase, figure(values)]];
    }));
  return {
    name,
    tested: run?.selected.includes(name) ?? false,
    core: run?.kept.includes(name) ?? false,
    cycles: cycles.length,
    medianMs: of((values) => median(values) as number),
    totalMs: of(sum),
  };
}
