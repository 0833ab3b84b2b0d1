/** Whether one more start would only slow down the running ones: the host's cores have enough to do. */

import type { FairHost, Load } from "../host/fair.ts";
import { coreShare, readLoad } from "../host/fair.ts";

/**
 * How often the load is read, and the share of a core's time that a process has to get for the cores not to count as
 * busy.
 */
export const LOOK_MS = 100;
const ENOUGH_SHARE = 0.9;

export class StartPressure {
  readonly #host: FairHost;
  #last: { at: number; load: Load | null };
  #isBusy: boolean;

  constructor(host: FairHost) {
    this.#host = host;
    this.#last = { at: host.clock.mono(), load: readLoad(host) };
    this.#isBusy = false;
  }

  /** How many starts may run in any case: one for each core, and one for the time in which those wait. */
  get free(): number {
    return (this.#host.cores ?? Infinity) + 1;
  }

  /** By the kernel's figures for the time since the last look. Never busy if it gives none. */
  isBusy(): boolean {
    const at = this.#host.clock.mono();
    const ms = at - this.#last.at;
    if (ms < LOOK_MS) return this.#isBusy;
    const load = readLoad(this.#host);
    const before = this.#last.load;
    this.#isBusy = before !== null && load !== null &&
      coreShare(before, load, ms, this.#host.cores ?? Infinity) < ENOUGH_SHARE;
    this.#last = { at, load };
    return this.#isBusy;
  }

  /** One more start has begun: its load is seen at the next look. */
  began(): void {
    if (this.#last.load !== null) this.#isBusy = true;
    this.#last.at = this.#host.clock.mono();
  }
}
