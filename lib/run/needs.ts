/**
 * What the engine starts for a module: its own services, and those that they need by the project's `depends_on`.
 * Services that a module it depends on, or the core, brings up are handled there.
 */

import { closureOfStarts, serviceClosure } from "../engine/closure.ts";
import type { Engine } from "../engine/engine.ts";
import type { ModuleMap } from "../model/module.ts";
import type { Plan } from "../model/plan.ts";
import { closure, dependencyGraph } from "../plan/graph.ts";
import { coreModules } from "../plan/plan.ts";

export interface Planned {
  engine: Pick<Engine, "services">;
  modules: ModuleMap;
  plan: Plan;
}

/** All services without which the module cannot be started, except those of its dependencies and of the core. */
export function needsOf({ engine, modules, plan }: Planned, module: string): Set<string> {
  const core = coreModules(plan);
  const before = closure(dependencyGraph(modules), core.includes(module) ? [module] : [module, ...core]);
  before.delete(module);
  const theirs = closureOfStarts(engine.services, [...before].map((name) => servicesOf(modules, name)));
  const own = new Set(servicesOf(modules, module));
  return serviceClosure(engine.services, own).difference(theirs).union(own);
}

/**
 * Services that are watched and judged with this module, beside its own. This includes a service of another module of
 * the plan, if only Compose knows that this module needs it: the other module's window may be over by then.
 */
export function helpersOf({ engine, modules, plan }: Planned, module: string): string[] {
  const own = new Set(servicesOf(modules, module));
  return [...needsOf({ engine, modules, plan }, module).difference(own)]
    .filter((name) => engine.services.get(name)?.replicas !== 0);
}

function servicesOf(modules: ModuleMap, module: string): readonly string[] {
  return modules.get(module)?.services ?? [];
}
