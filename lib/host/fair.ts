/**
 * Fair limits: while more processes want a core than the host has, only that share of the time counts in which one of
 * them could have had a core. So the time that a service gets does not depend on what else runs beside it.
 */

import type { Host } from "./host.ts";

/** Without `kernel` and `cores`, as for an engine on another host, all time counts. */
export type FairHost = Pick<Host, "clock"> & Partial<Pick<Host, "kernel" | "cores">>;

/** How often the kernel is asked during a wait. */
const TICK_MS = 250;

/** No limit grows beyond this many times itself, so that a process that hangs on a busy host is ended, too. */
export const LONGEST_FACTOR = 10;

/**
 * The load at one moment: how many processes want a core, and how long some had to wait for one since the system
 * booted.
 */
export interface Load {
  running: number;
  /** In microseconds; null if this kernel does not count it (no PSI). */
  stalledUs: number | null;
}

/** null if the kernel does not say. */
export function readLoad({ kernel }: Pick<FairHost, "kernel">): Load | null {
  const running = /^\S+ \S+ \S+ (\d{1,9})\//.exec(kernel?.read("/proc/loadavg") ?? "")?.[1];
  if (running === undefined) return null;
  const stalled = /^some .*total=(\d{1,15})\b/m.exec(kernel?.read("/proc/pressure/cpu") ?? "")?.[1];
  // Without this program, which runs while it reads.
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

/** Counts the time since it was made. */
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

  /** How much of the time since it was made did not count, in whole milliseconds. */
  get starvedMs(): number {
    this.#count();
    return Math.max(0, Math.round(this.#last.at - this.#began - this.#countedMs));
  }

  /** Resolves to true when `limitMs` have been counted since it was made, and to false if the signal aborts first. */
  async reaches(limitMs: number, signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#host;
    // A timer may come a fraction too early.
    for (let left = limitMs; left > 0.5; left = this.#left(limitMs)) {
      const isKnown = this.#last.load !== null;
      const slept = await clock.sleep(isKnown ? Math.min(TICK_MS, left) : left, signal).then(() => true, () => false);
      if (!slept) return false;
      // All time counts, so the whole limit is over.
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
