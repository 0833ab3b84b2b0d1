/** REPORT.json of an earlier run → the times of its modules. Anyone may have written the file: other reports are refused. */

import type { PhaseTimes } from "../../figures/critical_path.ts";
import type { ModuleTiming } from "../../figures/timing.ts";
import { type Phase, PHASES } from "../../model/evidence.ts";
import { readReport, type Unreadable } from "./report.ts";
import { isRecord } from "../../values/json.ts";

export interface RecordedTimes {
  /** Cycles of which anything was seen. */
  cycles: number;
  modules: ModuleTiming[];
}

export function readTiming(text: string): RecordedTimes | Unreadable {
  const read = readReport(text);
  if ("why" in read) return read;
  const { timing } = read.report;
  const modules = isRecord(timing) && Array.isArray(timing["modules"]) ? timing["modules"].map(moduleTiming) : [null];
  const known = modules.filter((module) => module !== null);
  if (known.length < modules.length) return { why: "its `timing` is not as this program writes it", isRun: true };
  return { cycles: Math.max(0, ...known.map(({ cycles }) => cycles)), modules: known };
}

function moduleTiming(value: unknown): ModuleTiming | null {
  if (!isRecord(value)) return null;
  const { name, tested, core, cycles, phases_median_ms, phases_total_ms } = value;
  const medianMs = phaseTimes(phases_median_ms);
  const totalMs = phaseTimes(phases_total_ms);
  if (typeof name !== "string" || typeof tested !== "boolean" || typeof core !== "boolean") return null;
  if (!isAmount(cycles) || medianMs === null || totalMs === null) return null;
  return { name, tested, core, cycles, medianMs, totalMs };
}

/** Phases that this version does not know are left out. */
function phaseTimes(value: unknown): PhaseTimes | null {
  if (!isRecord(value)) return null;
  const times: Partial<Record<Phase, number>> = {};
  for (const phase of PHASES) {
    const ms = Object.hasOwn(value, phase) ? value[phase] : undefined;
    if (ms === undefined) continue;
    if (!isAmount(ms)) return null;
    times[phase] = ms;
  }
  return times;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
