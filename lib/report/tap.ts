/**
 * The Test Anything Protocol, version 14: the run itself, then a test point for each module, with its reasons in YAML below it.
 * A WARN is `ok`, as it is for the exit code, unless the run had --strict. Pure.
 */

import type { Rendering } from "./rendering.ts";
import type { JudgedRun } from "../model/record.ts";
import { tapText, yamlText } from "./escape/tap.ts";
import { reportOf } from "./json/json.ts";
import type { Report, ReportModule } from "./value/report.ts";
import { allOf, nameOf } from "./words.ts";

/** How many reasons of a module are listed; REPORT.json has all. */
const MOST_REASONS = 200;

export function renderTap({ judged }: Rendering): string[] {
  return [tapReport(judged)];
}

export function tapReport(judged: JudgedRun): string {
  const report = reportOf(judged);
  const strict = report.settings?.strict === true;
  const modules = allOf(report);
  const points = [runPoint(report), ...modules.map((module, index) => point(module, index + 2, strict))];
  return ["TAP version 14", `1..${points.length}`, ...points.flat()].join("\n") + "\n";
}

function runPoint({ verdict: { endings } }: Report): string[] {
  if (endings.length === 0) return ["ok 1 - the run came to its end"];
  return ["not ok 1 - the run came to its end", ...diagnosis([["trouble", endings.map(({ text }) => yamlText(text))]])];
}

function point(module: ReportModule, number: number, strict: boolean): string[] {
  const { durations, reasons, skipped, status } = module;
  const ok = status !== "FAIL" && !(status === "WARN" && strict);
  const directive = status === "SKIP" ? ` # SKIP ${tapText(skipped ?? "nothing was seen of it")}` : "";
  const kept = reasons.slice(0, MOST_REASONS);
  const items = kept.map(({ code, level, text }) => `{ level: ${level}, code: ${code}, text: ${yamlText(text)} }`);
  return [
    `${ok ? "ok" : "not ok"} ${number} - ${tapText(nameOf(module))}${directive}`,
    ...diagnosis([
      ["status", status],
      ["duration_ms", `${durations.total_ms}`],
      ["cycles", `${module.cycle_results.length}`],
      ...(kept.length === 0 ? [] : [["reasons", items] as const]),
      ...(kept.length === reasons.length ? [] : [["more_reasons", `${reasons.length - kept.length}`] as const]),
    ]),
  ];
}

function diagnosis(facts: readonly (readonly [string, string | readonly string[]])[]): string[] {
  const lines = facts.flatMap(([key, value]) =>
    typeof value === "string" ? [`${key}: ${value}`] : [`${key}:`, ...value.map((item) => `  - ${item}`)]
  );
  return ["---", ...lines, "..."].map((line) => `  ${line}`);
}
