/** Which cycles' last log lines REPORT.json repeats: with a hundred cycles they would be most of the report. */

import type { CycleVerdict } from "../../model/record.ts";
import type { ReportContainer } from "./report.ts";

/** How many cycles that did not pass keep their lines: the first ones. */
const MOST_TOLD = 10;

/** The first cycles that did not pass, and the last one. */
export function cyclesWithTails(cycles: readonly CycleVerdict[]): ReadonlySet<CycleVerdict | undefined> {
  return new Set([...cycles.filter(({ status }) => status !== "PASS").slice(0, MOST_TOLD), cycles.at(-1)]);
}

/** For the other cycles, the path still says where the lines are. Changes the containers. */
export function withoutTails(containers: Record<string, ReportContainer>): Record<string, ReportContainer> {
  for (const container of Object.values(containers)) {
    if (container.log !== null) container.log = { ...container.log, tail: [] };
  }
  return containers;
}
