/** What stays up over the cycles, by what the engine itself starts for a service. Pure. */

import { serviceClosure } from "../../engine/closure.ts";
import type { ServiceSpec } from "../../engine/engine.ts";
import type { ModuleMap } from "../../model/module.ts";
import type { Plan } from "../../model/plan.ts";
import { closure, dependencyGraph } from "../../plan/graph.ts";

/**
 * The plan as the project's own dependencies leave it: a module of the core for which the engine starts a service of a
 * selected module (Compose: `depends_on`) needs that module, and does not stay up over the cycles either.
 */
export function boundByServices(plan: Plan, modules: ModuleMap, specs: ReadonlyMap<string, ServiceSpec>): Plan {
  const servicesOf = (module: string) => modules.get(module)?.services ?? [];
  const selected = new Set(plan.steps.flatMap(({ module, tested }) => tested ? servicesOf(module) : []));
  const bound = new Set(
    plan.steps.map(({ module }) => module)
      .filter((module) => !serviceClosure(specs, servicesOf(module)).isDisjointFrom(selected)),
  );
  const graph = dependencyGraph(modules);
  return {
    steps: plan.steps.map((step) => ({
      ...step,
      kept: step.kept && closure(graph, [step.module]).isDisjointFrom(bound),
    })),
  };
}
