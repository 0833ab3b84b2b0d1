/** When the check of a stand-in fails. Pure. */

import type { Knobs } from "./knobs.ts";

/** When `stand-in check` fails: the container's own health check, and the command of a check of readiness. */
export interface CheckFaults {
  /** Until, and from, this many seconds after the start of the service. */
  untilSec: number;
  fromSec: number;
  /** From the n-th run on that finds the service well since its start; and each n-th of them. null: not for this reason. */
  fromRun: number | null;
  everyRun: number | null;
}

export function readCheckFaults({ amount, whole }: Knobs): CheckFaults {
  return {
    untilSec: amount("FAULT_CHECK_FAILS_UNTIL") ?? 0,
    fromSec: amount("FAULT_CHECK_FAILS_AFTER") ?? Infinity,
    fromRun: whole("FAULT_CHECK_FAILS_FROM_RUN", 1, 1_000_000),
    everyRun: whole("FAULT_CHECK_FAILS_EVERY", 1, 1_000_000),
  };
}

/** Why it fails at this time, before the page is asked for. */
export function failsNow({ fromSec, untilSec }: CheckFaults, upSec: number): string | null {
  if (upSec < untilSec) return `until ${untilSec} s`;
  return upSec >= fromSec ? `from ${fromSec} s on` : null;
}

/** Why this run fails. `run`: how often its page was found well since the service's start, this time included. */
export function failsAt({ everyRun, fromRun }: CheckFaults, run: number): string | null {
  if (fromRun !== null && run >= fromRun) return `from run ${fromRun} on`;
  return everyRun !== null && run % everyRun === 0 ? `every run ${everyRun}` : null;
}
