import { assertEquals } from "@std/assert";
import type { SampleOutcome } from "../../lib/engine/engine.ts";
import { MetricsSampler } from "../../lib/run/window/sampler.ts";
import type { ContainerState, Sample } from "../../lib/model/evidence.ts";
import { handClock, settled } from "../fakes/clock.ts";
import { look } from "../fakes/evidence.ts";

function sampleOf(containerId: string, memBytes: number): Sample {
  const none = { memPeakKernelBytes: null, memCacheBytes: null, cpuUsec: null, cpuPct: null, oomKills: null };
  return { containerId, source: "docker stats", memBytes, ...none };
}

/** An engine that takes `tookMs` for each answer; its figures are the time of the answer. */
function scene(tookMs: number, answer?: (states: readonly ContainerState[]) => SampleOutcome[]) {
  const clock = handClock();
  const asked: [number, string][] = [];
  let [under, most] = [0, 0];
  const sampler = new MetricsSampler({
    clock,
    intervalMs: 100,
    async ask(states) {
      asked.push([clock.mono(), states.map(({ id }) => id).join("+")]);
      most = Math.max(most, ++under);
      await clock.sleep(tookMs);
      under--;
      return answer?.(states) ?? states.map(({ id }) => ({ containerId: id, sample: sampleOf(id, clock.mono()) }));
    },
  });
  return { clock, asked, sampler, atOnce: () => most };
}

function sink() {
  const samples: number[] = [];
  const missing: string[] = [];
  return {
    samples,
    missing,
    onSample: (sample: Sample) => void samples.push(sample.memBytes),
    onMissing: (why: string) => void missing.push(why),
  };
}

const A = look("a");
const B = look("b");

Deno.test("watch() takes a sample at once, and one at each interval", async () => {
  const { clock, asked, sampler } = scene(0);
  const seen = sink();
  const watching = sampler.watch(A, seen);
  await clock.advance(0);
  await watching;
  assertEquals(seen.samples, [0]);
  await clock.advance(290);
  assertEquals(seen.samples, [0, 50, 150, 250], "at the moments that all share who wait for 100 ms");
  assertEquals(asked.map(([, ids]) => ids), ["a-1", "a-1", "a-1", "a-1"]);
  await sampler.close();
});

Deno.test("MetricsSampler asks about all containers in one question, and gives each its own answer", async () => {
  const { clock, asked, sampler } = scene(0);
  const [a, b] = [sink(), sink()];
  void sampler.watch(A, a);
  void sampler.watch(B, b);
  await clock.advance(140);
  assertEquals(asked, [[0, "a-1"], [0, "b-1"], [50, "a-1+b-1"]]);
  assertEquals([a.samples, b.samples], [[0, 50], [0, 50]]);
  await sampler.close();
});

Deno.test("MetricsSampler asks one question at a time, however slow the answers are", async () => {
  const { clock, asked, sampler, atOnce } = scene(250);
  void sampler.watch(A, sink());
  void sampler.watch(B, sink());
  await clock.advance(2000);
  assertEquals(atOnce(), 1);
  assertEquals(asked.slice(0, 4).map(([at]) => at), [0, 250, 500, 850]);
  const closing = sampler.close();
  await clock.advance(1000);
  await closing;
});

Deno.test("release() takes a last sample, and none comes after it", async () => {
  const { clock, asked, sampler } = scene(0);
  const [a, b] = [sink(), sink()];
  void sampler.watch(A, a);
  void sampler.watch(B, b);
  await clock.advance(130);
  const releasing = sampler.release(A.id);
  await clock.advance(0);
  await releasing;
  assertEquals(a.samples, [0, 50, 130]);
  await clock.advance(200);
  assertEquals([a.samples, b.samples], [[0, 50, 130], [0, 50, 150, 250]]);
  await sampler.release("unknown");
  assertEquals(asked.at(-1), [250, "b-1"]);
  await sampler.close();
});

Deno.test("MetricsSampler has pressure read at both ends of a window, and about each 2.5 s, whatever the interval", async () => {
  for (const [intervalMs, wanted] of [[500, "*....*....*....*"], [2500, "*"], [9000, "*"]] as const) {
    const clock = handClock();
    const asked: boolean[] = [];
    const sampler = new MetricsSampler({
      clock,
      intervalMs,
      ask: (_, { pressure }) => Promise.resolve((asked.push(pressure), [])),
    });
    await sampler.watch(A, sink());
    await clock.advance(intervalMs * 15.9);
    await sampler.release(A.id);
    const text = asked.map((pressure) => pressure ? "*" : ".").join("");
    // One more question at the beginning than there are intervals, and one at the end.
    assertEquals(text, wanted === "*" ? "*".repeat(asked.length) : `${wanted}*`);
    await sampler.close();
  }
});

Deno.test("MetricsSampler hands on what is missing, and bears that no figure is due or nobody asked for it", async () => {
  const answers: SampleOutcome[][] = [[{ containerId: "a-1", missing: "no cgroup" }], [], [{
    containerId: "z",
    missing: "who?",
  }]];
  const { clock, sampler } = scene(0, () => answers.shift() ?? []);
  const seen = sink();
  void sampler.watch(A, seen);
  await clock.advance(400);
  assertEquals([seen.samples, seen.missing], [[], ["no cgroup"]]);
  await sampler.close();
});

Deno.test("MetricsSampler takes a question that fails as missing, with the reason, and goes on asking", async () => {
  let count = 0;
  const { clock, sampler } = scene(0, (states) => {
    count++;
    if (count <= 2) throw new Error(`docker is away (${count})`);
    return states.map(({ id }) => ({ containerId: id, sample: sampleOf(id, count) }));
  });
  const [a, b] = [sink(), sink()];
  void sampler.watch(A, a);
  await clock.advance(30);
  void sampler.watch(B, b);
  await clock.advance(150);
  assertEquals(a.missing, ["the engine could not be asked: docker is away (1)"]);
  assertEquals(b.missing, ["the engine could not be asked: docker is away (2)"]);
  assertEquals([a.samples, b.samples], [[3, 4], [3, 4]]);
  const releasing = sampler.release(A.id);
  await clock.advance(0);
  await releasing;
  await sampler.close();
});

Deno.test("close() ends the sampling, after the question under way is answered", async () => {
  const { clock, asked, sampler } = scene(30);
  const seen = sink();
  void sampler.watch(A, seen);
  await clock.advance(60);
  let closed = false;
  const closing = sampler.close().then(() => closed = true);
  await settled();
  assertEquals([closed, asked.length], [false, 2]);
  await clock.advance(30);
  await closing;
  await clock.advance(1000);
  assertEquals([asked.length, seen.samples, clock.sleepers()], [2, [30, 80], 0]);
});

Deno.test("close() waits for a first sample that is under way", async () => {
  const { clock, sampler } = scene(30);
  let closed = false;
  void sampler.watch(A, sink());
  await clock.advance(10);
  const closing = sampler.close().then(() => closed = true);
  await settled();
  assertEquals(closed, false);
  await clock.advance(20);
  await closing;
});

Deno.test("close() of a sampler that never watched ends at once", async () => {
  await scene(0).sampler.close();
});
