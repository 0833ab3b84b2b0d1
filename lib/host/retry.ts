/** `retry` of `@std/async` on a host's clock: its own timer is a mere turn of the event loop, and pauses are the clock's. */

import { retry } from "@std/async";
import type { Clock } from "./host.ts";

/** Pauses that grow. In ms; `jitter`: how much shorter one may be, as a share of it. */
export interface Backoff {
  firstMs: number;
  growth: number;
  longestMs: number;
  jitter: number;
}

export interface RetryOptions {
  backoff: Backoff;
  isRetriable: (error: unknown) => boolean;
  /** Rejects with its reason, also during a pause. */
  signal: AbortSignal;
}

/** Attempts until one does not throw, or throws what is not retriable. */
export async function retryOn<T>(clock: Clock, attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { backoff, isRetriable, signal } = options;
  let made = 0;
  const paused = async () => {
    if (made > 0) await clock.sleep(pauseMs(clock, backoff, made - 1), signal);
    made++;
    return await attempt();
  };
  return await retry(paused, { minTimeout: 0, maxAttempts: Number.MAX_SAFE_INTEGER, isRetriable, signal });
}

/** After the `nth` attempt, counted from 0. */
function pauseMs(clock: Clock, { firstMs, growth, jitter, longestMs }: Backoff, nth: number): number {
  return Math.min(longestMs, firstMs * growth ** nth) * (1 - jitter * nextShare(clock));
}

/** How many shares a clock has given out. */
const given = new WeakMap<Clock, number>();
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * From 0 to 1, spread evenly however many are asked for: waits that begin at one moment do not stay in step, and a test that
 * brings its own clock sees the same each time.
 */
function nextShare(clock: Clock): number {
  const nth = given.get(clock) ?? 0;
  given.set(clock, nth + 1);
  return nth * GOLDEN_RATIO % 1;
}
