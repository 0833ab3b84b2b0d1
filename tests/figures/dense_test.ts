/** Mean CPU and the share of it that was probed: what counts as requests close upon each other, and at what cost. */

import { assert, assertEquals } from "@std/assert";
import { cpuStretches } from "../../lib/figures/cpu.ts";
import { serviceFigures } from "../../lib/figures/figures.ts";
import type { TimedProbe, TimedSample } from "../../lib/model/record.ts";
import { answers, sample, unseen } from "../fakes/evidence.ts";
import { random } from "../fakes/random.ts";

function probesAt(times: readonly number[]): TimedProbe[] {
  const [answer] = answers(5);
  return times.flatMap((ms) => answer === undefined ? [] : [{ ...answer, ms }]);
}

/** As the rule has it, by looking at every probe for every stretch. */
function probedPct(samples: TimedSample[], probes: TimedProbe[]): number {
  const columns = cpuStretches(samples);
  const stretches = Array.from(columns.ms, (ms, at) => {
    const endMs = columns.endMs[at] ?? 0;
    const isWithin = probes.some((probe, index) => {
      const next = probes[index + 1];
      return next !== undefined && next.ms - probe.ms < 400 && next.ms > endMs - ms && probe.ms < endMs;
    });
    return { ms, isDense: isWithin || (probes[0] !== undefined && endMs - ms < probes[0].ms) };
  });
  const total = (list: { ms: number }[]) => list.reduce((all, { ms }) => all + ms, 0);
  const calm = stretches.filter(({ isDense }) => !isDense);
  return total(calm) >= 400 ? 0 : total(stretches.filter(({ isDense }) => isDense)) / total(stretches) * 100;
}

Deno.test("requests close upon each other are found as by looking at all, in any order of times", () => {
  const seen = new Set<number>();
  for (let seed = 1; seed <= 400; seed++) {
    const next = random(seed);
    const times = (most: number, step: number) => {
      let ms = next() * 800;
      return Array.from(
        { length: 2 + Math.floor(next() * most) },
        () => ms += next() * step - (seed % 5 === 0 ? 60 : 0),
      );
    };
    const samples = times(5, 600).map((ms) => sample("db", ms));
    const probes = probesAt(times(6, 700));
    const expected = probedPct(samples, probes);
    if (Number.isNaN(expected)) continue;
    assertEquals(serviceFigures([unseen("db", { samples, probes })]).cpu.probedPct, expected, `with seed ${seed}`);
    seen.add(expected === 0 ? 0 : expected === 100 ? 100 : 50);
  }
  assertEquals([...seen].sort(), [0, 100, 50], "the random times do not give every case");
});

Deno.test("requests close upon each other are found if a container's samples come after later ones of another", () => {
  const seen = new Set<number>();
  for (let seed = 1; seed <= 200; seed++) {
    const next = random(seed);
    const times = (count: number, step: number) => {
      let ms = next() * 800;
      return Array.from({ length: count }, () => ms += next() * step);
    };
    const samples = ["db-1", "db-2"].flatMap((containerId) =>
      times(4, 600).map((ms) => sample("db", ms, { containerId }))
    );
    const probes = probesAt(times(7, 900));
    const expected = probedPct(samples, probes);
    assertEquals(serviceFigures([unseen("db", { samples, probes })]).cpu.probedPct, expected, `with seed ${seed}`);
    seen.add(expected === 0 ? 0 : expected === 100 ? 100 : 50);
  }
  assertEquals([...seen].sort(), [0, 100, 50], "the random times do not give every case");
});

Deno.test("the CPU of a long soak is had without looking at all probes for every sample", () => {
  const count = 3000;
  let looks = 0;
  const probes = probesAt(Array.from({ length: count }, (_, index) => index * 500)).map((probe) =>
    Object.defineProperty(probe, "ms", { get: ((ms) => () => (looks++, ms))(probe.ms) })
  );
  const samples = Array.from({ length: count }, (_, index) => sample("db", index * 500 + 250));
  assertEquals(serviceFigures([unseen("db", { samples, probes })]).cpu.probedPct, 0);
  assert(looks < 20 * count, `each probe was looked at ${Math.round(looks / count)} times`);
});
