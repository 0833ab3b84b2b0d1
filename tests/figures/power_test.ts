import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { cyclesToFind, detectable, noiseOf } from "../../lib/figures/power.ts";

const BOUNDS = { limit: 10, chance: 0.005 };

Deno.test("noiseOf() is the scatter about each run's own median, and unknown of fewer than three values a side", () => {
  assertEquals(noiseOf([1, 2], [1, 2, 3]), null);
  assertEquals(noiseOf([], []), null);
  assertEquals(noiseOf([5, 5, 5], [9, 9, 9]), 0, "a change from run to run is no scatter");
  // Distances 1, 0, 1 on both sides: mean ⅔, of normal noise times 1.2533, six values with two medians taken.
  assertAlmostEquals(noiseOf([1, 2, 3], [11, 12, 13]) ?? 0, 1.2533 * Math.sqrt(6 / 4) * 2 / 3, 1e-9);
});

Deno.test("detectable() is the limit where nothing scatters, and grows with the scatter", () => {
  assertEquals(detectable(0, { before: 5, after: 5 }, BOUNDS), 10);
  const sizes = [1, 5, 25].map((noise) => detectable(noise, { before: 6, after: 6 }, BOUNDS));
  assert(sizes.every((size, i) => size > (sizes[i - 1] ?? 10)), sizes.join());
});

Deno.test("cyclesToFind() is the number of cycles from which on detectable() is no larger than the change", () => {
  for (const noise of [3, 8, 30]) {
    const cycles = cyclesToFind(20, noise, BOUNDS) ?? 0;
    const at = (many: number) => detectable(noise, { before: many, after: many }, BOUNDS);
    assert(at(cycles) <= 20.001, `${noise}: ${cycles} ${at(cycles)}`);
    if (cycles > 5) assert(at(cycles - 1) > 20, `${noise}: ${cycles} ${at(cycles - 1)}`);
  }
});

Deno.test("cyclesToFind() is no fewer than ranks need, and null of what none would find", () => {
  assertEquals(cyclesToFind(20, 0, BOUNDS), 5);
  assertEquals(cyclesToFind(20, null, BOUNDS), 5);
  assertEquals(cyclesToFind(20, null, { limit: 10, chance: 0.0005 }), 7);
  assertEquals(cyclesToFind(10, 1, BOUNDS), null, "within the limit");
  assertEquals(cyclesToFind(20, 1000, BOUNDS), null, "over a thousand");
});
