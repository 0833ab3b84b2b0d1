import { assert, assertEquals } from "@std/assert";
import {
  cpuOverTime,
  failuresOverTime,
  latencyOverTime,
  memoryOverTime,
  type Stretch,
  thinned,
} from "../../lib/figures/series.ts";
import type { Point } from "../../lib/figures/stats.ts";
import { answers, cycleOf, MIB, noAnswer, sample, seen } from "../fakes/evidence.ts";
import { random } from "../fakes/random.ts";

function pointsOf(stretch: Stretch | undefined): Point[] {
  return Array.from(stretch?.xs ?? [], (x, at) => ({ x, y: stretch?.ys[at] ?? NaN }));
}

Deno.test("memoryOverTime() has a stretch for each cycle that has samples", () => {
  const cycles = [
    cycleOf(1, [seen("db", { samples: [sample("db", 1500, { memBytes: MIB })] }), seen("other")]),
    cycleOf(2, [seen("db", { samples: [] })]),
    cycleOf(3, [seen("db", { samples: [sample("db", 25_000), sample("db", 19_000)] })], { closedMs: null }),
  ];
  const stretches = memoryOverTime(cycles, "db");
  assertEquals(stretches.map(({ cycle, fromMs, toMs }) => [cycle, fromMs, toMs]), [[1, 1000, 4000], [
    3,
    19_000,
    25_000,
  ]]);
  assertEquals(pointsOf(stretches[0]), [{ x: 1500, y: MIB }]);
});

Deno.test("a stretch of a window that was not seen to open or to close spans its points", () => {
  const samples = [sample("db", 1500), sample("db", 1900)];
  const [stretch] = memoryOverTime([cycleOf(1, [seen("db", { samples })], { openedMs: null, closedMs: null })], "db");
  assertEquals([stretch?.fromMs, stretch?.toMs], [1500, 1900]);
});

Deno.test("cpuOverTime() leaves out the time around a restart, and takes shares where there are no counters", () => {
  const counters = [0, 100_000, 20_000, 70_000].map((cpuUsec, i) => sample("db", 1000 + i * 500, { cpuUsec }));
  const cycle = cycleOf(1, [seen("db", { samples: counters })]);
  assertEquals(pointsOf(cpuOverTime([cycle], "db")[0]), [{ x: 1500, y: 20 }, { x: 2500, y: 10 }]);
  const shares = [5, null, 7].map((cpuPct, i) => sample("db", 1000 + i, { cpuUsec: null, cpuPct }));
  assertEquals(pointsOf(cpuOverTime([cycleOf(1, [seen("db", { samples: shares })])], "db")[0]), [
    { x: 1000, y: 5 },
    { x: 1002, y: 7 },
  ]);
});

Deno.test("latencies are of the probes that were answered, failures of the others", () => {
  const cycle = cycleOf(1, [seen("db", { probes: [...answers(3, 4), noAnswer("refused")] })]);
  assertEquals(pointsOf(latencyOverTime([cycle], "db")[0]), [{ x: 2000, y: 3 }, { x: 2100, y: 4 }]);
  assertEquals(pointsOf(failuresOverTime([cycle], "db")[0]), [{ x: 9000, y: 0 }]);
});

function stretch(cycle: number, values: readonly number[]): Stretch {
  return { cycle, fromMs: 0, toMs: values.length, xs: Float64Array.from(values.keys()), ys: Float64Array.from(values) };
}

Deno.test("thinned() keeps first, last, lowest and highest point of every cycle", () => {
  const next = random(7);
  const stretches = [1, 2, 3].map((cycle) => stretch(cycle, Array.from({ length: 5000 }, next)));
  const few = thinned(stretches, 300);
  const many = few.reduce((total, { xs }) => total + xs.length, 0);
  assert(many <= 300 && many > 200, `${many} points`);
  few.forEach((few, index) => {
    const points = pointsOf(few);
    const all = pointsOf(stretches[index]);
    const heights = (of: readonly { y: number }[]) => of.map(({ y }) => y);
    assertEquals([points[0], points.at(-1)], [all[0], all.at(-1)]);
    assertEquals(Math.max(...heights(points)), Math.max(...heights(all)));
    assertEquals(Math.min(...heights(points)), Math.min(...heights(all)));
    assertEquals(points, points.toSorted((a, b) => a.x - b.x));
  });
});

Deno.test("thinned() leaves alone what is short, and bounds what has many cycles", () => {
  const short = [stretch(1, [1, 2, 3])];
  assertEquals(thinned(short, 3), short);
  const long = stretch(2, Array.from({ length: 100 }, (_, at) => at));
  for (const values of [[5], [5, 1], [5, 1, 9], [5, 1, 9, 2]]) {
    const [few] = thinned([stretch(1, values), long], 50);
    assertEquals([...few?.ys ?? []], values, "up to four points stay, whatever their share");
  }
  const many = thinned(Array.from({ length: 1000 }, (_, cycle) => stretch(cycle, [5, 1, 9, 2, 3, 4])), 500);
  assertEquals(many.every(({ xs }) => xs.length === 4), true);
  assertEquals([...many[0]?.ys ?? []], [5, 1, 9, 4]);
});

Deno.test("points come in the order of time, without those that have no height", () => {
  const moments = [1500, 1000, 2000, 1000];
  const samples = moments.map((ms, i) => sample("db", ms, { cpuUsec: null, cpuPct: i === 2 ? null : i }));
  const [stretch] = cpuOverTime([cycleOf(1, [seen("db", { samples })])], "db");
  assertEquals(pointsOf(stretch), [{ x: 1000, y: 1 }, { x: 1000, y: 3 }, { x: 1500, y: 0 }]);
});
