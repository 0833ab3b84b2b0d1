/** Which cycles' last log lines REPORT.json repeats: over a hundred cycles they would be most of it. */

import type { CycleVerdict } from "../../model/record.ts";
import type { ReportContainer } from "./report.ts";

/** Of cycles that did not pass, the first so many. */
const MOST_TOLD = 10;

/** Log lines stay with the first cycles that did not pass and with the last one. */
export function cyclesWithTails(cycles: readonly CycleVerdict[]): ReadonlySet<CycleVerdict | undefined> {
  return new Set([...cycles.filter(({ status }) => status !== "PASS").slice(0, MOST_TOLD), cycles.at(-1)]);
}

/** Of the other cycles, the path says where the lines are. Changes the containers. */
export function withoutTails(containers: Record<string, ReportContainer>): Record<string, ReportContainer> {
  for (const container of Object.values(containers)) {
    if (container.log !== null) container.log = { ...container.log, tail: [] };
  }
  return containers;
}
