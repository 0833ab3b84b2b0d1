/** Which cycles' last log lines REPORT.json repeats: over a hundred cycles they would be most of it. */

import type { ReportCycle } from "./report.ts";

/** Of cycles that did not pass, the first so many. */
const MOST_TOLD = 10;

/**
 * Log lines stay with the first cycles that did not pass and with the last one; elsewhere the path says where they are. The
 * cycles are changed, since a copy of each would be made of all that is told in it.
 */
export function withFewTails(cycles: ReportCycle[]): ReportCycle[] {
  const told = new Set([...cycles.filter(({ status }) => status !== "PASS").slice(0, MOST_TOLD), cycles.at(-1)]);
  for (const cycle of cycles) {
    if (told.has(cycle)) continue;
    for (const container of Object.values(cycle.metrics)) {
      if (container.log !== null) container.log = { ...container.log, tail: [] };
    }
  }
  return cycles;
}
