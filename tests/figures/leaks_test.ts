/** Memory over cycles and soaks: what is compared, and the smallest leak that could have been seen. */

import { assertEquals } from "@std/assert";
import { leakFigures, settledSeries, soakOf } from "../../lib/figures/leaks.ts";
import type { CycleEvidence, TimedProbe, TimedSample } from "../../lib/model/record.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { answers, cycleOf, event, MIB, noAnswer, sample, seen } from "../fakes/evidence.ts";

const THRESHOLDS = defaultThresholds();

function cycle(number: number, ...mib: number[]): CycleEvidence {
  return cycleOf(number, [
    seen("db", { samples: mib.map((each, i) => sample("db", i * 500, { memBytes: each * MIB })) }),
  ]);
}

/** A soak from 5 s on, with a sample every second. */
function soaked(mib: readonly number[]): CycleEvidence {
  const before = [900, 900, 900].map((each, i) => sample("db", 1000 + i, { memBytes: each * MIB }));
  const during = mib.map((each, i) => sample("db", 5000 + i * 1000, { memBytes: each * MIB }));
  const samples: TimedSample[] = [...before, ...during, sample("db", 5000 + mib.length * 1000, { memBytes: 1 })];
  const phases = [{ phase: "soak" as const, startMs: 5000, durationMs: (mib.length - 1) * 1000 }];
  return cycleOf(1, [seen("db", { samples })], { phases });
}

Deno.test("settledSeries() takes the last samples of each cycle that was seen to its end", () => {
  const cut = { ...cycle(2, 900), closedMs: null };
  assertEquals(settledSeries([cycle(1, 900, 20, 26, 22), cut, cycle(3), cycle(4, 30)], "db"), [
    { cycle: 1, bytes: 22 * MIB, spreadBytes: 3 * MIB },
    { cycle: 4, bytes: 30 * MIB, spreadBytes: 0 },
  ]);
  assertEquals(settledSeries([cycle(1, 20)], "web"), []);
});

Deno.test("soakOf() takes ten parts of the samples within the soak, and no others", () => {
  const soak = soakOf(...only(soaked(Array.from({ length: 40 }, (_, i) => 20 + i))));
  assertEquals([soak?.samples, soak?.parts.length, soak?.isHeld], [40, 10, true]);
  assertEquals([soak?.parts[0]?.y, soak?.parts.at(-1)?.y], [21.5 * MIB, 57.5 * MIB]);
  assertEquals([soak?.firstBytes, soak?.lastBytes], [21 * MIB, 58 * MIB]);
  assertEquals(soak?.parts[0]?.x, 6.5 / 60);
});

Deno.test("soakOf() is none without a soak, and with fewer than twenty samples", () => {
  assertEquals(soakOf(...only(cycle(1, 20, 20, 20))), null);
  assertEquals(soakOf(...only(soaked(Array.from({ length: 19 }, () => 1)))), null);
  assertEquals(soakOf(...only(soaked(Array.from({ length: 20 }, () => 1))))?.samples, 20);
});

Deno.test("soakOf() of one tooth that is seen whole is not held", () => {
  const ramp = Array.from({ length: 20 }, (_, i) => 20 + 5 * i);
  assertEquals(soakOf(...only(soaked(ramp)))?.isHeld, true);
  assertEquals(soakOf(...only(soaked([90, 90, 90, ...ramp])))?.isHeld, false);
  assertEquals(soakOf(...only(soaked([...ramp, 15, 15, 15])))?.isHeld, false);
});

/** Little until it ends and is started again, then more: the tenth sample is the first of the new start. */
function restarted(
  second: Partial<TimedSample>,
  events = [event("db", "start"), event("db", "start")],
  probes: TimedProbe[] = [],
): CycleEvidence {
  const cycle = soaked([...Array.from({ length: 10 }, () => 1), ...Array.from({ length: 30 }, () => 60)]);
  return {
    ...cycle,
    services: cycle.services.map((seen) => ({
      ...seen,
      events,
      probes,
      ready: null,
      samples: [...seen.samples].map((each) => each.ms < 15_000 ? each : { ...each, ...second }),
    })),
  };
}

Deno.test("soakOf() of a service that was started again begins anew there", () => {
  const less = soakOf(...only(restarted({ cpuUsec: 10 })));
  assertEquals([less?.samples, less?.firstBytes, less?.isHeld], [30, 60 * MIB, false]);
  assertEquals(soakOf(...only(restarted({ containerId: "db-2" })))?.samples, 30);
  assertEquals(soakOf(...only(restarted({ cpuUsec: null })))?.samples, 40, "nothing tells where");
});

Deno.test("soakOf() leaves out what a service took as it started again, until it answered", () => {
  const [ok, failed] = [answers(5)[0], noAnswer("connection refused")] as [TimedProbe, TimedProbe];
  const probes = [{ ...ok, ms: 14_000 }, { ...failed, ms: 15_200 }, { ...ok, ms: 17_500 }, { ...ok, ms: 18_000 }];
  const events = [event("db", "start"), event("db", "start")];
  assertEquals(soakOf(...only(restarted({ cpuUsec: 10 }, events, probes)))?.samples, 27);
  assertEquals(
    soakOf(...only(restarted({ cpuUsec: 10 }, events, probes.slice(0, 2)))),
    null,
    "it never answered again",
  );
});

