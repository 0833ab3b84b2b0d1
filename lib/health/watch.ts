/**
 * Makes a check from the moment the service is ready until the window closes, one attempt at a time, and hands out each
 * outcome.
 */

import { anySignal } from "../host/any_signal.ts";
import { untilTick } from "../host/tick.ts";
import type { ProbeOutcome } from "../model/evidence.ts";
import { LAST_PROBES } from "../model/settings.ts";
import type { Ask } from "./kind.ts";
import type { ProbeHost } from "./probe.ts";
import { probe } from "./probe.ts";

export interface WatchOptions {
  ask: Ask;
  probeTimeoutMs: number;
  /** Pause between probes until `minProbes` are done. */
  intervalMs: number;
  /**
   * After that, the interval of the moments that all checks share, and how much later than these this check is made.
   */
  idleIntervalMs: number;
  idleOffsetMs: number;
  minProbes: number;
  /** Ends the watch in order: with a last probe that has its full time, so that nothing hides in the last moment. */
  close: AbortSignal;
  /** Ends the watch at once; a probe under way is left out. */
  abort: AbortSignal;
  onProbe(outcome: ProbeOutcome): void;
}

export interface Watch {
  /** Resolves when `minProbes` are done, or when the watch has ended. */
  readonly enough: Promise<void>;
  readonly ended: Promise<void>;
}

export function watchHealth(host: ProbeHost, options: WatchOptions): Watch {
  const enough = Promise.withResolvers<void>();
  /**
   * Probes in a row, up to the latest, that got no answer within the full limit: each says as much as one at the end.
   */
  let hungInRow = 0;

  async function once(): Promise<boolean> {
    const outcome = await probe(host, options.ask, options.probeTimeoutMs, options.abort);
    options.onProbe(outcome);
    const hung = !outcome.ok && outcome.status === null && outcome.latencyMs >= options.probeTimeoutMs;
    hungInRow = hung ? hungInRow + 1 : 0;
    return outcome.ok;
  }

  async function untilClosed(): Promise<void> {
    for (let done = 1; !options.close.aborted; done++) {
      await once();
      if (done >= options.minProbes) enough.resolve();
      const pause = done < options.minProbes
        ? options.intervalMs
        : untilTick(host.clock, options.idleIntervalMs, options.idleOffsetMs);
      await host.clock.sleep(pause, anySignal([options.close, options.abort])).catch(() => {});
    }
  }

  /**
   * One failed probe may be chance; LAST_PROBES in a row at the very end are not. If the page hangs for good, the
   * probes before the end also took their full time: they count, so that the result is known sooner.
   */
  async function last(): Promise<void> {
    for (let left = Math.max(1, LAST_PROBES - hungInRow); left > 0 && !await once(); left--) {
      if (left > 1) await host.clock.sleep(options.intervalMs, options.abort);
    }
  }

  async function run(): Promise<void> {
    try {
      await untilClosed();
      await last();
    } catch (error) {
      if (!options.abort.aborted) throw error;
    } finally {
      enough.resolve();
    }
  }

  const ended = run();
  // `ended` passes the error on to its caller.
  ended.catch(() => {});
  return { enough: enough.promise, ended };
}
