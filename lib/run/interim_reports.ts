/** The reports of a run that goes on: made anew between two cycles, so that whoever looks sees how far it has come. */

import type { RunContext } from "./context.ts";
import { report } from "./run_reports.ts";

/** No sooner after the last ones: what nobody reads need not be written. */
const LEAST_APART_MS = 5 * 60_000;

/** Of a long run they take seconds. They may take up this share of its time. */
const MOST_SHARE = 0.02;

/** They say that the run did not come to its end yet, and give no module a PASS that is not seen through. */
export class InterimReports {
  readonly #context: RunContext;
  #nextMs: number;

  constructor(context: RunContext) {
    this.#context = context;
    this.#nextMs = context.host.clock.mono() + LEAST_APART_MS;
  }

  /** To be called when a cycle has ended and another one is to begin: nothing is measured then. */
  async cycleEnded(): Promise<void> {
    const { host: { clock }, signal } = this.#context;
    const beganMs = clock.mono();
    if (signal.aborted || beganMs < this.#nextMs) return;
    await report(this.#context);
    const tookMs = clock.mono() - beganMs;
    this.#nextMs = clock.mono() + Math.max(LEAST_APART_MS, tookMs / MOST_SHARE);
  }
}
