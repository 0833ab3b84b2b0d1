/**
 * Limits that are fair: while more processes want a core than the host has, only that share of the time counts in which one
 * of them could have had a core. So what a service is given does not depend on what else runs beside it.
 */

import type { Host } from "./host.ts";

/** Without `kernel` and `cores`, as for an engine of another host, all time counts. */
export type FairHost = Pick<Host, "clock"> & Partial<Pick<Host, "kernel" | "cores">>;

/** How often the kernel is asked while somebody waits. */
const TICK_MS = 250;

/** No limit becomes longer than so many times itself: what hangs on a busy host comes to its end, too. */
export const LONGEST_FACTOR = 10;

/** What the kernel says of a moment: how many processes want a core, and how long some had to wait for one since it booted. */
export interface Load {
  running: number;
  /** In microseconds; null where this kernel does not count it (no PSI). */
  stalledUs: number | null;
}

/** null where the kernel does not say. */
export function readLoad({ kernel }: Pick<FairHost, "kernel">): Load | null {
  const running = /^\S+ \S+ \S+ (\d{1,9})\//.exec(kernel?.read("/proc/loadavg") ?? "")?.[1];
  if (running === undefined) return null;
  const stalled = /^some .*total=(\d{1,15})\b/m.exec(kernel?.read("/proc/pressure/cpu") ?? "")?.[1];
  // This program runs while it reads.
  return { running: Math.max(0, Number(running) - 1), stalledUs: stalled === undefined ? null : Number(stalled) };
}

/** The share of the `ms` between two moments, from 0 to 1, in which a process that wanted a core had one. */
export function coreShare(before: Load, after: Load, ms: number, cores: number): number {
  const wanting = (before.running + after.running) / 2;
  if (wanting <= cores || ms <= 0) return 1;
  const stalled = before.stalledUs === null || after.stalledUs === null
    ? 1
    : Math.min(1, Math.max(0, (after.stalledUs - before.stalledUs) / (ms * 1000)));
  return 1 - stalled * (1 - cores / wanting);
}

/** Counts the time from its making on. */
export class FairTimer {
  readonly #host: FairHost;
  readonly #began: number;
  #last: { at: number; load: Load | null };
  #countedMs = 0;

  constructor(host: FairHost) {
    this.#host = host;
    this.#began = host.clock.mono();
    this.#last = { at: this.#began, load: this.#read() };
  }

  /** How much of the time since its making did not count, by now, in whole milliseconds. */
  get starvedMs(): number {
    this.#count();
    return Math.max(0, Math.round(this.#last.at - this.#began - this.#countedMs));
  }

  /** Resolves to true when `limitMs` have been counted since its making, and to false when the signal aborts first. */
  async reaches(limitMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#host;
    // A timer may come a fraction too early.
    for (let left = limitMs; left > 0.5; left = this.#left(limitMs)) {
      const isKnown = this.#last.load !== null;
      const slept = await clock.sleep(isKnown ? Math.min(TICK_MS, left) : left, signal).then(() => true, () => false);
      if (!slept) return false;
      // All time counts: the clock has said that it is over.
      if (!isKnown) return true;
      this.#count();
    }
    return true;
  }

  #left(limitMs: number): number {
    const longest = this.#began + limitMs * LONGEST_FACTOR - this.#last.at;
    return Math.min(longest, limitMs - this.#countedMs);
  }

  #count(): void {
    const at = this.#host.clock.mono();
    const ms = at - this.#last.at;
    if (ms <= 0) return;
    const load = this.#last.load === null ? null : this.#read();
    const share = this.#last.load === null || load === null
      ? 1
      : coreShare(this.#last.load, load, ms, this.#host.cores ?? Infinity);
    this.#countedMs += ms * share;
    this.#last = { at, load };
  }

  #read(): Load | null {
    return readLoad(this.#host);
  }
}
