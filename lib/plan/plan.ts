/**
 * Makes the steps of a run, in the order in which they start, from the module map and the selection. Pure: the same
 * input always gives the same plan.
 */

import { usageFailure } from "../model/failure.ts";
import type { Core, ModuleMap } from "../model/module.ts";
import type { Plan } from "../model/plan.ts";
import { closure, dependencyGraph, directDependants, type Graph, startOrder } from "./graph.ts";
import { nameHint } from "../text/nearest.ts";
import { shown } from "../text/shown.ts";

/** What a plan is made from. */
export interface Planned {
  modules: ModuleMap;
  core: Core;
}

/**
 * The selected modules (undefined: all of the map but the core's own), what they depend on, and the core of the mode, in
 * start order. Core steps come first; they never depend on others, since what a core module needs is core too. Usage
 * Failure on an unknown module or dependency, and on a dependency cycle.
 */
export function makePlan(
  { core: { modes, modules: foundation }, modules: map }: Planned,
  selected: readonly string[] | undefined,
  mode: string,
): Plan {
  const tested = new Set(selected ?? [...map.keys()].filter((name) => !foundation.includes(name)));
  checkSelected(map, tested);
  const core = coreOf(map, modes.get(mode) ?? []);
  const graph = dependencyGraph(map);
  const planned = closure(graph, [...core, ...tested]);
  const canonical = [...map.keys()].filter((name) => planned.has(name));
  const coreFirst = [...canonical.filter((name) => core.has(name)), ...canonical.filter((name) => !core.has(name))];
  const order = startOrder(new Map(coreFirst.map((name) => [name, graph.get(name) ?? []])));
  const dependants = directDependants(graph, order);
  const kept = keptOf(graph, core, tested);
  return {
    steps: order.map((module) => ({
      module,
      tested: tested.has(module),
      core: core.has(module),
      kept: kept.has(module),
      neededBy: dependants.get(module) ?? [],
    })),
  };
}

/** The core's modules, in start order. */
export function coreModules({ steps }: Plan): string[] {
  return steps.filter(({ core }) => core).map(({ module }) => module);
}

/** The core's modules that stay up from the first cycle to the last one, in start order. */
export function keptModules({ steps }: Plan): string[] {
  return steps.filter(({ kept }) => kept).map(({ module }) => module);
}

/**
 * A module of the core stays up for the whole run if it is neither selected nor depends, directly or not, on a selected
 * one; otherwise it goes up and down in every cycle, first up and last down.
 */
function keptOf(graph: Graph, core: ReadonlySet<string>, tested: ReadonlySet<string>): Set<string> {
  return new Set([...core].filter((name) => closure(graph, [name]).isDisjointFrom(tested)));
}

/** Whether `--keep-core` leaves it up after the last cycle. */
export function staysUp(
  module: string,
  { foundation, keepCore }: { foundation: readonly string[]; keepCore: boolean },
): boolean {
  return keepCore && foundation.includes(module);
}

/**
 * The modules that a mode keeps up around all others, and all that they depend on; modules that the map lacks are left
 * out.
 */
export function coreOf(map: ModuleMap, ofMode: readonly string[]): Set<string> {
  return closure(dependencyGraph(map), ofMode.filter((name) => map.has(name)));
}

/** Usage Failure on the first name that is not in the map; it suggests the nearest name and lists all. */
export function checkSelected(map: ModuleMap, names: Iterable<string>): void {
  for (const name of names) {
    if (map.has(name)) continue;
    throw usageFailure(`Unknown module ${shown(name)}`, nameHint(name, map.keys(), "Modules"));
  }
}
