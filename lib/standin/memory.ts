/**
 * Memory that a stand-in holds. Every byte is written, so that it counts as RSS, and it grows in steps with pauses, so
 * that one who polls sees it coming.
 */

import { delay } from "@std/async";

const MIB = 2 ** 20;
/** Step and pause of what allocates until it is killed: about 400 MiB a second. */
const STEP_MIB = 8;
const PAUSE_MS = 20;

const held: Uint8Array[] = [];

/** Holds so much more from now on. */
export function hold(mib: number): void {
  if (mib > 0) held.push(new Uint8Array(Math.round(mib * MIB)).fill(1));
}

/** Holds more until the process's own RSS is `mib`. */
export function fillTo(mib: number): void {
  for (let left = mib - rssMib(); left > 0.25; left = mib - rssMib()) hold(Math.min(left, STEP_MIB));
}

/** Grows by so much a second, in steps of a tenth, until the bound. */
export async function leak(mibPerSec: number, boundMib: number): Promise<void> {
  for (let mib = 0; mib < boundMib; mib += mibPerSec / 10) {
    hold(mibPerSec / 10);
    await delay(100);
  }
}

/** Allocates until it is killed, or until the bound. */
export async function eat(boundMib: number): Promise<void> {
  for (let mib = 0; mib < boundMib; mib += STEP_MIB) {
    hold(STEP_MIB);
    await delay(PAUSE_MS);
  }
}

function rssMib(): number {
  return Deno.memoryUsage().rss / MIB;
}
