/** A clock that stands still until the test moves it. */

import type { Clock } from "../../lib/host/host.ts";

export interface HandClock extends Clock {
  /** Moves on by `ms`, waking sleepers in their order, each with the time at which it wanted to be woken. */
  advance(ms: number): Promise<void>;
  /** When the next sleeper wants to be woken; undefined where none sleeps. */
  nextDue(): number | undefined;
  /** Moves on to that moment and wakes it. */
  wakeNext(): void;
  /** How many sleep now. */
  sleepers(): number;
}

interface Sleeper {
  due: number;
  wake: () => void;
}

export function handClock(): HandClock {
  let now = 0;
  const asleep = new Set<Sleeper>();

  return {
    wall: () => now,
    mono: () => now,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const abort = () => {
          asleep.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          asleep.delete(sleeper);
          signal?.removeEventListener("abort", abort);
          resolve();
        };
        const sleeper: Sleeper = { due: now + ms, wake };
        asleep.add(sleeper);
        signal?.addEventListener("abort", abort, { once: true });
      });
    },
    async advance(ms) {
      const end = now + ms;
      await settled();
      for (let next = earliest(asleep); next !== undefined && next.due <= end; next = earliest(asleep)) {
        now = next.due;
        next.wake();
        await settled();
      }
      now = end;
    },
    nextDue: () => earliest(asleep)?.due,
    wakeNext() {
      const next = earliest(asleep);
      if (next === undefined) return;
      now = Math.max(now, next.due);
      next.wake();
    },
    sleepers: () => asleep.size,
  };
}

function earliest(asleep: ReadonlySet<Sleeper>): Sleeper | undefined {
  return [...asleep].reduce<Sleeper | undefined>((a, b) => a === undefined || b.due < a.due ? b : a, undefined);
}

/** Resolves when everything that needs no time has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
