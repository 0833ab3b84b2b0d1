/** Whether one more start would only make those that go on slower: the host's cores have enough to do. */

import type { FairHost, Load } from "../host/fair.ts";
import { coreShare, readLoad } from "../host/fair.ts";

/** How often it is looked at, and the share of the time below which a process that wants a core is kept waiting for one. */
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

  /** As many starts may go on in any case: one for each core, and one for what those wait for. */
  get free(): number {
    return (this.#host.cores ?? Infinity) + 1;
  }

  /** By what the kernel said of the time since the look before. Never, where it says nothing. */
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

  /** One more has begun: what it costs is seen at the next look. */
  began(): void {
    if (this.#last.load !== null) this.#isBusy = true;
    this.#last.at = this.#host.clock.mono();
  }
}
