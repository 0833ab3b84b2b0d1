import { assert, assertEquals, assertRejects } from "@std/assert";
import { retryOn } from "../../lib/host/retry.ts";
import { autoClock } from "../fakes/auto_clock.ts";

const NEVER = new AbortController().signal;
const isRetriable = (error: unknown) => error instanceof RangeError;

/** When each attempt was made on a clock of its own, if all but the `nth` fail. */
async function attemptsOf(
  backoff: { firstMs: number; growth: number; longestMs: number; jitter: number },
  nth: number,
) {
  const clock = autoClock();
  const made: number[] = [];
  await clock.drive(() =>
    retryOn(clock, () => {
      made.push(clock.mono());
      return made.length === nth ? Promise.resolve() : Promise.reject(new RangeError("not yet"));
    }, { backoff, isRetriable, signal: NEVER })
  );
  return made;
}

Deno.test("retryOn() pauses on the clock it is given, longer and longer, up to the longest pause", async () => {
  assertEquals(await attemptsOf({ firstMs: 10, growth: 2, longestMs: 50, jitter: 0 }, 6), [0, 10, 30, 70, 120, 170]);
});

Deno.test("retryOn() makes pauses shorter by at most the jitter, differently each time, and the same in each run", async () => {
  const backoff = { firstMs: 100, growth: 1, longestMs: 100, jitter: 0.5 };
  const made = await attemptsOf(backoff, 20);
  const pauses = made.slice(1).map((ms, index) => ms - (made[index] ?? 0));
  assert(pauses.every((ms) => ms > 49 && ms <= 100), pauses.join(" "));
  assert(new Set(pauses.map(Math.round)).size > 10, pauses.join(" "));
  assertEquals(await attemptsOf(backoff, 20), made);
});

Deno.test("retryOn() rejects with what is not retriable, and with the reason of an abort during a pause", async () => {
  const clock = autoClock();
  const backoff = { firstMs: 10, growth: 1, longestMs: 10, jitter: 0 };
  const fails = (error: Error) => () => Promise.reject(error);
  await assertRejects(
    () => retryOn(clock, fails(new TypeError("bug")), { backoff, isRetriable, signal: NEVER }),
    TypeError,
    "bug",
  );
  const stop = new AbortController();
  await assertRejects(
    () =>
      clock.drive(async () => {
        const waiting = retryOn(clock, fails(new RangeError("no")), { backoff, isRetriable, signal: stop.signal });
        await clock.sleep(35);
        stop.abort(new Error("Ctrl+C"));
        return await waiting;
      }),
    Error,
    "Ctrl+C",
  );
});
