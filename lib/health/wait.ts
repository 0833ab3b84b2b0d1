/** Waits until an endpoint answers 2xx, with exponential backoff and jitter, and keeps the last answer seen. */

import { retry } from "@std/async";
import { anySignal } from "../host/any_signal.ts";
import { FairTimer } from "../host/fair.ts";
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
  /** The whole wait; a fair limit, which a busy host makes longer. */
  timeoutMs: number;
  /** One attempt. */
  probeTimeoutMs: number;
  /** The user's interrupt: rejects with its reason. */
  signal: AbortSignal;
  /** Aborted where waiting has become useless: the container has ended for good. */
  hopeless: AbortSignal;
}

export type WaitOutcome =
  | { ready: true; afterMs: number; attempts: number; starvedMs?: number }
  | {
    ready: false;
    afterMs: number;
    attempts: number;
    last: string;
    limit: "timeout" | "exited";
    /** How much of the wait did not count against the limit, since the host had no core for all who wanted one. */
    starvedMs?: number;
  };

/** An attempt that was cut by the limit and had gone on for so long says more than what the one before it was answered. */
const TELLING_MS = 1000;

class NotYet extends Error {}

export async function waitReady(host: ProbeHost, options: WaitOptions): Promise<WaitOutcome> {
  const began = host.clock.mono();
  const deadline = new AbortController();
  const stop = anySignal([options.signal, options.hopeless, deadline.signal]);
  const fair = new FairTimer(host);
  const timer = fair.reaches(options.timeoutMs, anySignal([deadline.signal, options.signal]))
    .then((reached) => reached && deadline.abort("timeout"));
  let attempts = 0;
  let attemptBegan = began;
  let last = "no attempt was answered or refused";

  async function attempt(): Promise<void> {
    attempts++;
    attemptBegan = host.clock.mono();
    const outcome: ProbeOutcome = await probe(host, options.url, options.probeTimeoutMs, stop);
    if (outcome.ok) return;
    attemptBegan = Infinity;
    last = outcome.error ?? "";
    throw new NotYet();
  }

  function starved(): { starvedMs?: number } {
    const { starvedMs } = fair;
    return starvedMs === 0 ? {} : { starvedMs };
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
    return { ready: true, afterMs: host.clock.mono() - began, attempts, ...starved() };
  } catch (error) {
    options.signal.throwIfAborted();
    if (!stop.aborted) throw error;
    const limit = options.hopeless.aborted ? "exited" : "timeout";
    const now = host.clock.mono();
    const cutMs = attempts === 0 ? 0 : now - attemptBegan;
    if (limit === "timeout" && (cutMs >= TELLING_MS || (attempts === 1 && cutMs > 0))) {
      last = `no complete answer within the ${Math.round(cutMs)} ms that were left`;
    }
    return { ready: false, afterMs: now - began, attempts, last, limit, ...starved() };
  } finally {
    deadline.abort("done");
    await timer;
  }
}
