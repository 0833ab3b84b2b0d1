import { assert, assertEquals } from "@std/assert";
import {
  criticalPath,
  pathGraph,
  type PathStep,
  type PhaseTimes,
  unavoidableMs,
} from "../../lib/figures/critical_path.ts";
import { cpuMs } from "../fakes/cpu.ts";
import { random } from "../fakes/random.ts";

type Needs = Record<string, string[]>;

function pathOf(dependsOn: Needs, times: Record<string, PhaseTimes>, core: string[] = []): [number, string] {
  const { criticalMs, steps } = criticalPath(pathGraph(dependsOn, core), new Map(Object.entries(times)));
  assertEquals(
    steps.reduce((total, { durationMs }) => total + durationMs, 0),
    criticalMs,
    "the path is as long as its steps",
  );
  return [criticalMs, steps.map(worded).join(" ")];
}

function worded({ module, phase, durationMs }: PathStep): string {
  return `${module}:${phase}:${durationMs}`;
}

/** Up in `up`, worked on for `work`, down in `down`. */
function times(up: number, work: number, down: number): PhaseTimes {
  return { start: up, tests: work, stop: down };
}

const CASES: {
  name: string;
  needs: Needs;
  times: Record<string, PhaseTimes>;
  core?: string[];
  path: [number, string];
}[] = [
  { name: "nothing of nothing", needs: {}, times: {}, path: [0, ""] },
  { name: "nothing where no phase was seen", needs: { a: [], b: ["a"] }, times: {}, path: [0, ""] },
  {
    name: "the phases of one module, the longer of probes and tests",
    needs: { a: [] },
    times: { a: { start: 1, ready: 2, probes: 3, tests: 4, soak: 5, stop: 6 } },
    path: [18, "a:start:1 a:ready:2 a:tests:4 a:soak:5 a:stop:6"],
  },
  {
    name: "without waiting and the harness's own",
    needs: { a: [] },
    times: { a: { slot: 100, dependencies: 100, start: 1, probes: 9, tests: 4, look: 100 } },
    path: [10, "a:start:1 a:probes:9"],
  },
  {
    name: "a dependant that starts while its dependency is tested",
    needs: { a: [], b: ["a"] },
    times: { a: times(1, 50, 2), b: times(3, 20, 4) },
    path: [53, "a:start:1 a:tests:50 a:stop:2"],
  },
  {
    name: "a dependency that is stopped after its dependant",
    needs: { a: [], b: ["a"] },
    times: { a: times(1, 10, 2), b: times(3, 20, 4) },
    path: [30, "a:start:1 b:start:3 b:tests:20 b:stop:4 a:stop:2"],
  },
  {
    name: "the longer side of a rhombus",
    needs: { a: [], left: ["a"], right: ["a"], top: ["left", "right"] },
    times: { a: times(1, 0, 1), left: times(2, 0, 9), right: times(5, 0, 1), top: times(1, 10, 1) },
    path: [28, "a:start:1 right:start:5 top:start:1 top:tests:10 top:stop:1 left:stop:9 a:stop:1"],
  },
  {
    name: "through a module of which nothing was seen",
    needs: { a: [], b: ["a"], c: ["b"] },
    times: { a: times(1, 1, 1), c: times(1, 10, 1) },
    path: [14, "a:start:1 c:start:1 c:tests:10 c:stop:1 a:stop:1"],
  },
  {
    name: "the core first and last, also for what does not depend on it",
    needs: { a: [], base: [], extra: ["base"] },
    core: ["base", "extra"],
    times: { a: times(1, 10, 1), base: times(5, 0, 2), extra: times(6, 0, 3) },
    path: [28, "base:start:5 extra:start:6 a:start:1 a:tests:10 a:stop:1 extra:stop:3 base:stop:2"],
  },
  {
    name: "a core that is kept, tested longer than the others",
    needs: { base: [], a: ["base"] },
    core: ["base"],
    times: { base: { start: 5, tests: 50 }, a: times(1, 10, 1) },
    path: [55, "base:start:5 base:tests:50"],
  },
  {
    name: "the first in the order where two are as long",
    needs: { a: [], b: [] },
    times: { a: times(1, 2, 3), b: times(1, 2, 3) },
    path: [6, "a:start:1 a:tests:2 a:stop:3"],
  },
  {
    name: "something of a circle and of a dependency that is nowhere",
    needs: { a: ["b", "nowhere"], b: ["a"], c: [] },
    times: { a: times(1, 1, 1), b: times(1, 9, 1), c: times(1, 2, 1) },
    path: [13, "a:start:1 b:start:1 b:tests:9 b:stop:1 a:stop:1"],
  },
  {
    name: "no concern of the order in which modules are named",
    needs: { c: ["b"], b: ["a"], a: [] },
    times: { a: times(1, 0, 1), b: times(1, 0, 1), c: times(1, 5, 1) },
    path: [11, "a:start:1 b:start:1 c:start:1 c:tests:5 c:stop:1 b:stop:1 a:stop:1"],
  },
];

