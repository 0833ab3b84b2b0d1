/** `timing` of REPORT.json: where the time of the run went. It rounds and renames what figures/timing.ts computes. */

import type { Infer } from "../../values/schema.ts";
import type * as shapes from "./shapes/timing.ts";
import type { PhaseTimes } from "../../figures/critical_path.ts";
import { runTiming } from "../../figures/timing.ts";
import { duration } from "../../text/units.ts";
import type { RunEvidence } from "../../model/record.ts";
import { round, roundOrNull } from "../../text/round.ts";

export type ReportTiming = Infer<typeof shapes.timing>;
export type ReportStep = Infer<typeof shapes.step>;
export type ReportModuleTiming = Infer<typeof shapes.moduleTiming>;

export function reportTiming(evidence: RunEvidence): ReportTiming {
  const { wallMs, jobs, sumMs, criticalMs, ownMs, ownPct, cycles, modules } = runTiming(evidence);
  return {
    wall_ms: round(wallMs),
    jobs,
    sum_ms: roundOrNull(sumMs),
    critical_ms: roundOrNull(criticalMs),
    own_ms: roundOrNull(ownMs),
    own_pct: roundOrNull(ownPct),
    cycles: cycles.map((cycle) => ({
      cycle: cycle.cycle,
      sum_ms: round(cycle.sumMs),
      critical_ms: roundOrNull(cycle.criticalMs),
    })),
    critical_path: cycles.flatMap(({ cycle, path }) =>
      path.map(({ module, phase, durationMs }) => ({ cycle, module, phase, duration_ms: round(durationMs) }))
    ),
    modules: modules.map(({ name, tested, core, cycles, medianMs, totalMs }) => ({
      name,
      tested,
      core,
      cycles,
      phases_median_ms: rounded(medianMs),
      phases_total_ms: rounded(totalMs),
    })),
  };
}

function rounded(times: PhaseTimes): PhaseTimes {
  return Object.fromEntries(Object.entries(times).map(([phase, ms]) => [phase, round(ms)]));
}

/** `switch start 540 ms → ready 20 ms → hermes start 480 ms`; steps under half a millisecond are left out. */
export function pathText(steps: readonly Omit<ReportStep, "cycle">[]): string {
  const shown = steps.filter(({ duration_ms }) => duration_ms >= 0.5);
  return shown.map(({ module, phase, duration_ms }, index) => {
    const name = shown[index - 1]?.module === module ? "" : `${module} `;
    return `${name}${phase} ${duration(duration_ms)}`;
  }).join(" → ");
}
