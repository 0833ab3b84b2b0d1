/**
 * Compares a run with the baseline that its journal holds. Pure: the result is the same on another machine and another
 * day.
 */

import type { RunEvidence } from "../model/record.ts";
import type { Status } from "../model/outcome.ts";
import type { Thresholds } from "../model/settings.ts";
import { compareRuns } from "./compare.ts";
import type { Comparison, Limits } from "./comparison.ts";
import { runFigures } from "./run_figures.ts";

export function limitsOf(thresholds: Thresholds): Limits {
  return {
    figures: {
      ready_ms: { pct: thresholds.regressed_ready_pct, floor: thresholds.regressed_ready_ms },
      p95_ms: { pct: thresholds.regressed_p95_pct, floor: thresholds.regressed_p95_ms },
      mem_peak_mib: { pct: thresholds.regressed_mem_pct, floor: thresholds.regressed_mem_mib },
      cpu_mean_pct: { pct: thresholds.regressed_cpu_pct, floor: thresholds.regressed_cpu_points },
      stop_ms: { pct: thresholds.regressed_stop_pct, floor: thresholds.regressed_stop_ms },
    },
    busyPct: thresholds.regressed_busy_pct,
    falseAlarmPct: thresholds.regressed_alarm_pct,
  };
}

/** null if the run has no baseline. `statusOf`: the status of a module, if the verdict is known. */
export function againstBaseline(
  evidence: RunEvidence,
  statusOf?: (module: string) => Status | null,
): Comparison | null {
  const { run } = evidence;
  if (run?.baseline === undefined) return null;
  const { acrossHosts, figures } = run.baseline;
  return compareRuns(figures, runFigures(evidence, statusOf), limitsOf(run.thresholds), acrossHosts);
}
