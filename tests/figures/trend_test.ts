/** Whether a series rises, and what it takes to be seen. */

import { assert, assertEquals } from "@std/assert";
import { detectableSlope, differenceBound, levelsOff, trendOf } from "../../lib/figures/trend.ts";

const points = (...values: number[]) => values.map((y, x) => ({ x, y }));

Deno.test("trendOf() of fewer than two points, or of one moment, is none", () => {
  assertEquals(trendOf([]), null);
  assertEquals(trendOf(points(5)), null);
  assertEquals(trendOf([{ x: 1, y: 1 }, { x: 1, y: 9 }]), null);
});

Deno.test("trendOf() of a line has no noise, of a saw-tooth no direction", () => {
  assertEquals(trendOf(points(1, 3, 5, 7)), { slope: 2, span: 3, rise: 6, risingShare: 1, noise: 0 });
  assertEquals(trendOf(points(1, 9, 1, 9, 1, 9))?.risingShare, 6 / 15);
});

Deno.test("trendOf() is not moved by a wild value, and neither is its noise", () => {
  const wild = trendOf(points(0, 1, 2, 900, 4, 5, 6, 7, 8));
  assertEquals([wild?.slope, wild?.noise], [1, 0]);
});

Deno.test("trendOf() takes the noise from the distances to the line, as a standard deviation", () => {
  assertEquals(trendOf(points(2, 1, -1, -2, -1, 1, 2, 1, -1, -2, -1, 1, 2))?.noise, 1.4826);
  // Two levels, most of the values on one of them: the median distance alone would be 0.
  assertEquals(trendOf(points(1, -1, 1, -1, 1, -1, 1, -1, 1))?.noise, 1.4826 * Math.SQRT2);
});

Deno.test("trendOf() compares very many values in a moment, first and last among them", () => {
  const many = trendOf(Array.from({ length: 5000 }, (_, x) => ({ x, y: 2 * x })));
  assertEquals(many, { slope: 2, span: 4999, rise: 9998, risingShare: 1, noise: 0 });
});

Deno.test("levelsOff() tells a warm-up that comes to its end from a rise that goes on", () => {
  const warmUp = (tau: number) => points(...Array.from({ length: 10 }, (_, i) => 100 * (1 - Math.exp(-i / 9 / tau))));
  assert(levelsOff(warmUp(1 / 3)));
  assert(!levelsOff(warmUp(2)));
  assert(!levelsOff(points(0, 10, 20, 30, 40, 50)));
  assert(!levelsOff(points(0, 1, 3, 9, 27, 81)));
  assert(!levelsOff([]));
});

Deno.test("detectableSlope() is the whole rise over the span, or what the noise hides between neighbours", () => {
  const ten = points(...Array.from({ length: 10 }, () => 0));
  assertEquals(detectableSlope(ten, { rise: 18, noise: 0 }), 2);
  assertEquals(detectableSlope(ten, { rise: 18, noise: 1 }), (18 + differenceBound(1)) / 9);
  assertEquals(detectableSlope(ten, { rise: 18, noise: 5 }), 9 * Math.SQRT2 * 5 / 10);
});
