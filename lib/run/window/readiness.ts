/** Waits until a check passes for the first time, and records how that went. */

import { waitReady } from "../../health/wait.ts";
import type { Check } from "./check.ts";
import type { RunContext } from "../context.ts";
import { attemptLimitMs } from "../context.ts";

/** `where`: the names for the lines of the journal. `hopeless`: aborted when its container has ended for good. */
export async function becomesReady(
  context: Pick<RunContext, "config" | "journal" | "signal">,
  check: Check,
  where: { cycle: number; module: string; service: string; page?: number },
  hopeless: AbortSignal,
): Promise<boolean> {
  const { config, journal, signal } = context;
  const { startPeriodMs } = check;
  const { ready, ...seen } = await waitReady(check.host, {
    ...waiting(context, check),
    timeoutMs: config.timeoutSec * 1000 + startPeriodMs,
    signal,
    hopeless,
  });
  if ("last" in seen) {
    const why = check.refusedBecause();
    const last = why === null ? seen.last : `${seen.last}; ${why}`;
    const startPeriod = startPeriodMs > 0 ? { startPeriodMs } : {};
    journal.add({ type: "not_ready", ...where, ...seen, last, ...startPeriod });
  } else journal.add({ type: "ready", ...where, ...seen });
  return ready;
}

/** What every wait for a check has in common. */
export function waiting(context: Pick<RunContext, "config">, { ask, kind: { pauseMs } }: Check) {
  return { ask, probeTimeoutMs: attemptLimitMs(context), ...(pauseMs === undefined ? {} : { pauseMs }) };
}
