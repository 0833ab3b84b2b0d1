/** Waits until a page, or the check in its place, is ready for the first time, and writes down how that went. */

import type { ProbeHost } from "../health/probe.ts";
import { waitReady } from "../health/wait.ts";
import type { RunContext } from "./context.ts";
import { attemptLimitMs } from "./context.ts";

export interface AwaitedPage {
  /** As lines of the journal name it. */
  where: { cycle: number; module: string; service: string; page?: number };
  /** Empty for a check. */
  url: string;
  /** What the container's own health check allows for starting, beyond the timeout. */
  startPeriodMs: number;
  /** What is seen when the limit is over that explains the last answer; null if there is nothing of the kind. */
  explain?: () => string | null;
}

/** Whether it became ready within the timeout. `hopeless`: aborted when its container has ended for good. */
export async function becomesReady(
  context: Pick<RunContext, "config" | "journal" | "signal">,
  asked: ProbeHost,
  { explain, startPeriodMs, url, where }: AwaitedPage,
  hopeless: AbortSignal,
): Promise<boolean> {
  const { config, journal, signal } = context;
  const { ready, ...seen } = await waitReady(asked, {
    url,
    timeoutMs: config.timeoutSec * 1000 + startPeriodMs,
    probeTimeoutMs: attemptLimitMs(context),
    signal,
    hopeless,
  });
  if ("last" in seen) {
    const why = explain?.() ?? null;
    const last = why === null ? seen.last : `${seen.last}; ${why}`;
    const startPeriod = startPeriodMs > 0 ? { startPeriodMs } : {};
    journal.add({ type: "not_ready", ...where, ...seen, last, ...startPeriod });
  } else journal.add({ type: "ready", ...where, ...seen });
  return ready;
}
