import { assertEquals } from "@std/assert";
import type { WatchOptions } from "../../lib/health/watch.ts";
import { watchHealth } from "../../lib/health/watch.ts";
import type { ProbeOutcome } from "../../lib/model/evidence.ts";
import type { HandClock } from "../fakes/clock.ts";
import { handClock, settled } from "../fakes/clock.ts";

interface Scene {
  clock: HandClock;
  outcomes: ProbeOutcome[];
  /** When each request began. */
  asked: number[];
  /** The most requests under way at once. */
  atOnce(): number;
  isEnough(): boolean;
  ended: Promise<void>;
  close(): void;
}

/** Watches a server that takes `latencyMs` for each answer. */
function watch(latencyMs: number, over: Partial<WatchOptions> = {}, status = 200): Scene {
  const clock = handClock();
  const [closing, aborting] = [new AbortController(), new AbortController()];
  const outcomes: ProbeOutcome[] = [];
  const asked: number[] = [];
  let [under, most, enough] = [0, 0, false];
  const watched = watchHealth({ clock }, {
    async ask(signal) {
      asked.push(clock.mono());
      most = Math.max(most, ++under);
      try {
        await clock.sleep(latencyMs, signal);
      } finally {
        under--;
      }
      return { status, error: status === 200 ? null : `answered ${status}` };
    },
    probeTimeoutMs: 5000,
    intervalMs: 100,
    idleIntervalMs: 1000,
    idleOffsetMs: 20,
    minProbes: 3,
    close: closing.signal,
    abort: aborting.signal,
    onProbe: (outcome) => outcomes.push(outcome),
    ...over,
  });
  watched.enough.then(() => enough = true);
  return {
    clock,
    outcomes,
    asked,
    atOnce: () => most,
    isEnough: () => enough,
    ended: watched.ended,
    close: () => closing.abort(),
  };
}

Deno.test("watchHealth() pauses shortly until there are enough probes, and longer after that", async () => {
  const scene = watch(10);
  await scene.clock.advance(2900);
  assertEquals(scene.asked, [0, 110, 220, 1020, 2020], "then at the moments that all endpoints share");
  assertEquals(scene.outcomes.map(({ ok, latencyMs }) => [ok, latencyMs]), Array(5).fill([true, 10]));
  scene.close();
  await scene.clock.advance(10);
  await scene.ended;
});

Deno.test("watchHealth() says when there are enough, and not before", async () => {
  const scene = watch(10);
  await scene.clock.advance(229);
  assertEquals([scene.outcomes.length, scene.isEnough()], [2, false]);
  await scene.clock.advance(1);
  assertEquals([scene.outcomes.length, scene.isEnough()], [3, true]);
  scene.close();
  await scene.clock.advance(10);
  await scene.ended;
});

Deno.test("watchHealth() asks one question at a time, however slow the answers are", async () => {
  const scene = watch(700);
  await scene.clock.advance(2500);
  assertEquals(scene.asked, [0, 800, 1600]);
  assertEquals(scene.atOnce(), 1);
  scene.close();
  await scene.clock.advance(10_000);
  await scene.ended;
});

Deno.test("watchHealth() counts a probe that failed as one of the enough", async () => {
  const scene = watch(60_000, { probeTimeoutMs: 500, minProbes: 2 });
  await scene.clock.advance(1100);
  assertEquals(
    scene.outcomes.map(({ ok, error }) => [ok, error]),
    Array(2).fill([false, "no complete answer within 500 ms"]),
  );
  assertEquals(scene.isEnough(), true);
  scene.close();
  await scene.clock.advance(10_000);
  await scene.ended;
});

Deno.test("watchHealth() that is closed gives the request under way its full time, and asks once more", async () => {
  const scene = watch(50);
  await scene.clock.advance(170);
  assertEquals([scene.asked, scene.outcomes.length], [[0, 150], 1]);
  scene.close();
  await scene.clock.advance(100);
  await scene.ended;
  assertEquals(scene.asked, [0, 150, 200]);
  assertEquals([scene.outcomes.length, scene.isEnough(), scene.clock.sleepers()], [3, true, 0]);
});

Deno.test("watchHealth() that is closed while it pauses asks once more, at once", async () => {
  const scene = watch(1);
  await scene.clock.advance(50);
  scene.close();
  await scene.clock.advance(1);
  await scene.ended;
  assertEquals([scene.asked, scene.clock.sleepers()], [[0, 50], 0]);
});

Deno.test("watchHealth() asks three times in all where the page hangs for good", async () => {
  const scene = watch(60_000, { probeTimeoutMs: 500, minProbes: 1 });
  scene.close();
  await scene.clock.advance(5000);
  await scene.ended;
  assertEquals(scene.asked.length, 3, "the one under way took the full time of one as well");
  assertEquals(scene.outcomes.every(({ ok }) => !ok), true);
});

Deno.test("watchHealth() that is aborted leaves out the request under way, and everything ends", async () => {
  const aborting = new AbortController();
  const scene = watch(50, { abort: aborting.signal });
  await scene.clock.advance(170);
  aborting.abort();
  scene.close();
  await scene.ended;
  await settled();
  assertEquals([scene.outcomes.length, scene.isEnough(), scene.clock.sleepers()], [1, true, 0]);
});

Deno.test("watchHealth() asks three times more at the end where failures came at once: they may have been chance", async () => {
  const scene = watch(0, { minProbes: 1, intervalMs: 10 }, 503);
  await scene.clock.advance(5);
  scene.close();
  await scene.clock.advance(5000);
  await scene.ended;
  assertEquals(scene.asked.length, 1 + 3);
});
