/** Memory over time as REPORT.json and REPORT.md show it, with the smallest leak that the run could have seen. */

import { leakFigures } from "../../figures/leaks.ts";
import { count } from "../../text/units.ts";
import type { CycleEvidence } from "../../model/record.ts";
import type { Thresholds } from "../../model/settings.ts";
import { markdown } from "../escape.ts";
import type { ReportLeak } from "./report.ts";
import { toMib, toSmallMib } from "../../text/round.ts";

/** By service. */
export function reportLeaks(cycles: readonly CycleEvidence[], thresholds: Thresholds): Record<string, ReportLeak> {
  const services = new Set(cycles.flatMap((cycle) => cycle.services.map(({ service }) => service)));
  return Object.fromEntries([...services].map((service) => [service, reportLeak(cycles, service, thresholds)]));
}

function reportLeak(cycles: readonly CycleEvidence[], service: string, thresholds: Thresholds): ReportLeak {
  const figures = leakFigures(cycles, service, thresholds);
  return {
    cycles_compared: figures.settled.length,
    settled_first_mib: toMib(figures.settled.at(0)?.bytes ?? null),
    settled_last_mib: toMib(figures.settled.at(-1)?.bytes ?? null),
    settled_step_max_mib: toSmallMib(figures.largestStepBytes),
    settled_rise_mib_per_cycle: toSmallMib(figures.bytesPerCycle),
    leak_detectable_mib_per_cycle: toSmallMib(figures.detectableBytesPerCycle),
    soak_samples: figures.soakSamples,
    soak_rise_mib_per_min: toSmallMib(figures.bytesPerMinute),
    leak_detectable_mib_per_min: toSmallMib(figures.detectableBytesPerMinute),
    leak_undetectable_why: figures.why,
  };
}

/** A line of Markdown: how memory changed, even if that is no reason, and which leak could have been seen. */
export function leakText(leak: ReportLeak): string {
  if (leak.leak_undetectable_why !== null) {
    return `no leak could have been seen: ${markdown(leak.leak_undetectable_why)}`;
  }
  return [cyclesText(leak), soakText(leak)].filter((text) => text !== null).join("; ");
}

function cyclesText(leak: ReportLeak): string | null {
  if (leak.leak_detectable_mib_per_cycle === null) return null;
  return `settled ${leak.settled_first_mib} → ${leak.settled_last_mib} MiB over ${
    count(leak.cycles_compared, "cycle")
  } ` +
    `(largest step ${signed(leak.settled_step_max_mib)} MiB, trend ${
      signed(leak.settled_rise_mib_per_cycle)
    } MiB a cycle); ` +
    `a leak of ${leak.leak_detectable_mib_per_cycle} MiB a cycle or more would have been seen`;
}

function soakText(leak: ReportLeak): string | null {
  if (leak.leak_detectable_mib_per_min === null) return null;
  return `over the soak ${signed(leak.soak_rise_mib_per_min)} MiB/min (${count(leak.soak_samples, "sample")}); ` +
    `a leak of ${leak.leak_detectable_mib_per_min} MiB/min or more would have been seen`;
}

function signed(value: number | null): string {
  return value === null || value < 0 ? `${value}` : `+${value}`;
}
