/** Waits until an endpoint answers 2xx, with exponential backoff and jitter, and keeps the last answer seen. */

import { retry } from "@std/async";
import type { ProbeOutcome } from "../model/evidence.ts";
import type { ProbeHost } from "./probe.ts";
import { probe } from "./probe.ts";

/** The first pause; each is longer than the one before by so much, so that it stays a small share of the whole wait. */
const FIRST_PAUSE_MS = 20;
const GROWTH = 1.04;
/** Cap of the pause: a service is seen ready at most this long, and one answer, after it became so. */
const LONGEST_PAUSE_MS = 100;

export interface WaitOptions {
  url: string;
  /** The whole wait. */
  timeoutMs: number;
  /** One attempt. */
  probeTimeoutMs: number;
  /** The user's interrupt: rejects with its reason. */
  signal: AbortSignal;
  /** Aborted where waiting has become useless: the container has ended for good. */
  hopeless: AbortSignal;
}

export type WaitOutcome =
  | { ready: true; afterMs: number; attempts: number }
  | { ready: false; afterMs: number; attempts: number; last: string; limit: "timeout" | "exited" };

class NotYet extends Error {}

export async function waitReady(host: ProbeHost, options: WaitOptions): Promise<WaitOutcome> {
  const began = host.clock.mono();
  const deadline = new AbortController();
  const stop = AbortSignal.any([options.signal, options.hopeless, deadline.signal]);
  const timer = host.clock.sleep(options.timeoutMs, AbortSignal.any([deadline.signal, options.signal]))
    .then(() => deadline.abort("timeout"), () => {});
  let attempts = 0;
  let last = "no attempt was answered or refused";

  async function attempt(): Promise<void> {
    attempts++;
    const outcome: ProbeOutcome = await probe(host, options.url, options.probeTimeoutMs, stop);
    if (outcome.ok) return;
    last = outcome.error ?? "";
    throw new NotYet();
  }

  try {
    await retry(attempt, {
      multiplier: GROWTH,
      minTimeout: FIRST_PAUSE_MS,
      maxTimeout: LONGEST_PAUSE_MS,
      maxAttempts: Number.MAX_SAFE_INTEGER,
      jitter: 0.5,
      isRetriable: (error) => error instanceof NotYet,
      signal: stop,
    });
    return { ready: true, afterMs: host.clock.mono() - began, attempts };
  } catch (error) {
    options.signal.throwIfAborted();
    if (!stop.aborted) throw error;
    const limit = options.hopeless.aborted ? "exited" : "timeout";
    return { ready: false, afterMs: host.clock.mono() - began, attempts, last, limit };
  } finally {
    deadline.abort("done");
    await timer;
  }
}
