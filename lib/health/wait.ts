/** Waits until a check passes, with exponential backoff and jitter, and keeps the last answer seen. */

import { anySignal } from "../host/any_signal.ts";
import { FairTimer } from "../host/fair.ts";
import { retryOn } from "../host/retry.ts";
import type { Ask } from "./kind.ts";
import type { ProbeHost } from "./probe.ts";
import { probe } from "./probe.ts";

/**
 * The first pause is short; each is longer than the one before by a little, so that it stays a small share of the whole
 * wait. A service is seen to be ready at most the longest pause plus one answer after it became ready.
 */
const BACKOFF = { firstMs: 20, growth: 1.04, longestMs: 100, jitter: 0.5 };

export interface WaitOptions {
  ask: Ask;
  /** The shortest pause between two attempts, for a check that costs much. */
  pauseMs?: number;
  /** The whole wait; a fair limit, which a busy host makes longer. */
  timeoutMs: number;
  /** The limit of one attempt. */
  probeTimeoutMs: number;
  /** The user's interrupt: the wait rejects with its reason. */
  signal: AbortSignal;
  /** Aborted when waiting has become useless: the container has ended for good. */
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
    /** How much of the wait did not count against the limit, since the host had too few cores for all processes. */
    starvedMs?: number;
  };

/** If the limit cuts an attempt that had lasted this long, that says more than the answer to the attempt before it. */
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
    const outcome = await probe(host, options.ask, options.probeTimeoutMs, stop);
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
    const { pauseMs = 0 } = options;
    const backoff = pauseMs === 0 ? BACKOFF : { firstMs: pauseMs, growth: 1, longestMs: pauseMs, jitter: 0 };
    const isRetriable = (error: unknown) => error instanceof NotYet;
    await retryOn(host.clock, attempt, { backoff, isRetriable, signal: stop });
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
