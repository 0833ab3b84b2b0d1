/** Numbers and words that the reports share: rounding, units, status signs, and the reason that stands for a module. */

import { max } from "../figures/stats.ts";
import { count, duration } from "../text/units.ts";
import type { Status } from "../model/outcome.ts";
import type { Report, ReportContainer, ReportModule, ReportReason, ReportStats, ReportTest } from "./value/report.ts";

export const STATUS_SIGNS: Record<Status, string> = { PASS: "✅", WARN: "⚠️", FAIL: "❌", SKIP: "⏭️" };

/** A figure with its unit, `unknown` if there is none. */
export function withUnit(value: number | null, unit: string): string {
  return value === null ? "unknown" : `${value} ${unit}`;
}

/** Like `withUnit`, for a table cell: a dash if there is none. */
export function orDash(value: number | string | null, unit = ""): string {
  return value === null ? "–" : `${value} ${unit}`.trim();
}

/** A Markdown table; the cells are escaped already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The highest of the containers' figures; null if no container has the figure. */
export function highest(
  containers: readonly ReportContainer[],
  figure: (container: ReportContainer) => number | null,
): number | null {
  return max(containers.map(figure).filter((value) => value !== null)) ?? null;
}

/** Says that the container's own count differs from what was seen in the window, for example because it ran before. */
export function earlierRestarts(
  { restart_count, restarts_in_window }: Pick<ReportStats, "restart_count" | "restarts_in_window">,
): string[] {
  return restart_count === null || restart_count === restarts_in_window
    ? []
    : [`RestartCount of the container is ${restart_count}`];
}

/** How much of the time processes waited, for what, and what that rests on. */
export function pressureWords(stats: ReportStats): { value: string; basis: string } {
  const readings = count(stats.pressure_samples, "sample");
  const some = waits(stats.cpu_pressure_pct, stats.mem_pressure_pct, stats.io_pressure_pct);
  if (some === "") return { value: "unknown", basis: readings };
  const full = waits(stats.cpu_pressure_full_pct, stats.mem_pressure_full_pct, stats.io_pressure_full_pct);
  const all = full === "" ? "" : `, all at once: ${full}`;
  return { value: `${some} of the time`, basis: `some process waited for it${all}; ${readings}` };
}

function waits(cpu: number | null, mem: number | null, io: number | null): string {
  return [["CPU", cpu], ["RAM", mem], ["IO", io]].filter(([, pct]) => pct !== null)
    .map(([what, pct]) => `${what} ${pct}%`).join(", ");
}

/** For a test file that was killed at its limit, which a busy host extends. */
export function limitText({ duration_ms, limit_ms }: Pick<ReportTest, "duration_ms" | "limit_ms">): string {
  const isExtended = duration_ms > limit_ms * 1.2 + 1500;
  return isExtended
    ? `killed after ${duration(duration_ms)}: its limit of ${duration(limit_ms)} was extended, since the host was busy`
    : `killed after its limit of ${duration(limit_ms)}`;
}

/** What failed and what to do next, in one line. */
export function failureSentence({ next, what }: { what: string; next: string }): string {
  return next === "" ? what : `${what}. ${next}`;
}

/** `baseline (core)` if the module was not tested, but brought up for others. */
export function nameOf({ name, role }: Pick<ReportModule, "name" | "role">): string {
  return role === undefined ? name : `${name} (${role})`;
}

/** All modules that were brought up: the tested ones first. */
export function allOf({ also_run, modules }: Pick<Report, "also_run" | "modules">): ReportModule[] {
  return [...modules.values(), ...also_run.values()];
}

/** The results of the modules that were only brought up, such as `1 passed, 1 failed`; empty if there are none. */
export function alsoRunTally({ also_run }: Pick<Report, "also_run">): string {
  const having = (status: Status) => [...also_run.values()].filter((module) => module.status === status).length;
  const counts = [
    [having("PASS"), "passed"],
    [having("WARN"), "warned"],
    [having("FAIL"), "failed"],
    [having("SKIP"), "skipped"],
  ] as const;
  return counts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`).join(", ");
}

/** The first sentence that explains the status, else why it was skipped; empty for a PASS. */
export function mainReason({ errors, skipped }: ReportModule): string {
  const [first, ...others] = errors;
  if (first === undefined) return skipped ?? "";
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

/** The reasons that only several cycles together give: they follow the reasons of single cycles. */
export function acrossReasons({ cycle_results, reasons }: ReportModule): ReportReason[] {
  return reasons.slice(cycle_results.reduce((count, cycle) => count + cycle.reasons.length, 0));
}

/** An engine with the versions of its parts. */
export function engineText({ name, versions, cgroup }: NonNullable<Report["engine"]>): string {
  const parts = Object.entries(versions).map(([part, version]) => `${part} ${version}`);
  if (cgroup !== null) parts.push(`cgroup ${cgroup}`);
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`;
}

/** Files passed of files run, for a cell. */
export function testTally(results: Record<string, ReportTest>): string {
  const tests = Object.values(results);
  return orDash(tests.length === 0 ? null : `${tests.filter((test) => test.passed).length} of ${tests.length}`);
}
