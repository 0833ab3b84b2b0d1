/** Which cycles' last log lines REPORT.json repeats: over a hundred cycles they would be most of it. Pure. */

import type { ReportContainer, ReportCycle } from "./report.ts";

/** Of cycles that did not pass, the first so many. */
const MOST_TOLD = 10;

/** Log lines stay with the first cycles that did not pass and with the last one; elsewhere the path says where they are. */
export function withFewTails(cycles: readonly ReportCycle[]): ReportCycle[] {
  const told = new Set([...cycles.filter(({ status }) => status !== "PASS").slice(0, MOST_TOLD), cycles.at(-1)]);
  return cycles.map((cycle) => told.has(cycle) ? cycle : { ...cycle, metrics: withoutTails(cycle.metrics) });
}

function withoutTails(metrics: Readonly<Record<string, ReportContainer>>): Record<string, ReportContainer> {
  const bare = Object.entries(metrics).map(([name, container]): [string, ReportContainer] => {
    const { log } = container;
    return [name, log === null ? container : { ...container, log: { ...log, tail: [] } }];
  });
  return Object.fromEntries(bare);
}
