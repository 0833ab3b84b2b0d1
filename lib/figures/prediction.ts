/**
 * How long a run would take by the times of an earlier one: the sum of its work, and its critical path. Pure. Modules
 * that the earlier run did not see are left out and named; the figures are of the rest alone.
 */

import {
  criticalPath,
  type PathGraph,
  pathGraph,
  type PathStep,
  type PhaseTimes,
  unavoidableMs,
} from "./critical_path.ts";
import { sum } from "./stats.ts";
import type { ModuleTiming } from "./timing.ts";

export interface PlannedModule {
  name: string;
  dependsOn: readonly string[];
  tested: boolean;
  /** Whether it is first up in a cycle and last down. */
  core: boolean;
  /** Whether it is started in the first cycle alone, and stopped after the last one. */
  kept: boolean;
  /** Whether it is still up after the run. */
  staysUp: boolean;
}

export interface PlannedRun {
  modules: readonly PlannedModule[];
  cycles: number;
  soakMs: number;
}

export interface Prediction {
  /** Over all cycles; null if the record has none of the modules. */
  sumMs: number | null;
  criticalMs: number | null;
  /** The path of the first cycle, in which all modules are brought up. */
  path: PathStep[];
  /** Modules that the record has nothing about. */
  unknown: string[];
  /** Modules to be tested that the record has only without probes and tests. */
  untested: string[];
}

export function predict(planned: PlannedRun, recorded: readonly ModuleTiming[]): Prediction {
  const known = new Map(recorded.map((timing) => [timing.name, timing]));
  const unknown = planned.modules.map(({ name }) => name).filter((name) => !known.has(name));
  const untested = planned.modules.filter(({ name, tested }) => tested && known.get(name)?.tested === false);
  const dependsOn = Object.fromEntries(planned.modules.map((module) => [module.name, module.dependsOn]));
  const graph = pathGraph(dependsOn, planned.modules.filter(({ core }) => core).map(({ name }) => name));
  const kinds = kindsOfCycles(planned.cycles).map(({ many, ...kind }) => {
    const times = planned.modules.flatMap((module): [string, PhaseTimes][] => {
      const timing = known.get(module.name);
      return timing === undefined ? [] : [[module.name, expected(timing, module, planned, kind)]];
    });
    return { many, ...cycleFigures(graph, new Map(times)) };
  });
  const some = unknown.length < planned.modules.length;
  return {
    sumMs: some ? sum(kinds.map(({ many, sumMs }) => many * sumMs)) : null,
    criticalMs: some ? sum(kinds.map(({ many, criticalMs }) => many * criticalMs)) : null,
    path: kinds.slice(0, 1).flatMap(({ steps }) => steps),
    unknown,
    untested: untested.map(({ name }) => name),
  };
}

interface KindOfCycle {
  first: boolean;
  last: boolean;
}

/** Modules that are kept up start in the first cycle and stop in the last one: all other cycles are alike. */
function kindsOfCycles(cycles: number): (KindOfCycle & { many: number })[] {
  if (cycles === 1) return [{ first: true, last: true, many: 1 }];
  return [
    { first: true, last: false, many: 1 },
    { first: false, last: false, many: cycles - 2 },
    { first: false, last: true, many: 1 },
  ];
}

function cycleFigures(graph: PathGraph, times: ReadonlyMap<string, PhaseTimes>) {
  return { sumMs: sum([...times.values()].map(unavoidableMs)), ...criticalPath(graph, times) };
}

/** Medians of the record for the phases that the module will have in such a cycle; the soak is the plan's. */
function expected(
  { core, medianMs, totalMs }: ModuleTiming,
  module: PlannedModule,
  { soakMs }: PlannedRun,
  { first, last }: KindOfCycle,
): PhaseTimes {
  const { probes = 0, tests = 0, ready = 0 } = medianMs;
  // A core that stayed up was started and stopped once in its run, whatever the number of its cycles.
  const { start = 0, stop = 0 } = core ? totalMs : medianMs;
  return {
    start: module.kept && !first ? 0 : start,
    ready,
    ...(module.tested ? { probes, tests, soak: soakMs } : {}),
    stop: (last ? module.staysUp : module.kept) ? 0 : stop,
  };
}
