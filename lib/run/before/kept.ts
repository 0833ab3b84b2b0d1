/** Which modules stay up over the cycles, given what the engine itself starts for a service. Pure. */

import { serviceClosure } from "../../engine/closure.ts";
import type { ServiceSpec } from "../../engine/engine.ts";
import type { ModuleMap } from "../../model/module.ts";
import type { Plan } from "../../model/plan.ts";
import { closure, dependencyGraph } from "../../plan/graph.ts";

/**
 * The plan, changed by the project's own dependencies: if the engine starts a service of a selected module for a module
 * of the core (Compose: `depends_on`), the core module needs the selected one, and does not stay up over the cycles
 * either.
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