Deno.test("soakOf() of a service that nobody asks again leaves out as long as it took to become ready at first", () => {
  const again = restarted({ cpuUsec: 10 });
  const by = (afterMs: number) => ({
    ...again,
    services: again.services.map((seen) => ({ ...seen, ready: { afterMs, attempts: 1 } })),
  });
  assertEquals(soakOf(...only(by(5000)))?.samples, 25);
  assertEquals(soakOf(...only(by(15_000))), null, "too few are left");
});

Deno.test("soakOf() of a service that was not started again does not: a process of several may have ended", () => {
  assertEquals(soakOf(...only(restarted({ cpuUsec: 10 }, [event("db", "start")])))?.samples, 40);
});

function only(one: CycleEvidence): [CycleEvidence, CycleEvidence["services"][number]] {
  const [service] = one.services;
  if (service === undefined) throw new Error("a cycle without a service");
  return [one, service];
}

function detectable(...cycles: CycleEvidence[]): number | null {
  const bytes = leakFigures(cycles, "db", THRESHOLDS).detectableBytesPerCycle;
  return bytes === null ? null : Math.round(bytes / MIB * 100) / 100;
}

const flat = (cycles: number, mib = 30) => Array.from({ length: cycles }, (_, i) => cycle(i + 1, mib, mib, mib));

Deno.test("leakFigures() could see a step from two cycles on, and a rise that is the smaller the more cycles there are", () => {
  assertEquals([1, 2, 3, 4, 10, 21].map((cycles) => detectable(...flat(cycles))), [null, 50, 50, 6.67, 2.22, 1]);
});

Deno.test("leakFigures() counts a cycle that was not measured by the time that it took", () => {
  assertEquals(detectable(cycle(1, 30), cycle(3, 30)), 25);
});

Deno.test("leakFigures() could see the less the noisier the settled values are, within cycles or between", () => {
  const within = Array.from({ length: 10 }, (_, i) => cycle(i + 1, 28, 30, 32));
  const between = Array.from({ length: 10 }, (_, i) => cycle(i + 1, i % 2 === 0 ? 28 : 32));
  assertEquals(detectable(...within), 2.85);
  assertEquals(detectable(...between), 5.34);
});

Deno.test("leakFigures() says why no leak could have been seen, and what to do", () => {
  const why = (...cycles: CycleEvidence[]) => leakFigures(cycles, "db", THRESHOLDS).why;
  const next = "and no soak of twenty samples: run with --cycles 4, or with --soak-sec 60";
  assertEquals(why(cycle(1, 30)), `one cycle, ${next}`);
  assertEquals(why(cycle(1), cycle(2)), `no cycle was measured to its end, ${next}`);
  assertEquals(why(...flat(2)), null);
  assertEquals(why(soaked(Array.from({ length: 20 }, () => 30))), null);
});

Deno.test("leakFigures() says how memory moved", () => {
  const figures = leakFigures([cycle(1, 20), cycle(2, 60), cycle(3, 50), cycle(4, 55)], "db", THRESHOLDS);
  assertEquals(figures.largestStepBytes, 40 * MIB);
  assertEquals(Math.round((figures.bytesPerCycle ?? 0) / MIB), 8);
  assertEquals([figures.soakSamples, figures.bytesPerMinute, figures.detectableBytesPerMinute], [0, null, null]);
});

Deno.test("leakFigures() compares the most cycles that can be compared, if the run went on elsewhere", () => {
  const elsewhere = (one: CycleEvidence, stratum: number) => ({ ...one, part: stratum, stratum });
  const late = [cycle(1, 20), ...[30, 40, 50].map((mib, nr) => elsewhere(cycle(nr + 2, mib), 1))];
  const early = [cycle(1, 20), cycle(2, 40), elsewhere(cycle(3, 90), 1)];
  const settled = (cycles: CycleEvidence[]) => leakFigures(cycles, "db", THRESHOLDS).settled.map((each) => each.cycle);
  assertEquals([settled(late), settled(early)], [[2, 3, 4], [1, 2]]);
  assertEquals(settled([cycle(1, 20), elsewhere(cycle(2, 30), 1)]), [1], "the first, of two that are as many");
  assertEquals(settled([]), []);
});

Deno.test("leakFigures() takes the steepest of the soaks, and what the clearest of them could have shown", () => {
  const calm = soaked(Array.from({ length: 61 }, (_, i) => 20 + i / 60));
  const steep = { ...soaked(Array.from({ length: 31 }, (_, i) => 20 + i)), cycle: 2 };
  const figures = leakFigures([calm, steep], "db", THRESHOLDS);
  assertEquals([figures.soakSamples, Math.round((figures.bytesPerMinute ?? 0) / MIB)], [92, 60]);
  assertEquals(Math.round((figures.detectableBytesPerMinute ?? 0) / MIB), 22);
});

Deno.test("soakOf() measures how the samples swing within the parts", () => {
  const teeth = soakOf(...only(soaked(Array.from({ length: 40 }, (_, i) => 20 + 10 * (i % 4)))));
  assertEquals(teeth?.swingBytes, 40 * MIB);
  const line = soakOf(...only(soaked(Array.from({ length: 40 }, (_, i) => 20 + i))));
  assertEquals(line?.swingBytes, 4 * MIB);
});

Deno.test("leakFigures() of a soak whose clock stood still has no slope", () => {
  const still = soaked(Array.from({ length: 22 }, () => 20));
  const samples = [...still.services[0]?.samples ?? []].map((each) => ({ ...each, ms: 5000 }));
  const figures = leakFigures([{ ...still, services: [seen("db", { samples })] }], "db", THRESHOLDS);
  assertEquals([figures.bytesPerMinute, figures.detectableBytesPerMinute], [null, null]);
});
