import { assertEquals } from "@std/assert";
import { serviceFigures } from "../../lib/figures/figures.ts";
import type { TimedSample } from "../../lib/model/record.ts";
import { answers, look, MIB, noAnswer, sample, seen, unseen } from "../fakes/evidence.ts";

function sampled(...samples: Partial<TimedSample>[]) {
  return unseen("db", { samples: samples.map((over, i) => sample("db", i * 1000, over)) });
}

Deno.test("serviceFigures() of a service that was never seen has no figures at all", () => {
  assertEquals(serviceFigures([unseen("db")]), {
    probes: {
      count: 0,
      failed: 0,
      okPct: null,
      minMs: null,
      medianMs: null,
      p95Ms: null,
      maxMs: null,
      longestGapMs: null,
    },
    memory: {
      peakBytes: null,
      peakKernelBytes: null,
      meanBytes: null,
      settledBytes: null,
      limitBytes: null,
      samples: 0,
      longestGapMs: null,
      source: null,
    },
    cpu: { meanPct: null, maxPct: null, samples: 0, probedPct: null, longestGapMs: null, source: null },
    pressure: {
      pct: {
        cpuSomeUsec: null,
        cpuFullUsec: null,
        memSomeUsec: null,
        memFullUsec: null,
        ioSomeUsec: null,
        ioFullUsec: null,
      },
      readings: 0,
    },
    restarts: { count: 0, replaced: false, how: [] },
    oom: { killed: false, by: [], pid1: null },
    witnesses: { looks: 0, events: 0, counterSamples: 0 },
    lastStatus: null,
  });
});

Deno.test("serviceFigures() takes latencies of answered probes only, and counts the others", () => {
  const four = [...answers(4, 2, 9), noAnswer("timed out", { ms: 2600 })];
  const { probes: { longestGapMs, ...probes } } = serviceFigures([unseen("db", { probes: four })]);
  assertEquals(probes, { count: 4, failed: 1, okPct: 75, minMs: 2, medianMs: 4, p95Ms: 9, maxMs: 9 });
  assertEquals(longestGapMs, 400);
});

Deno.test("serviceFigures() has no latency where every probe failed", () => {
  const { probes } = serviceFigures([unseen("db", { probes: [noAnswer("refused")] })]);
  assertEquals([probes.okPct, probes.p95Ms, probes.maxMs], [0, null, null]);
});

Deno.test("serviceFigures() takes the highest sample for the peak, and the kernel's own, cache included, beside it", () => {
  // A file written and deleted between two samples: in the kernel's peak, and nowhere else.
  const { memory } = serviceFigures([sampled(
    { memBytes: 20 * MIB, memPeakKernelBytes: 22 * MIB, memCacheBytes: MIB },
    { memBytes: 21 * MIB, memPeakKernelBytes: 64 * MIB, memCacheBytes: 0 },
  )]);
  assertEquals([memory.peakBytes, memory.peakKernelBytes], [21 * MIB, 64 * MIB]);
});

Deno.test("serviceFigures() settles on the median of the last three samples of the last window", () => {
  const first = sampled({ memBytes: 900 });
  const second = sampled({ memBytes: 500 }, { memBytes: 30 }, { memBytes: 10 }, { memBytes: 20 });
  const { memory } = serviceFigures([first, second, unseen("db")]);
  assertEquals([memory.settledBytes, memory.peakBytes, memory.meanBytes, memory.samples], [20, 900, 292, 5]);
});

Deno.test("serviceFigures() does not take the time between two cycles for a gap", () => {
  const later = unseen("db", { samples: [sample("db", 60_000), sample("db", 60_700)] });
  assertEquals(serviceFigures([sampled({}, {}), later]).memory.longestGapMs, 1000);
});

Deno.test("serviceFigures() names every source and the limit of the last look", () => {
  const evidence = { ...sampled({}, { source: "docker stats" }), firstLook: look("db", { memLimitBytes: MIB }) };
  const { memory } = serviceFigures([evidence]);
  assertEquals([memory.source, memory.limitBytes], ["cgroup v2, docker stats", MIB]);
});

Deno.test("serviceFigures() computes CPU shares from the counter", () => {
  const usec = [1_000_000, 1_100_000, 1_900_000];
  const { cpu } = serviceFigures([sampled(...usec.map((cpuUsec) => ({ cpuUsec })))]);
  assertEquals(cpu, { meanPct: 45, maxPct: 80, samples: 3, probedPct: 0, longestGapMs: 1000, source: "cgroup v2" });
});

Deno.test("serviceFigures() leaves the stretch out in which a restart set the CPU counter back", () => {
  const usec = [5_000_000, 5_200_000, 100_000, 300_000];
  const { cpu } = serviceFigures([sampled(...usec.map((cpuUsec) => ({ cpuUsec })))]);
  assertEquals([cpu.meanPct, cpu.maxPct], [20, 20]);
});

