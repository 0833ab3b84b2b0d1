/** Exact bounds of a rate, against published tables. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { interval, trialsToShow, upperBound } from "../../lib/figures/binomial.ts";

Deno.test("upperBound() of none is 1 - 0.05^(1/n), about 3/n", () => {
  for (const n of [1, 10, 300, 3000]) assertAlmostEquals(upperBound(0, n), 1 - 0.05 ** (1 / n), 1e-9);
  assertAlmostEquals(upperBound(0, 3000), 0.000998, 1e-6);
});

// From tables of the binomial distribution (one-sided, 95 %).
const BOUNDS: [number, number, number][] = [[1, 10, 0.39416], [1, 100, 0.04656], [5, 50, 0.19883], [10, 10, 1], [
  12,
  10,
  1,
]];
for (const [count, trials, bound] of BOUNDS) {
  Deno.test(`upperBound(${count}, ${trials})`, () => assertAlmostEquals(upperBound(count, trials), bound, 2e-4));
}

// Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I, method 5; the
// first four are his examples, the others from tables of the same (exact, 95 %).
const INTERVALS: [number, number, number, number][] = [
  [81, 263, 0.2527, 0.3676],
  [15, 148, 0.0578, 0.1617],
  [0, 20, 0, 0.1684],
  [1, 29, 0.0009, 0.1776],
  [1, 3, 0.0084, 0.9057],
  [1, 10, 0.0025, 0.445],
  [3, 20, 0.0321, 0.3789],
  [10, 10, 0.6915, 1],
  [999, 1000, 0.9944, 1],
];
for (const [count, trials, low, high] of INTERVALS) {
  Deno.test(`interval(${count}, ${trials}) is as published`, () => {
    const found = interval(count, trials);
    assertAlmostEquals(found.low, low, 6e-5);
    assertAlmostEquals(found.high, high, 6e-5);
  });
}

Deno.test("interval() turned around is that of the other outcome", () => {
  for (const [count, trials] of [[1, 7], [3, 20], [40, 1000]] as const) {
    const [one, other] = [interval(count, trials), interval(trials - count, trials)];
    assertAlmostEquals(one.low, 1 - other.high, 1e-12);
    assertAlmostEquals(one.high, 1 - other.low, 1e-12);
  }
});

Deno.test("trialsToShow() is the least number whose interval ends at the rate", () => {
  const known = [[0, 0.05, 72], [1, 0.2, 26], [1, 0.05, 110], [3, 0.1, 85], [1, 0.01, 555]] as const;
  for (const [count, rate, trials] of known) {
    assertEquals(trialsToShow(count, rate), trials);
    assertEquals(interval(count, trials).high <= rate, true);
    assertEquals(interval(count, trials - 1).high <= rate, false);
  }
  assertEquals(trialsToShow(1, 1e-4), null);
});
