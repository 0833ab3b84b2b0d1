/** Numbers and words that the reports share: rounding, units, status signs, and the reason that stands for a module. */

import { max } from "../figures/stats.ts";
import type { Status } from "../model/record.ts";
import type { ReportContainer, ReportModule, ReportReason } from "./report.ts";

export const STATUS_SIGNS: Record<Status, string> = { PASS: "✅", WARN: "⚠️", FAIL: "❌", SKIP: "⏭️" };

const MIB = 1024 * 1024;

/** To one decimal. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export function roundOrNull(value: number | null): number | null {
  return value === null ? null : round(value);
}

/** Bytes to MiB, to one decimal. */
export function toMib(bytes: number | null): number | null {
  return bytes === null ? null : round(bytes / MIB);
}

/** As `toMib`, to two decimals: a leak may be a small one. */
export function toSmallMib(bytes: number | null): number | null {
  return bytes === null ? null : Math.round(bytes / MIB * 100) / 100;
}

/** A figure with its unit, `unknown` where there is none. */
export function withUnit(value: number | null, unit: string): string {
  return value === null ? "unknown" : `${value} ${unit}`;
}

/** As `withUnit`, for a cell of a table: a dash where there is none. */
export function orDash(value: number | string | null, unit = ""): string {
  return value === null ? "–" : `${value} ${unit}`.trim();
}

/** A Markdown table; the cells are escaped already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The highest of the containers' figures; null where none has it. */
export function highest(
  containers: readonly ReportContainer[],
  figure: (container: ReportContainer) => number | null,
): number | null {
  return max(containers.map(figure).filter((value) => value !== null)) ?? null;
}

/** What failed and what to do next, in one line. */
export function failureSentence({ next, what }: { what: string; next: string }): string {
  return next === "" ? what : `${what}. ${next}`;
}

/** The first sentence that explains the status: an error, else a warning, else why it was skipped; empty for a PASS. */
export function mainReason({ errors, warnings, skipped }: ReportModule): string {
  const [first, ...others] = [...errors, ...warnings];
  if (first === undefined) return skipped ?? "";
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

/** The reasons that only several cycles together give: they follow those of the cycles. */
export function acrossReasons({ cycle_results, reasons }: ReportModule): ReportReason[] {
  return reasons.slice(cycle_results.reduce((count, cycle) => count + cycle.reasons.length, 0));
}
