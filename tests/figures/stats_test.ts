import { assertEquals } from "@std/assert";
import { longestGap, max, mean, median, min, p95, percentile, slope, spreadOf } from "../../lib/figures/stats.ts";

Deno.test("statistics of an empty series are undefined, never 0 or NaN", () => {
  for (const figure of [min, max, mean, median, p95, longestGap]) assertEquals(figure([]), undefined);
  assertEquals(slope([]), undefined);
});

Deno.test("min(), max() and mean() of a series", () => {
  assertEquals([min([3, -1, 2]), max([3, -1, 2]), mean([3, -1, 2.5])], [-1, 3, 1.5]);
  assertEquals([min([0]), max([0]), mean([0])], [0, 0, 0]);
});

Deno.test("max() takes a series longer than an argument list may be", () => {
  assertEquals(max(Array.from({ length: 300_000 }, (_, i) => i)), 299_999);
});

Deno.test("median() is the middle, or the mean of the two in the middle, and leaves its argument as it was", () => {
  const values = [10, 9, 1];
  assertEquals(median(values), 9);
  assertEquals(values, [10, 9, 1]);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertEquals(median([7]), 7);
});

Deno.test("spreadOf() gives each figure as it is alone, and leaves its argument as it was", () => {
  for (const values of [[], [7], [4, 1, 3, 2], [10, 9, 1], Array.from({ length: 41 }, (_, i) => (i * 17) % 41)]) {
    const before = [...values];
    assertEquals(spreadOf(values), { min: min(values), median: median(values), p95: p95(values), max: max(values) });
    assertEquals(values, before);
  }
});

Deno.test("p95() is the nearest rank", () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);
  assertEquals([1, 3, 19, 20, 21, 40, 100].map((n) => p95(upTo(n))), [1, 3, 19, 19, 20, 38, 95]);
});

Deno.test("percentile() of 100 is the maximum, of very little the minimum", () => {
  assertEquals([percentile([5, 1, 9], 100), percentile([5, 1, 9], 0.001)], [9, 1]);
});

Deno.test("slope() is not moved by a wild point", () => {
  const line = [0, 1, 2, 3, 4, 5, 6].map((x) => ({ x, y: 10 + 3 * x }));
  assertEquals(slope(line), 3);
  assertEquals(slope(line.with(3, { x: 3, y: 5000 })), 3);
});

Deno.test("slope() says nothing of points that have no distance", () => {
  assertEquals(slope([{ x: 1, y: 1 }]), undefined);
  assertEquals(slope([{ x: 1, y: 1 }, { x: 1, y: 9 }]), undefined);
});

Deno.test("longestGap() needs two times", () => {
  assertEquals(longestGap([5]), undefined);
  assertEquals(longestGap([0, 500, 1800, 2000]), 1300);
});
