/**
 * Dependencies as a graph: what a set of modules needs, and in which order it starts. Pure; knows names only. The order
 * of the map is the canonical one and breaks every tie, so that the same input always gives the same order.
 */

import { usageFailure } from "../model/failure.ts";
import type { ModuleMap } from "../model/module.ts";
import { nameHint } from "./nearest.ts";
import { shown } from "./shown.ts";

/** Name → names that it depends on, in canonical order. */
export type Graph = ReadonlyMap<string, readonly string[]>;

export function dependencyGraph(map: ModuleMap): Graph {
  return new Map([...map].map(([name, spec]) => [name, spec.dependsOn]));
}

/** The names and everything they depend on, near or far. A cycle is no obstacle. Usage Failure on an unknown name. */
export function closure(graph: Graph, names: Iterable<string>): Set<string> {
  const found = new Set(names);
  // A set hands out what is added to it while it is being walked.
  for (const name of found) {
    for (const dependency of needsOf(graph, name)) found.add(dependency);
  }
  return found;
}

/**
 * Every name after all that it depends on; of several that could come next, the first of the graph. Usage Failure on a
 * dependency that is not in the graph, and on a cycle, whose whole path it names.
 */
export function startOrder(graph: Graph): string[] {
  const cycle = findCycle(graph);
  if (cycle !== undefined) throw cycleFailure(cycle);
  return orderUntilStuck(graph);
}

/**
 * A cycle as a path that ends where it began, `[a, b, c, a]`, from its first name in canonical order; undefined where
 * there is none. Usage Failure on a dependency that is not in the graph.
 */
export function findCycle(graph: Graph): string[] | undefined {
  for (const name of graph.keys()) needsOf(graph, name);
  const started = new Set(orderUntilStuck(graph));
  const stuck = [...graph.keys()].filter((name) => !started.has(name));
  const [first] = stuck;
  if (first === undefined) return undefined;
  const path: string[] = [];
  // Whatever is stuck waits for something stuck, so that following the first of these must come round.
  let name: string | undefined = first;
  while (name !== undefined && !path.includes(name)) {
    path.push(name);
    name = needsOf(graph, name).find((dependency) => !started.has(dependency));
  }
  if (name === undefined) throw new Error(`nothing holds up ${path.at(-1)}`);
  return rotated(path.slice(path.indexOf(name)), stuck);
}

function orderUntilStuck(graph: Graph): string[] {
  const order = new Set<string>();
  const ready = ([name, needs]: [string, readonly string[]]) =>
    !order.has(name) && needs.every((dependency) => order.has(dependency));
  for (let next = [...graph].find(ready); next !== undefined; next = [...graph].find(ready)) order.add(next[0]);
  return [...order];
}

/** The same cycle, begun at its first name in canonical order and closed. */
function rotated(cycle: readonly string[], canonical: readonly string[]): string[] {
  const begin = canonical.find((name) => cycle.includes(name)) ?? "";
  const at = cycle.indexOf(begin);
  return [...cycle.slice(at), ...cycle.slice(0, at), begin];
}

function needsOf(graph: Graph, name: string): readonly string[] {
  const needs = graph.get(name);
  if (needs === undefined) throw usageFailure(`Unknown module ${shown(name)}`, moduleHint(name, graph));
  const missing = needs.find((dependency) => !graph.has(dependency));
  if (missing === undefined) return needs;
  const what = `Module "${name}" depends on ${shown(missing)}, which is not in the module map`;
  throw usageFailure(what, moduleHint(missing, graph));
}

function moduleHint(name: string, graph: Graph): string {
  return nameHint(name, graph.keys(), "Modules");
}

function cycleFailure(cycle: readonly string[]) {
  return usageFailure(
    `Cannot order modules: ${cycle.join(" → ")}`,
    "Each of these waits for the next: remove one of the dependencies",
  );
}
