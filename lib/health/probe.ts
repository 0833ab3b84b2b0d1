/** One request to a health endpoint, and what it counts as. Never throws, but for the caller's own abort. */

import type { Host } from "../host/host.ts";
import type { ProbeOutcome } from "../model/evidence.ts";

export type ProbeHost = Pick<Host, "clock" | "get">;

/**
 * Healthy is a 2xx, redirects followed, its body read to the end, within `timeoutMs`. The latency of a failed attempt is
 * the time until it was given up. Rejects with the signal's reason when that is aborted.
 */
export async function probe(
  host: ProbeHost,
  url: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const limit = new AbortController();
  const timer = host.clock.sleep(timeoutMs, limit.signal).then(() => limit.abort(), () => {});
  const began = host.clock.mono();
  let status: number | null = null;
  let error: string | null = null;
  try {
    status = (await host.get(url, AbortSignal.any([limit.signal, signal]))).status;
    if (status < 200 || status > 299) error = `answered ${status}`;
  } catch (cause) {
    signal.throwIfAborted();
    error = limit.signal.aborted ? `no complete answer within ${timeoutMs} ms` : describe(cause);
  }
  const latencyMs = host.clock.mono() - began;
  limit.abort();
  await timer;
  return { ok: error === null, latencyMs, status, error };
}

/** The innermost cause, which names the address and the reason: the outer layers only say that sending failed. */
function describe(error: unknown): string {
  let text = error instanceof Error ? error.message : String(error);
  for (let cause = error instanceof Error ? error.cause : undefined; cause instanceof Error; cause = cause.cause) {
    text = cause.message;
  }
  const short = /connection refused|connection reset|connection closed|timed out|unreachable|too many redirects/i.exec(
    text,
  );
  return short === null ? text.replaceAll(/\s+/g, " ").slice(0, 200) : short[0].toLowerCase();
}
