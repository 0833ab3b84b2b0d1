/** Makes a check from ready until the window closes, one attempt at a time, and hands out each outcome. */

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
  /** After that, the interval of the moments that all checks share, and by how much this one is asked later than they. */
  idleIntervalMs: number;
  idleOffsetMs: number;
  minProbes: number;
  /** Ends the watch in order: with a last probe that is given its full time, so that nothing hides in the last moment. */
  close: AbortSignal;
  /** Ends the watch at once; a request under way is left out. */
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
  /** Requests in a row, up to the latest, that got no answer in the full time of one: each is as telling as one at the end. */
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
   * One failed probe may be chance; as many in a row as LAST_PROBES at the very end are not. A page that hangs for good took
   * the full time of those before the end as well: they count, so that it is known sooner.
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
  // Whoever waits for its end hears of what went wrong.
  ended.catch(() => {});
  return { enough: enough.promise, ended };
}