for (const { name, needs, times, core, path } of CASES) {
  Deno.test(`criticalPath() is ${name}`, () => assertEquals(pathOf(needs, times, core), path));
}

Deno.test("unavoidableMs() counts probes and tests once, and no waiting", () => {
  assertEquals(unavoidableMs({}), 0);
  assertEquals(unavoidableMs({ slot: 64, dependencies: 32, look: 16, start: 1, ready: 2, probes: 4, tests: 3 }), 7);
  assertEquals(unavoidableMs({ soak: 10, stop: 5, tests: 1 }), 16);
});

Deno.test("pathGraph() takes a core that is not among the modules for none", () => {
  assertEquals(pathOf({ a: [] }, { a: times(1, 2, 3) }, ["base"]), pathOf({ a: [] }, { a: times(1, 2, 3) }));
});

/** Modules in a random acyclic graph, with times of whole milliseconds. */
function randomCycle(seed: number, size: number): { needs: Needs; times: Record<string, PhaseTimes> } {
  const next = random(seed);
  const names = Array.from({ length: size }, (_, i) => `m${i}`);
  const needs = names.map((name, i) => [name, names.slice(0, i).filter(() => next() < 3 / size)] as const);
  const ms = () => Math.floor(next() * 100);
  const taken = names.map((name) =>
    [name, { start: ms(), ready: ms(), probes: ms(), tests: ms(), stop: ms() }] as const
  );
  return { needs: Object.fromEntries(needs), times: Object.fromEntries(taken) };
}

/** The definition, word by word: when each module is ready, and when it has stopped. */
function bruteForce(needs: Needs, times: Record<string, PhaseTimes>): number {
  const ms = (name: string, ...phases: (keyof PhaseTimes)[]) =>
    phases.reduce((total, phase) => total + (times[name]?.[phase] ?? 0), 0);
  const ready = (name: string): number => Math.max(0, ...(needs[name] ?? []).map(ready)) + ms(name, "start", "ready");
  const done = (name: string) => ready(name) + Math.max(ms(name, "probes"), ms(name, "tests")) + ms(name, "soak");
  const dependants = (name: string) => Object.keys(needs).filter((other) => needs[other]?.includes(name));
  const stopped = (name: string): number => Math.max(done(name), ...dependants(name).map(stopped)) + ms(name, "stop");
  return Math.max(...Object.keys(needs).map(stopped));
}

Deno.test("criticalPath() is what the definition gives, word by word", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { needs, times } = randomCycle(seed, 9);
    assertEquals(pathOf(needs, times)[0], bruteForce(needs, times), `seed ${seed}`);
  }
});

Deno.test("criticalPath() is between the longest module and the sum, and is both where they are the same", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { needs, times } = randomCycle(seed, 12);
    const [criticalMs] = pathOf(needs, times, seed % 2 === 0 ? ["m0"] : []);
    const each = Object.values(times).map(unavoidableMs);
    assert(criticalMs >= Math.max(...each) && criticalMs <= each.reduce((a, b) => a + b), `seed ${seed}`);
    const alone = Object.fromEntries(Object.keys(times).map((name): [string, string[]] => [name, []]));
    assertEquals(pathOf(alone, times)[0], Math.max(...each), `seed ${seed}: nothing waits for anything`);
  }
});

Deno.test("criticalPath() of a hundred cycles of two hundred modules takes no time", () => {
  const { needs, times } = randomCycle(7, 200);
  const graph = pathGraph(needs, ["m0"]);
  const cost = cpuMs(() => {
    for (let cycle = 0; cycle < 100; cycle++) criticalPath(graph, new Map(Object.entries(times)));
  });
  assert(cost < 1500, `${cost} ms`);
});

Deno.test("criticalPath() of a chain of ten thousand modules does not overflow", () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `m${i}`);
  const needs = Object.fromEntries(
    names.map((name, i): [string, string[]] => [name, names.slice(Math.max(0, i - 1), i)]),
  );
  const [criticalMs] = pathOf(needs, Object.fromEntries(names.map((name) => [name, times(1, 0, 1)])));
  assertEquals(criticalMs, 20_000);
});
