import { assertEquals } from "@std/assert";
import { closure, findCycle, type Graph, startOrder } from "../../lib/plan/graph.ts";
import { assertUsage } from "../fakes/failure.ts";

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
