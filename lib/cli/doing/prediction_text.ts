/** A prediction as text for people and as a value for `plan --json`. Pure. */

import { count, duration } from "../../text/units.ts";
import type { Extent } from "../../model/extent.ts";
import { spanText } from "../../text/span.ts";
import { plain } from "../../report/escape.ts";
import { pathText, type ReportStep } from "../../report/value/timing.ts";
import { round, roundOrNull } from "../../text/round.ts";
import type { PlanPrediction } from "./prediction.ts";

/** The keys are written for the readers of REPORT.json. */
export interface PredictionJson {
  /** The report that it rests on, and the number of cycles in it. */
  from: string;
  from_cycles: number;
  /** One module after the other, over all cycles of the plan; null if the record has none of its modules. */
  sum_ms: number | null;
  critical_ms: number | null;
  /** Of the first cycle. */
  critical_path: Omit<ReportStep, "cycle">[];
  /** Modules that the record lacks: no figure includes them. */
  unknown_modules: string[];
  /** Modules to be tested whose probes and tests the record lacks. */
  untested_modules: string[];
}

export function predictionJson(
  { from, cycles, sumMs, criticalMs, unknown, untested, path }: PlanPrediction,
): PredictionJson {
  return {
    from,
    from_cycles: cycles,
    sum_ms: roundOrNull(sumMs),
    critical_ms: roundOrNull(criticalMs),
    critical_path: path.map(({ module, phase, durationMs }) => ({ module, phase, duration_ms: round(durationMs) })),
    unknown_modules: unknown,
    untested_modules: untested,
  };
}

/** Ends with a line break. `extent` is that of the plan. */
export function predictionText(prediction: PlanPrediction, extent: Extent): string {
  const { critical_path, critical_ms, sum_ms, ...json } = predictionJson(prediction);
  const basis = `Predicted from ${plain(json.from)} (${count(json.from_cycles, "cycle")}, medians)`;
  const left = [
    ...named("Not in that record, and left out", json.unknown_modules),
    ...named("Not tested in that record, so without probes and tests", json.untested_modules),
  ];
  const figures = sum_ms === null || critical_ms === null ? [`${basis}: nothing, it has none of these modules`] : [
    `${basis}, for ${predictedText(extent)}:`,
    `  one module after the other ${duration(sum_ms)}, side by side as far as dependencies allow ${
      duration(critical_ms)
    }`,
    `  critical path${(extent.cycles ?? 1) === 1 ? "" : " of the first cycle"}: ${plain(pathText(critical_path))}`,
  ];
  return `${[...figures, ...left].join("\n")}\n`;
}

function predictedText({ cycles, forSec }: Extent): string {
  if (cycles === null) return `each of the cycles that begin within ${spanText(forSec ?? 0)}`;
  return `${count(cycles, "cycle")}${forSec === undefined ? "" : `, or as many as begin within ${spanText(forSec)}`}`;
}

function named(what: string, modules: readonly string[]): string[] {
  return modules.length === 0 ? [] : [`  ${what}: ${modules.map(plain).join(", ")}`];
}
