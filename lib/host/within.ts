/** Waits for something, but not forever. */

import { anySignal } from "./any_signal.ts";
import type { Clock } from "./host.ts";

export const LATE: unique symbol = Symbol("late");

/**
 * What `work` resolves to, or LATE after `ms`. Rejects as `work` does, and with the signal's reason if that aborts first. What the
 * work does after that is the caller's business; no timer is left.
 */
export async function within<T>(
  clock: Pick<Clock, "sleep">,
  ms: number,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T | typeof LATE> {
  const timer = new AbortController();
  const stop = signal === undefined ? timer.signal : anySignal([timer.signal, signal]);
  const late = clock.sleep(ms, stop).then((): typeof LATE => LATE, (): typeof LATE => LATE);
  try {
    const result = await Promise.race([work, late]);
    signal?.throwIfAborted();
    return result;
  } finally {
    timer.abort();
    work.catch(() => {});
    await late;
  }
}
