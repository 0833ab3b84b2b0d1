/** Measuring a process from outside, and what is computed of the readings. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { growthOf, rssByCycle, slopeInterval, warmUpOf } from "../../scripts/bench/growth.ts";
import type { JournalLine } from "../../scripts/bench/harness.ts";
import { BenchError, measure } from "../../scripts/bench/measure.ts";
import { childCpuMsOf, cpuMsOf, memoryOf } from "../../scripts/bench/proc.ts";
import { watchedOf } from "../../scripts/bench/watching.ts";

const BEGIN = Date.parse("2026-01-01T00:00:00Z");

function line(type: string, ms: number, more: Partial<JournalLine> = {}): JournalLine {
  return { type, ms, at: new Date(BEGIN + ms).toISOString(), ...more };
}

Deno.test("cpuMsOf() counts user and kernel time of the process, and not that of its children", () => {
  const stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 200 0 0 12 5 900 800 20 0 11 0 300 1000 50";
  assertEquals([cpuMsOf(stat), childCpuMsOf(stat)], [170, 17_000]);
  assertEquals([cpuMsOf(""), childCpuMsOf("")], [null, null]);
});

Deno.test("memoryOf() reads RSS and its peak, and nothing of a process that has ended", () => {
  assertEquals(memoryOf("Name:\tx\nVmHWM:\t    4096 kB\nVmRSS:\t    2048 kB\n"), { rssMib: 2, peakMib: 4 });
  assertEquals(memoryOf("Name:\tx\nState:\tZ (zombie)\n"), null);
});

Deno.test({
  name: "measure() sees CPU and memory of the command alone, its code and what it said",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const work = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
    const idle = await measure(["sh", "-c", `sh -c '${work}'; echo one; echo two >&2; exit 3`], { cwd: "/" });
    assertEquals([idle.code, idle.said], [3, "one\ntwo"]);
    const busy = await measure(["sh", "-c", work], { cwd: "/" });
    assert((idle.cpuMs ?? 0) < (busy.cpuMs ?? 0) / 2, `${idle.cpuMs} ms, and ${busy.cpuMs} ms of what works itself`);
    assert((busy.peakMib ?? 0) > 0 && busy.wallMs >= (busy.cpuMs ?? Infinity));
  },
});

Deno.test("measure() says which program is not there", async () => {
  const error = await assertRejects(() => measure(["no-such-program"], { cwd: "/" }), BenchError);
  assertStringIncludes(error.message, `"no-such-program"`);
});

Deno.test("rssByCycle() takes the median of the readings within each cycle", () => {
  const beats = [0, 10, 20, 30, 40, 110, 120].map((ms) => ({ atMs: BEGIN + ms, cpuMs: 0, childCpuMs: 0, rssMib: ms }));
  const journal = [
    line("cycle_started", 10),
    line("cycle_finished", 30),
    line("cycle_started", 100),
    line("cycle_finished", 130),
  ];
  assertEquals(rssByCycle(beats, journal), [{ x: 1, y: 20 }, { x: 2, y: 115 }]);
});

/** Noise that is the same each time, from −0.5 to 0.5. */
function noise(x: number): number {
  return (x * 7919 % 1000) / 1000 - 0.5;
}

Deno.test("slopeInterval() has 0 in it for noise, and not for a steady rise below the noise", () => {
  const flat = slopeInterval(Array.from({ length: 90 }, (_, x) => ({ x, y: 80 + noise(x) })));
  assert(flat !== null && flat.low <= 0 && flat.high >= 0, JSON.stringify(flat));
  const rising = slopeInterval(Array.from({ length: 90 }, (_, x) => ({ x, y: 80 + 0.05 * x + noise(x) })));
  assert(rising !== null && rising.low > 0 && rising.low < 0.05 && rising.high > 0.05, JSON.stringify(rising));
});

Deno.test("slopeInterval() is not taken in by one step, which makes neighbours alike", () => {
  const step = slopeInterval(Array.from({ length: 90 }, (_, x) => ({ x, y: (x < 45 ? 80 : 80.4) + noise(x) })));
  const even = slopeInterval(Array.from({ length: 90 }, (_, x) => ({ x, y: 80 + noise(x) })));
  assert(step !== null && even !== null && step.high - step.low > even.high - even.low);
});

/** A run of which each cycle has one reading. */
function readings(rssMib: readonly number[]) {
  const journal = rssMib.flatMap((_, i) => [
    line("cycle_started", i * 100),
    line("cycle_finished", i * 100 + 90),
  ]);
  const beats = rssMib.map((mib, i) => ({ atMs: BEGIN + i * 100 + 50, cpuMs: 0, childCpuMs: 0, rssMib: mib }));
  return [beats, journal] as const;
}

Deno.test("growthOf() asks the second half of the cycles, and warmUpOf() the first", () => {
  const settling = readings(Array.from({ length: 200 }, (_, i) => 80 - 2 ** (3 - i / 10) + noise(i) / 10));
  const growth = growthOf(...settling);
  assert(growth !== null && growth.low <= 0 && growth.high >= 0, JSON.stringify(growth));
  assertEquals([growth.from, growth.to], [101, 200]);
  const warmUp = warmUpOf(...settling);
  assert(warmUp !== null && warmUp.low > 0, JSON.stringify(warmUp));
  assertEquals([warmUp.from, warmUp.to], [11, 100]);
});

Deno.test("growthOf() finds in the second half what goes on being lost, and says nothing of a few cycles", () => {
  const growth = growthOf(...readings(Array.from({ length: 200 }, (_, i) => 80 + 0.02 * i + noise(i))));
  assert(growth !== null && growth.low > 0 && growth.low < 0.02, JSON.stringify(growth));
  assertEquals(growthOf(...readings(Array.from({ length: 18 }, (_, i) => noise(i)))), null);
});

function soak(module: string, startMs: number, durationMs: number): JournalLine {
  return line("phase", startMs + durationMs, { phase: "soak", module, startMs, durationMs });
}

Deno.test("watchedOf() counts CPU of the harness and of its commands while all modules are in their soak, and only then", () => {
  const beats = [0, 1000, 2000, 3000, 4000].map((ms, index) => ({
    atMs: BEGIN + ms,
    cpuMs: [0, 900, 920, 950, 1900][index] ?? 0,
    childCpuMs: [0, 100, 110, 120, 900][index] ?? 0,
    rssMib: 1,
  }));
  const journal = [line("run_started", 0), soak("a", 500, 2700), soak("b", 1000, 2000)];
  assertEquals(watchedOf(beats, journal, ["a", "b"]), { durationMs: 2000, cpuPct: 3.5 });
});

Deno.test("watchedOf() says why there is no figure", () => {
  const journal = [line("run_started", 0), soak("a", 0, 100), soak("b", 200, 100)];
  assertEquals(watchedOf([], journal, ["a", "b"]), "The 2 modules were never in their soak all at once");
  assertEquals(watchedOf([], journal, ["a", "b", "c"]), "Only 2 of 3 had a soak");
});
