/**
 * Moments that all who wait for the same interval share. Being woken costs this program more than what it does then, so
 * that nine services looked at in one go take a third of the CPU of nine at moments of their own.
 */

import type { Clock } from "./host.ts";

/** Of samples and the like, so that no health request waits for them. */
export const OFFSET_MS = 50;

/**
 * Milliseconds until the next moment of the interval, `offsetMs` after its full multiples; of one that is nearer than half
 * an interval until the one after it, so that there is always a pause.
 */
export function untilTick(clock: Pick<Clock, "mono">, intervalMs: number, offsetMs = 0): number {
  const since = clock.mono() - offsetMs;
  const rest = intervalMs - (since - Math.floor(since / intervalMs) * intervalMs);
  return rest < intervalMs / 2 ? rest + intervalMs : rest;
}
