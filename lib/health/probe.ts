/**
 * One attempt at a check, and whether it counts as passed. Throws if the caller aborts, and if this program ran short
 * of a resource.
 */

import { anySignal } from "../host/any_signal.ts";
import { type FairHost, FairTimer } from "../host/fair.ts";
import { extendedText } from "../text/extended.ts";
import type { Host } from "../host/host.ts";
import { refuseShort } from "../host/shortage.ts";
import type { ProbeOutcome } from "../model/evidence.ts";
import { messageOf } from "../model/failure.ts";
import type { Ask } from "./kind.ts";

export type ProbeHost = FairHost & Partial<Pick<Host, "shortage">>;

/** For answers that came sooner, the effect of the host's load is not computed. */
const QUICK_MS = 100;

/**
 * A check that passes within `timeoutMs` is healthy. The latency of a failed attempt is the time until it was given up;
 * that of an answer leaves out the time in which this program itself could not run, which is no fault of the service.
 * `timeoutMs` is a fair limit, and `starvedMs` says how much of a slow answer's latency was waiting for a core. Rejects
 * with the signal's reason if that is aborted, and with a Failure if an attempt failed after this program itself ran
 * short of a resource: that is no answer of the service.
 */
export async function probe(
  host: ProbeHost,
  ask: Ask,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const limit = new AbortController();
  // First, so that the latency of an attempt that was given up is never below its limit.
  const began = host.clock.mono();
  const fair = new FairTimer(host);
  const timer = fair.reaches(timeoutMs, limit.signal).then((reached) => reached && limit.abort());
  let status: number | null = null;
  let lateMs = 0;
  let error: string | null = null;
  try {
    ({ status, error, lateMs = 0 } = await ask(anySignal([limit.signal, signal]), timeoutMs));
  } catch (cause) {
    signal.throwIfAborted();
    refuseShort(host);
    error = limit.signal.aborted ? noAnswerWithin(timeoutMs, fair.starvedMs) : describe(cause);
  } finally {
    limit.abort();
    await timer;
  }
  const waitedMs = host.clock.mono() - began;
  const base = { ok: error === null, latencyMs: Math.max(0, waitedMs - lateMs), status, error };
  const starvedMs = waitedMs < QUICK_MS ? 0 : Math.max(0, fair.starvedMs - lateMs);
  return { ...base, ...(lateMs === 0 ? {} : { lateMs }), ...(starvedMs === 0 ? {} : { starvedMs }) };
}

function noAnswerWithin(limitMs: number, starvedMs: number): string {
  return `no complete answer within ${limitMs} ms${extendedText(limitMs, starvedMs)}`;
}

/** The end of fetch's message; the part before it only says that sending failed, and from which port. */
function describe(error: unknown): string {
  const text = messageOf(error);
  if (/maximum number of redirects/i.test(text)) return "too many redirects";
  const short = /connection refused|connection reset|connection closed|timed out|unreachable/i.exec(text);
  if (short !== null) return short[0].toLowerCase();
  return text.replace(/^.*client error \([^)]*\): /s, "").replaceAll(/\s+/g, " ").slice(0, 200);
}
