/** The faults of a stand-in's health page, as its environment asks for them. Pure. */

import type { Knobs } from "./knobs.ts";

/** The faults of the health page. */
export interface HealthFaults {
  /** The page that plays them. */
  path: string;
  status: number | null;
  sleepSec: number;
  /** Accepts and never answers; closes at once; redirects to itself; or has an endless body. */
  odd: OddHealth | null;
  /** Only every n-th answer takes `sleepSec`; null: all. */
  slowEvery: number | null;
  /** Every n-th answer is a 503. */
  failEvery: number | null;
  /** 503 from this time on. */
  lostAfterSec: number | null;
  /** Only callers whose User-Agent has this text meet the faults; null: all. */
  agent: string | null;
}

export const ODD_HEALTH = ["hang", "close", "redirect-loop", "endless"] as const;
export type OddHealth = (typeof ODD_HEALTH)[number];

export function readHealthFaults({ amount, flag, text, whole, word }: Knobs): HealthFaults {
  return {
    path: text("FAULT_HEALTH_PATH") || "/health",
    status: whole("FAULT_HEALTH_STATUS", 200, 599),
    sleepSec: amount("FAULT_HEALTH_SLEEP") ?? 0,
    odd: flag("FAULT_HEALTH_HANG") ? "hang" : word("FAULT_HEALTH_ODD", ODD_HEALTH),
    slowEvery: whole("FAULT_SLOW_EVERY", 1, 1_000_000),
    failEvery: whole("FAULT_FAIL_EVERY", 1, 1_000_000),
    lostAfterSec: amount("FAULT_LOST_AFTER"),
    agent: text("FAULT_HEALTH_AGENT") || null,
  };
}
