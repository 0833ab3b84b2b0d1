/** The figures of a cycle in the tables of cycles, over all its containers. */

import type { ReportCycle } from "./report.ts";
import { highest } from "../words.ts";

export interface CycleFigures {
  p95Ms: number | null;
  peakMib: number | null;
  settledMib: number | null;
  restarts: number | null;
}

/** Two reports show the same table, and the metrics of a cycle are computed each time they are read. */
const known = new WeakMap<ReportCycle, CycleFigures>();

/** `metrics`: the cycle's own, if the caller has computed them already. */
export function cycleFigures(cycle: ReportCycle, metrics?: ReportCycle["metrics"]): CycleFigures {
  const found = known.get(cycle);
  if (found !== undefined) return found;
  const containers = Object.values(metrics ?? cycle.metrics);
  const figures = {
    p95Ms: highest(containers, (c) => c.health.p95_ms),
    peakMib: highest(containers, (c) => c.stats.mem_peak_mib),
    settledMib: highest(containers, (c) => c.stats.mem_settled_mib),
    restarts: highest(containers, (c) => c.stats.restarts_in_window),
  };
  known.set(cycle, figures);
  return figures;
}
