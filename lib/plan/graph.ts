/**
 * Dependencies as a graph: what a set of modules needs, and in which order it starts. Pure; knows names only. The order
 * of the map is the canonical one and breaks every tie, so that the same input always gives the same order.
 */

import { usageFailure } from "../model/failure.ts";
import type { ModuleMap } from "../model/module.ts";
import { nameHint } from "../text/nearest.ts";
import { shown } from "../text/shown.ts";

/** Name → names that it depends on, in canonical order. */
export type Graph = ReadonlyMap<string, readonly string[]>;

export function dependencyGraph(map: ModuleMap): Graph {
  return new Map([...map].map(([name, spec]) => [name, spec.dependsOn]));
}

/** The names and all that they depend on, directly or not. A cycle is allowed. Usage Failure on an unknown name. */
export function closure(graph: Graph, names: Iterable<string>): Set<string> {
  const found = new Set(names);
  // A set also visits what is added to it during the loop.
  for (const name of found) {
    for (const dependency of needsOf(graph, name)) found.add(dependency);
  }
  return found;
}

/**
 * Every name after all that it depends on; if several could come next, the first of the graph. Usage Failure on a
 * dependency that is not in the graph, and on a cycle, whose whole path it names.
 */
export function startOrder(graph: Graph): string[] {
  const order = orderUntilStuck(graph);
  const cycle = cycleBehind(graph, order);
  if (cycle !== undefined) throw cycleFailure(cycle);
  return order;
}

/**
 * A cycle as a path that ends where it began, `[a, b, c, a]`, from its first name in canonical order; undefined if
 * there is none. Usage Failure on a dependency that is not in the graph.
 */
export function findCycle(graph: Graph): string[] | undefined {
  return cycleBehind(graph, orderUntilStuck(graph));
}

/** The cycle that keeps all names that are not in `order` from starting. */
function cycleBehind(graph: Graph, order: readonly string[]): string[] | undefined {
  if (order.length === graph.size) return undefined;
  const started = new Set(order);
  const stuck = [...graph.keys()].filter((name) => !started.has(name));
  const path = new Set<string>();
  // Every stuck name waits for a stuck name, so following the first of these must return to a name on the path.
  let name = stuck[0];
  while (name !== undefined && !path.has(name)) {
    path.add(name);
    name = needsOf(graph, name).find((dependency) => !started.has(dependency));
  }
  if (name === undefined) throw new Error(`nothing holds up ${[...path].at(-1)}`);
  const names = [...path];
  return rotated(names.slice(names.indexOf(name)), stuck);
}

/** Each edge is visited once from either end, so the work grows no faster than the names and edges. */
function orderUntilStuck(graph: Graph): string[] {
  const names = [...graph.keys()];
  const at = new Map(names.map((name, index) => [name, index]));
  const missing = new Uint32Array(names.length);
  const dependants: number[][] = names.map(() => []);
  for (const [index, name] of names.entries()) {
    const needs = graph.get(name) ?? [];
    missing[index] = needs.length;
    for (const dependency of needs) {
      const place = at.get(dependency);
      if (place === undefined) needsOf(graph, name);
      else dependants[place]?.push(index);
    }
  }
  const order: string[] = [];
  const ready = new Ready(names.flatMap((_, index) => missing[index] === 0 ? [index] : []));
  for (let next = ready.take(); next !== undefined; next = ready.take()) {
    order.push(names[next] ?? "");
    for (const index of dependants[next] ?? []) if (--(missing[index] as number) === 0) ready.add(index);
  }
  return order;
}

/** Places in the graph that could come next; `take` returns the first of them. */
class Ready {
  /** Descending, so that the first is at the cheap end. */
  readonly #places: number[];

  constructor(ascending: readonly number[]) {
    this.#places = ascending.toReversed();
  }

  take(): number | undefined {
    return this.#places.pop();
  }

  add(place: number): void {
    let low = 0;
    for (let high = this.#places.length; low < high;) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle] ?? 0) > place) low = middle + 1;
      else high = middle;
    }
    this.#places.splice(low, 0, place);
  }
}

/** The same cycle, begun at its first name in canonical order and closed. */
function rotated(cycle: readonly string[], canonical: readonly string[]): string[] {
  const members = new Set(cycle);
  const begin = canonical.find((name) => members.has(name)) ?? "";
  const at = cycle.indexOf(begin);
  return [...cycle.slice(at), ...cycle.slice(0, at), begin];
}

/** Name → the names that depend on it directly, in the order of `names`. */
export function directDependants(graph: Graph, names: readonly string[]): Map<string, string[]> {
  const found = new Map(names.map((name): [string, string[]] => [name, []]));
  for (const name of names) {
    for (const dependency of graph.get(name) ?? []) {
      const dependants = found.get(dependency);
      // A dependency that is named twice counts once.
      if (dependants?.at(-1) !== name) dependants?.push(name);
    }
  }
  return found;
}

/** Usage Failure if the name, or one that it depends on, is not in the graph. */
function needsOf(graph: Graph, name: string): readonly string[] {
  const needs = graph.get(name);
  if (needs === undefined) throw usageFailure(`Unknown module ${shown(name)}`, moduleHint(name, graph));
  const missing = needs.find((dependency) => !graph.has(dependency));
  if (missing === undefined) return needs;
  const what = `Module ${shown(name)} depends on ${shown(missing)}, which is not in the module map`;
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
