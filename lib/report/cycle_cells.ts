/** The table of a module's cycles, the same in every form of report: its columns, and the figures of a row. */

import { duration } from "../text/units.ts";
import { cycleFigures } from "./value/cycle_figures.ts";
import type { ReportCycle } from "./value/report.ts";
import { orDash, testTally } from "./words.ts";

export const CYCLE_COLUMNS: readonly string[] = [
  ...["Cycle", "Status", "Duration", "Health p95", "RAM peak", "RAM settled", "Restarts", "Tests", "Reasons"],
];

/** The cells from `Duration` to `Tests`. */
export function figureCells(cycle: ReportCycle): string[] {
  const { p95Ms, peakMib, restarts, settledMib } = cycleFigures(cycle);
  return [
    orDash(cycle.duration_ms === null ? null : duration(cycle.duration_ms)),
    orDash(p95Ms, "ms"),
    orDash(peakMib, "MiB"),
    orDash(settledMib, "MiB"),
    orDash(restarts),
    testTally(cycle.test_results),
  ];
}
