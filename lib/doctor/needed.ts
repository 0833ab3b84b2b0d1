/** The services that a run brings up, and how many of them at once. Pure. */

import type { ServiceSpec } from "../engine/engine.ts";
import type { ModuleMap } from "../model/module.ts";
import type { Plan } from "../model/plan.ts";
import { closure, dependencyGraph } from "../plan/graph.ts";
import { coreModules } from "../plan/plan.ts";
import { needsOf } from "../run/needs.ts";

export interface Basis {
  modules: ModuleMap;
  plan: Plan;
  services: ReadonlyMap<string, ServiceSpec>;
}

/** Services that these modules of the plan need, those of its core included only if the modules are of the core. */
export function servicesOf({ modules, plan, services }: Basis, names: Iterable<string>): Set<string> {
  const planned = { engine: { services }, modules, plan };
  return new Set([...names].flatMap((module) => [...needsOf(planned, module)]));
}

/** All services that the run brings up. */
export function neededServices(basis: Basis): Set<string> {
  return servicesOf(basis, basis.plan.steps.map(({ module }) => module));
}

/** Services without which no run begins. `foundation`: modules of the core. */
export function coreServices(basis: Basis, foundation: readonly string[]): Set<string> {
  return servicesOf(basis, basis.plan.steps.map(({ module }) => module).filter((name) => foundation.includes(name)));
}

/** The largest sum of memory limits, in bytes, of what is up at once, and the services up then that have no limit. */
export function memoryAtOnce(basis: Basis, jobs: number): { bytes: number; unlimited: string[] } {
  const { modules, plan, services } = basis;
  const limitOf = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => sum + (services.get(name)?.memLimitBytes ?? 0), 0);
  const core = servicesOf(basis, coreModules(plan));
  const graph = dependencyGraph(modules);
  const inCore = new Set(coreModules(plan));
  const each = plan.steps.filter(({ core, tested }) => tested && !core).map(({ module }) =>
    servicesOf(basis, [...closure(graph, [module])].filter((name) => !inCore.has(name)))
  ).sort((a, b) => limitOf(b) - limitOf(a));
  const up = each.slice(0, jobs).reduce((sum, more) => sum.union(more), core);
  return {
    bytes: limitOf(up),
    unlimited: [...up].filter((name) => (services.get(name)?.memLimitBytes ?? null) === null),
  };
}