Deno.test("serviceFigures() does not compare the CPU counters of two containers", () => {
  const { cpu } = serviceFigures([sampled({ cpuUsec: 100 }, { cpuUsec: 900_000, containerId: "db-2" })]);
  assertEquals([cpu.meanPct, cpu.maxPct, cpu.samples], [null, null, 2]);
});

Deno.test("serviceFigures() makes no CPU maximum of a last sample that came at once", () => {
  const samples = [[0, 0], [1000, 100_000], [1001, 101_000]].map(([ms, cpuUsec]) =>
    sample("db", ms ?? 0, { cpuUsec: cpuUsec ?? 0 })
  );
  assertEquals(serviceFigures([unseen("db", { samples })]).cpu.maxPct, 10);
});

Deno.test("serviceFigures() takes the mean of shares where there is no counter", () => {
  const shares = [10, 30].map((cpuPct) => ({ cpuPct, cpuUsec: null, source: "docker stats" as const }));
  const { cpu } = serviceFigures([sampled(...shares)]);
  assertEquals(cpu, {
    meanPct: 20,
    maxPct: 30,
    samples: 2,
    probedPct: null,
    longestGapMs: 1000,
    source: "docker stats",
  });
});

Deno.test("serviceFigures() takes the status of the last cycle, and none where it was not looked at", () => {
  const exited = seen("db", { lastLook: look("db", { status: "exited" }) });
  assertEquals(serviceFigures([seen("db"), exited]).lastStatus, "exited");
  assertEquals(serviceFigures([seen("db"), unseen("db")]).lastStatus, null);
});

Deno.test("serviceFigures() adds restarts and kills over the cycles", () => {
  const bad = seen("db", {
    lastLook: look("db", { restartCount: 2, oomKilled: true, status: "exited", exitCode: 137 }),
  });
  const { restarts, oom } = serviceFigures([bad, seen("db"), bad]);
  assertEquals(restarts, { count: 4, replaced: false, how: ["restart count rose by 2", "restart count rose by 2"] });
  assertEquals(oom, { killed: true, by: ["OOMKilled flag"], pid1: true });
});

Deno.test("serviceFigures() has no CPU share of a single counter, and says that there was one", () => {
  const { cpu } = serviceFigures([sampled({}, { cpuUsec: null })]);
  assertEquals(cpu, {
    meanPct: null,
    maxPct: null,
    samples: 1,
    probedPct: null,
    longestGapMs: null,
    source: "cgroup v2",
  });
});

Deno.test("serviceFigures() counts what restarts and kills were looked for in", () => {
  const blind = seen("db", { firstLook: null, events: [], samples: [sample("db", 0, { oomKills: null })] });
  assertEquals(serviceFigures([seen("db"), blind]).witnesses, { looks: 3, events: 2, counterSamples: 4 });
});

Deno.test("serviceFigures() does not take the time between two cycles for a gap between probes", () => {
  const later = unseen("db", { probes: answers(1, 1).map((probe) => ({ ...probe, ms: probe.ms + 60_000 })) });
  assertEquals(serviceFigures([unseen("db", { probes: answers(1, 1) }), later]).probes.longestGapMs, 100);
});

Deno.test("the mean of CPU is of the time without requests close upon each other, where there is any", () => {
  // Samples a second apart from 1000 on, as `sampled` has them: 90 % while probed densely, 1 % after that.
  const usec = [0, 900_000, 1_800_000, 1_810_000, 1_820_000];
  const seen = sampled(...usec.map((cpuUsec) => ({ cpuUsec })));
  const [first = 0, , third = 0] = [...seen.samples].map(({ ms }) => ms);
  const probe = (ms: number) => ({ ms, ok: true, latencyMs: 2, status: 200, error: null });
  const dense = Array.from({ length: 20 }, (_, n) => probe(first + 50 + n * (third - first - 60) / 20));
  const { cpu } = serviceFigures([{ ...seen, probes: [...dense, probe(third + 500), probe(third + 1000)] }]);
  assertEquals([cpu.meanPct, cpu.maxPct, cpu.probedPct], [1, 90, 0]);
  const short = { ...seen, samples: seen.samples.slice(0, 3), probes: dense };
  const { cpu: probed } = serviceFigures([short]);
  assertEquals([probed.meanPct, probed.probedPct], [90, 100]);
  // A busy host draws them out, and a second page is asked as often as the first.
  const slow = { ...short, probes: Array.from({ length: 6 }, (_, n) => probe(first + 50 + n * 380)) };
  assertEquals(serviceFigures([slow]).cpu.probedPct, 100);
  const calm = [first, third].map((ms) => probe(ms));
  const second = { ...short, probes: calm, morePages: [{ ...short, probes: dense }] };
  assertEquals([{ ...short, probes: calm }, second].map((one) => serviceFigures([one]).cpu.probedPct), [0, 100]);
});
