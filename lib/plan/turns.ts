/** The order in which modules get their turn: each right after the modules that are brought up for it alone. Pure. */

import type { Plan } from "../model/plan.ts";
import type { Graph } from "./graph.ts";
import { closure } from "./graph.ts";

/**
 * Every module of the plan but the core, after all that it depends on. A module that is not tested comes right before
 * the first one that needs it, so that it is not up for nothing if modules are tested one by one.
 */
export function turnsOf({ steps }: Plan, graph: Graph): string[] {
  const turns = new Set<string>();
  for (const { module } of steps.filter(({ core, tested }) => tested && !core)) {
    const needed = closure(graph, [module]);
    for (const step of steps) if (!step.core && needed.has(step.module)) turns.add(step.module);
  }
  return [...turns];
}
