/**
 * REPORT.md: the run for people, and for scripts that were written for the manual of the Python harness. The manual's lines come
 * in its form and order; anything more stands behind them, or in lines and sections of its own.
 */

import type { Rendering } from "../rendering.ts";
import { duration } from "../../text/units.ts";
import type { JudgedRun } from "../../model/record.ts";
import { comparisonParts, overviewCell } from "./comparison.ts";
import { codeSpan, fenced, markdown } from "../escape.ts";
import { reportOf } from "../json/json.ts";
import { moduleSection } from "./module.ts";
import { timingSection } from "./timing.ts";
import { partsSection } from "../value/parts.ts";
import type { Report } from "../value/report.ts";
import {
  allOf,
  alsoRunTally,
  engineText,
  highest,
  mainReason,
  nameOf,
  orDash,
  STATUS_SIGNS,
  table,
  testTally,
} from "../words.ts";

export function renderMarkdown({ judged, makeRoom }: Rendering): string[] {
  return [markdownText(judged, makeRoom)];
}

/** The text of REPORT.md. `makeRoom` is called before each module. */
export function markdownText(judged: JudgedRun, makeRoom: () => void = () => {}): string {
  const report = reportOf(judged);
  const modules = [...report.modules.values()];
  const parts = [
    ...headParts(report),
    "## Module Results",
    ...(modules.length === 0 ? ["No module was tested."] : []),
    ...modules.flatMap((module) => {
      makeRoom();
      return moduleSection(module, report.comparison);
    }),
    ...alsoRunSection(report),
    ...comparisonSection(report),
    ...runSection(report),
    ...partsSection(report.parts ?? []),
    ...timingSection(report.timing),
  ];
  return parts.join("\n\n") + "\n";
}

/** The parts before the modules' sections: how the run ended, the counts of results, and the table of modules. */
export function headParts(report: Report): string[] {
  return [
    `# ${report.title}`,
    [
      `**Timestamp:** ${report.timestamp ?? "unknown"}`,
      `**Mode:** ${report.mode ?? "unknown"}`,
      `**Cycles:** ${report.cycles ?? "unknown"}`,
    ].join("\n"),
    ...banner(report),
    "## Summary",
    tally(report),
    ...(allOf(report).length > 0 ? [overview(report)] : []),
    ...remarks(report),
  ];
}

/** It has headings of its own, since the manual's are for tested modules. */
function alsoRunSection({ also_run, comparison }: Report): string[] {
  if (also_run.size === 0) return [];
  const sections = [...also_run.values()].flatMap((module) => moduleSection(module, comparison));
  return ["## Brought Up for Others", "Not tested, but judged by what was seen of them.", ...sections];
}

export function comparisonSection({ comparison }: Report): string[] {
  return comparison === null ? [] : ["## Against the baseline", ...comparisonParts(comparison)];
}

/** Readers must know if the run is incomplete. */
function banner({ failure, verdict }: Report): string[] {
  const parts = verdict.endings.map(({ kind, text }) => {
    const sign = kind === "interrupted" || kind === "unfinished" ? STATUS_SIGNS.WARN : STATUS_SIGNS.FAIL;
    return `> ${sign} **${markdown(text)}**`;
  });
  const detail = failure?.detail ?? null;
  return detail === null ? parts : [...parts, fenced(detail.trimEnd().split("\n").slice(-40))];
}

/** The section with the facts of the run. */
export function runSection(report: Report): string[] {
  const { project, engine, host, started_at, tool } = report;
  const lines = [
    ...(started_at === null ? [] : [`- **Started:** ${started_at}`]),
    `- **Duration:** ${duration(report.duration_ms)}`,
  ];
  if (project !== null) lines.push(`- **Project:** ${markdown(project.name)} in ${codeSpan(project.dir)}`);
  if (engine !== null) lines.push(`- **Engine:** ${markdown(engineText(engine))}`);
  if (host !== null) lines.push(`- **Host:** ${markdown(`${host.hostname} (${host.os}, ${host.arch})`)}`);
  if (tool !== null) lines.push(`- **Tool:** ${markdown(`${tool.name} ${tool.version}`)}`);
  return ["## The run", lines.join("\n")];
}

/** WARN and SKIP, which the manual does not count, are listed only if there are any. */
function tally({ also_run, summary }: Report): string {
  const also = alsoRunTally({ also_run });
  const { total_modules, passed, warned, failed, skipped } = summary;
  return [
    `- Total Modules Tested: ${total_modules}`,
    `- Passed: ${passed}`,
    `- Failed: ${failed}`,
    ...(warned > 0 ? [`- Warned: ${warned}`] : []),
    ...(skipped > 0 ? [`- Skipped: ${skipped}`] : []),
    ...(also === "" ? [] : [`- Brought up for others: ${also}`]),
  ].join("\n");
}

function overview(report: Report): string {
  const { comparison } = report;
  const rows = allOf(report).map((module) => {
    const containers = Object.values(module.metrics);
    return [
      markdown(nameOf(module)),
      `${STATUS_SIGNS[module.status]} ${module.status}`,
      orDash(highest(containers, (container) => container.health.p95_ms), "ms"),
      orDash(highest(containers, (container) => container.stats.mem_peak_mib), "MiB"),
      testTally(module.test_results),
      ...(comparison === null ? [] : [overviewCell(comparison, module.name)]),
      markdown(mainReason(module)),
    ];
  });
  const against = comparison === null ? [] : ["Against the baseline"];
  return table(["Module", "Status", "Health p95", "RAM peak", "Tests", ...against, "Main reason"], rows);
}

function remarks({ notices }: Report): string[] {
  const lines = notices.map((text) => `- Note: ${markdown(text)}`);
  return lines.length === 0 ? [] : [lines.join("\n")];
}
