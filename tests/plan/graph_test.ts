import { assert, assertEquals } from "@std/assert";
import { closure, findCycle, type Graph, startOrder } from "../../lib/plan/graph.ts";
import { assertUsage } from "../fakes/failure.ts";
import { random } from "../fakes/random.ts";

function graph(needs: Record<string, string[]>): Graph {
  return new Map(Object.entries(needs));
}

const DIAMOND = graph({ d: ["b", "c"], a: [], c: ["a"], b: ["a"], e: [] });

Deno.test("closure() takes in near and far dependencies, each once", () => {
  assertEquals(closure(DIAMOND, ["d"]), new Set(["d", "b", "c", "a"]));
  assertEquals(closure(DIAMOND, ["e"]), new Set(["e"]));
  assertEquals(closure(DIAMOND, []), new Set());
});

Deno.test("closure() ends on a cycle", () => {
  assertEquals(closure(graph({ a: ["b"], b: ["a"] }), ["b"]), new Set(["b", "a"]));
});

const ORDERS: [string, Graph, string[]][] = [
  ["nothing", graph({}), []],
  ["ties in the order of the map", graph({ z: [], a: [], m: [] }), ["z", "a", "m"]],
  ["dependencies first", graph({ c: ["b"], b: ["a"], a: [] }), ["a", "b", "c"]],
  ["a diamond, ties in the order of the map", DIAMOND, ["a", "c", "b", "d", "e"]],
  ["an earlier name as soon as it can start", graph({ b: ["z"], z: [], c: [] }), ["z", "b", "c"]],
  ["names that objects inherit", graph({ toString: ["constructor"], constructor: [] }), ["constructor", "toString"]],
];
for (const [what, needs, order] of ORDERS) {
  Deno.test(`startOrder() gives ${what}`, () => assertEquals(startOrder(needs), order));
}

Deno.test("startOrder() copes with a chain of 2000", () => {
  const names = Array.from({ length: 2000 }, (_, index) => `m${index}`);
  const chain = new Map(names.map((name, index) => [name, names.slice(index + 1, index + 2)]));
  assertEquals(startOrder(chain), names.toReversed());
});

const CYCLES: [string, Graph, string[]][] = [
  ["a module that needs itself", graph({ a: ["a"] }), ["a", "a"]],
  ["two that need each other", graph({ a: ["b"], b: ["a"] }), ["a", "b", "a"]],
  ["three, from the first in the order of the map", graph({ b: ["c"], a: ["b"], c: ["a"] }), ["b", "c", "a", "b"]],
  ["only the cycle, not what waits for it", graph({ x: ["a"], a: ["b"], b: ["a"], y: [] }), ["a", "b", "a"]],
  ["a cycle met in its middle, from its first name", graph({ x: ["b"], a: ["b"], b: ["a"] }), ["a", "b", "a"]],
  ["the cycle behind a dependency that can start", graph({ ok: [], a: ["ok", "b"], b: ["ok", "a"] }), ["a", "b", "a"]],
];
for (const [what, needs, cycle] of CYCLES) {
  Deno.test(`findCycle() names ${what}`, () => assertEquals(findCycle(needs), cycle));
}

Deno.test("findCycle() is undefined where there is none", () => assertEquals(findCycle(DIAMOND), undefined));

Deno.test("startOrder() names the whole cycle", async () => {
  await assertUsage(
    () => startOrder(graph({ a: ["b"], b: ["c"], c: ["a"] })),
    "Cannot order modules: a → b → c → a",
    "Each of these waits for the next: remove one of the dependencies",
  );
});

Deno.test("closure() and startOrder() name the nearest of an unknown dependency", async () => {
  const broken = graph({ cache: [], web: ["chache"] });
  const what = 'Module "web" depends on "chache", which is not in the module map';
  const next = 'Did you mean "cache"? Modules: cache, web';
  await assertUsage(() => closure(broken, ["web"]), what, next);
  await assertUsage(() => startOrder(broken), what, next);
});

Deno.test("closure() refuses an unknown name", async () => {
  await assertUsage(() => closure(DIAMOND, ["q"]), 'Unknown module "q"', "Modules: d, a, c, b, e");
});

/** As startOrder() is defined: step by step, the first of the graph that could come next. */
function naiveOrder(graph: Graph): string[] {
  const order: string[] = [];
  const isReady = (name: string) =>
    !order.includes(name) && graph.get(name)?.every((dependency) => order.includes(dependency));
  const next = () => [...graph.keys()].find(isReady);
  for (let name = next(); name !== undefined; name = next()) order.push(name);
  return order;
}

/** With `count` names, of which each pair is tied with the given chance, along a random order that is not the graph's. */
function randomGraph(seed: number, count: number, chance: number): Graph {
  const next = random(seed);
  const ranks = Array.from({ length: count }, () => next());
  const names = ranks.map((_, index) => `m${index}`);
  return new Map(
    names.map((name, index) => [
      name,
      names.filter((_, other) => (ranks[other] ?? 0) < (ranks[index] ?? 0) && next() < chance),
    ]),
  );
}

Deno.test("startOrder() is the same as step by step, on random graphs", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const needs = randomGraph(seed, seed % 30, [0, 0.05, 0.2, 0.6][seed % 4] ?? 0);
    assertEquals(startOrder(needs), naiveOrder(needs), `seed ${seed}`);
  }
});

Deno.test("findCycle() finds a cycle exactly where step by step gets stuck, on random graphs", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const next = random(seed);
    const names = Array.from({ length: 12 }, (_, index) => `m${index}`);
    const needs = new Map(names.map((name) => [name, names.filter(() => next() < 0.09)]));
    const cycle = findCycle(needs);
    assertEquals(cycle === undefined, naiveOrder(needs).length === names.length, `seed ${seed}`);
    const steps = cycle?.slice(1).map((name, index) => needs.get(cycle[index] ?? "")?.includes(name)) ?? [];
    assertEquals([steps.every((isEdge) => isEdge), cycle?.at(0)], [true, cycle?.at(-1)], `seed ${seed}: ${cycle}`);
  }
});

/** Counts how often something is asked of it. */
class CountingMap extends Map<string, readonly string[]> {
  reads = 0;

  override get(name: string): readonly string[] | undefined {
    this.reads++;
    return super.get(name);
  }

  override has(name: string): boolean {
    this.reads++;
    return super.has(name);
  }

  override *[Symbol.iterator](): MapIterator<[string, readonly string[]]> {
    for (const entry of super.entries()) {
      this.reads++;
      yield entry;
    }
  }
}

const SHAPES: Record<string, (names: readonly string[], index: number) => string[]> = {
  "a chain against the order of the map": (names, index) => names.slice(index + 1, index + 2),
  "all on one": (names, index) => index === 0 ? [] : names.slice(0, 1),
  "nothing on anything": () => [],
  "each on ten": (names, index) => names.slice(Math.max(0, index - 10), index),
};
for (const [what, needs] of Object.entries(SHAPES)) {
  Deno.test(`startOrder() and closure() ask twice as much of twice as many names: ${what}`, () => {
    const readsOf = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `m${index}`);
      const graph = new CountingMap(names.map((name, index) => [name, needs(names, index)]));
      graph.reads = 0;
      startOrder(graph);
      closure(graph, names);
      return graph.reads;
    };
    const [half, whole] = [readsOf(500), readsOf(1000)];
    assert(half > 0 && whole / half <= 2.1, `${half} reads of 500 names, ${whole} of 1000`);
  });
}
