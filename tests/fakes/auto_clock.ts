/**
 * A clock that moves by itself: whenever nothing else can happen, it goes on to the next sleeper. A run on it takes no time
 * and is the same each time. The timers of @std/async, which only take a turn of the event loop here, are its own while it drives.
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../../lib/host/host.ts";
import { handClock } from "./clock.ts";

export interface AutoClock extends Clock {
  /** Moves on until `work` has ended. */
  drive<T>(work: () => Promise<T>): Promise<T>;
  /** Moves on until `mono()` is `ms`; what is done after that, nobody sees. Whether `work` had ended by then. */
  driveUntil(ms: number, work: () => Promise<unknown>): Promise<boolean>;
}

const START = Date.UTC(2025, 11, 22, 21, 50, 59);

/** A run that takes longer hangs: something waits for what will never come. */
const LONGEST_MS = 3_600_000;

/** `began`: milliseconds of wall time after the moment at which every test begins. */
export function autoClock(began = 0): AutoClock {
  const hand = handClock();
  const sleep = hand.sleep;

  async function drive<T>(work: () => Promise<T>, untilMs: number): Promise<T | undefined> {
    const restore = takeOver(hand);
    try {
      let ended = false;
      const result = work().finally(() => ended = true);
      result.catch(() => {});
      while (true) {
        // All promises that can settle have done so before the next turn of the event loop.
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (ended) return await result;
        const next = hand.nextDue();
        if (next === undefined && untilMs < Infinity) return undefined;
        if (next === undefined) throw new Error("nothing sleeps, and the work has not ended");
        if (next > untilMs) return undefined;
        if (next > LONGEST_MS) throw new Error("the work does not end");
        hand.wakeNext();
      }
    } finally {
      restore();
    }
  }

  return {
    wall: () => START + began + hand.mono(),
    mono: hand.mono,
    sleep,
    drive: async <T>(work: () => Promise<T>) => await drive(work, Infinity) as T,
    driveUntil: async (ms, work) => await drive(() => work().then(() => true), ms) === true,
  };
}

/** Returns how to give the globals back. */
function takeOver(clock: Clock): () => void {
  const { setTimeout, clearTimeout } = globalThis;
  const timers = new Map<number, AbortController>();
  let made = 0;
  globalThis.setTimeout = ((callback: () => void, ms = 0) => {
    const abort = new AbortController();
    const id = ++made;
    timers.set(id, abort);
    clock.sleep(ms, abort.signal).then(callback, () => {});
    return id;
  }) as typeof setTimeout;
  globalThis.clearTimeout = (id) => timers.get(id as number)?.abort();
  return () => void Object.assign(globalThis, { setTimeout, clearTimeout });
}
