/** Probes an endpoint from ready until the window closes, one request at a time, and hands out each outcome. */

import type { ProbeOutcome } from "../model/evidence.ts";
import type { ProbeHost } from "./probe.ts";
import { probe } from "./probe.ts";

export interface WatchOptions {
  url: string;
  probeTimeoutMs: number;
  /** Pause between probes until `minProbes` are done, and after that. */
  intervalMs: number;
  idleIntervalMs: number;
  minProbes: number;
  /** Ends the watch; a request under way is then left out, since it was not given its full time. */
  close: AbortSignal;
  onProbe(outcome: ProbeOutcome): void;
}

export interface Watch {
  /** Resolves when `minProbes` are done, or when the watch has ended. */
  readonly enough: Promise<void>;
  readonly ended: Promise<void>;
}

export function watchHealth(host: ProbeHost, options: WatchOptions): Watch {
  const enough = Promise.withResolvers<void>();

  async function run(): Promise<void> {
    try {
      for (let done = 1;; done++) {
        options.onProbe(await probe(host, options.url, options.probeTimeoutMs, options.close));
        if (done >= options.minProbes) enough.resolve();
        const pause = done < options.minProbes ? options.intervalMs : options.idleIntervalMs;
        await host.clock.sleep(pause, options.close);
      }
    } catch (error) {
      if (!options.close.aborted) throw error;
    } finally {
      enough.resolve();
    }
  }

  return { enough: enough.promise, ended: run() };
}
