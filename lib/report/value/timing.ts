/** `timing` of REPORT.json: where the time of the run went. It rounds and renames what figures/timing.ts computes. */

import type { PhaseTimes } from "../../figures/critical_path.ts";
import { runTiming } from "../../figures/timing.ts";
import { duration } from "../../text/units.ts";
import type { Phase } from "../../model/evidence.ts";
import type { RunEvidence } from "../../model/record.ts";
import { round, roundOrNull } from "../../text/round.ts";

export interface ReportTiming {
  /** The whole run. */
  wall_ms: number;
  /** How many modules may run at the same time; null if the journal does not say. */
  jobs: number | null;
  /** Start, ready, the longer of probes and tests, soak and stop, added up over all modules and cycles. */
  sum_ms: number | null;
  /** The longest chain of these through the dependencies, added up over the cycles; null if the dependencies are unknown. */
  critical_ms: number | null;
  /** `wall_ms` minus the larger of `critical_ms` and `sum_ms` / `jobs`; null if the run did not finish. */
  own_ms: number | null;
  own_pct: number | null;
  cycles: { cycle: number; sum_ms: number; critical_ms: number | null }[];
  /** Of all cycles, in the order of time. */
  critical_path: ReportStep[];
  /** In the order of the plan, including modules that were only brought up for others. */
  modules: ReportModuleTiming[];
}

export interface ReportStep {
  cycle: number;
  module: string;
  phase: Phase;
  duration_ms: number;
}

export interface ReportModuleTiming {
  name: string;
  tested: boolean;
  core: boolean;
  /** In how many cycles anything was done with the module. */
  cycles: number;
  /** Over the cycles that have the phase. */
  phases_median_ms: PhaseTimes;
  phases_total_ms: PhaseTimes;
}

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
