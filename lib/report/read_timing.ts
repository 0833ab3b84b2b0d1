/** REPORT.json of an earlier run → the times of its modules. Whoever wrote the file: what is no report of ours is refused. */

import type { PhaseTimes } from "../figures/critical_path.ts";
import type { ModuleTiming } from "../figures/timing.ts";
import { type Phase, PHASES, SCHEMA_VERSION } from "../model/evidence.ts";

export interface RecordedTimes {
  /** Cycles of which anything was seen. */
  cycles: number;
  modules: ModuleTiming[];
}

/** Why a file cannot be read; `old`: it is a report of ours, from before there were times in it. */
export interface Unreadable {
  why: string;
  old: boolean;
}

export function readTiming(text: string): RecordedTimes | Unreadable {
  const report = parsed(text);
  if (!isRecord(report) || !("modules_tested" in report)) return { why: "it is no report of a run", old: false };
  const { schema_version, timing } = report;
  if (schema_version !== SCHEMA_VERSION) {
    return { why: `it has schema version ${schema_version}, and this program reads ${SCHEMA_VERSION}`, old: false };
  }
  if (timing === undefined) return { why: "it says nothing of the time, as reports of earlier versions", old: true };
  const modules = isRecord(timing) && Array.isArray(timing["modules"]) ? timing["modules"].map(moduleTiming) : [null];
  const known = modules.filter((module) => module !== null);
  if (known.length < modules.length) return { why: "its `timing` is not as this program writes it", old: false };
  return { cycles: Math.max(0, ...known.map(({ cycles }) => cycles)), modules: known };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
