import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { chanceOfHigher, clearOnes, leastChance, upperTail, zAbove } from "../../lib/figures/ranks.ts";
import { random } from "../fakes/random.ts";

Deno.test("chanceOfHigher() is exact where all later values are higher, and 1 where all are lower", () => {
  assertAlmostEquals(chanceOfHigher([1, 2, 3], [4, 5, 6]), 1 / 20, 1e-12);
  assertAlmostEquals(chanceOfHigher([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 1 / 252, 1e-12);
  assertEquals(chanceOfHigher([4, 5, 6], [1, 2, 3]), 1);
  assertEquals(chanceOfHigher([], [1]), 1);
});

Deno.test("chanceOfHigher() agrees with the published table of Mann–Whitney's U", () => {
  // n = m = 5, U = 4: one-sided 0.0476 (Mann and Whitney 1947).
  assertAlmostEquals(chanceOfHigher([1, 2, 3, 5, 8], [4, 6, 7, 9, 10]), 12 / 252, 1e-12);
});

Deno.test("chanceOfHigher() gives equal values the mean of their ranks, and says nothing of values all alike", () => {
  assertEquals(chanceOfHigher([7, 7, 7], [7, 7, 7]), 1);
  const many = Array.from({ length: 30 }, () => 7);
  assertEquals(chanceOfHigher(many, many), 1, "also of so many that they are not counted");
  // Of the 20 ways, those with both 2s and one of the two 3s, and with 2, 3, 3 as high or higher.
  assertAlmostEquals(chanceOfHigher([1, 1, 2], [2, 3, 3]), 2 / 20, 1e-12);
});

Deno.test("chanceOfHigher() above forty values is close to what counting gives", () => {
  const next = random(3);
  for (let round = 0; round < 20; round++) {
    const values = Array.from({ length: 40 }, () => Math.round(next() * 50));
    const counted = chanceOfHigher(values.slice(0, 20), values.slice(20));
    // Two more, the lowest on one side and the highest on the other, would move both alike: left out of both by symmetry.
    const ends = [
      chanceOfHigher([...values.slice(0, 20), -1], values.slice(20)),
      chanceOfHigher([...values.slice(0, 20), 99], values.slice(20)),
    ];
    assert((ends[0] ?? 0) <= counted + 0.01 && counted - 0.01 <= (ends[1] ?? 0), `${counted} ${ends}`);
  }
});

Deno.test("chanceOfHigher() of alike values is under 5 % in at most 5 % of cases", () => {
  const next = random(11);
  let under = 0;
  for (let round = 0; round < 4000; round++) {
    const values = Array.from({ length: 14 }, () => Math.round(next() * 30));
    if (chanceOfHigher(values.slice(0, 7), values.slice(7)) <= 0.05) under++;
  }
  assert(under <= 4000 * 0.05 + 2 * Math.sqrt(4000 * 0.05), String(under));
  assert(under >= 4000 * 0.025, `a test that never fires finds nothing: ${under}`);
});

Deno.test("leastChance() is one over the ways to part the values", () => {
  assertAlmostEquals(leastChance(1, 1), 1 / 2, 1e-12);
  assertAlmostEquals(leastChance(5, 5), 1 / 252, 1e-12);
  assertAlmostEquals(leastChance(6, 8), 1 / 3003, 1e-12);
});

Deno.test("clearOnes() takes each chance against what is left of the rate, from the smallest on", () => {
  assertEquals(clearOnes([0.02, 0.01, 0.2], 0.05), [true, true, false]);
  assertEquals(clearOnes([0.03, 0.02, 0.04], 0.05), [false, false, false]);
  assertEquals(clearOnes([0.05], 0.05), [true]);
  assertEquals(clearOnes([], 0.05), []);
});

Deno.test("upperTail() and zAbove() are those of the normal curve", () => {
  assertAlmostEquals(upperTail(1.96), 0.0249979, 1e-6);
  assertAlmostEquals(upperTail(-1), 0.8413447, 1e-6);
  assertAlmostEquals(zAbove(0.05), 1.644854, 1e-4);
  assertAlmostEquals(zAbove(0.001), 3.090232, 1e-3);
});
