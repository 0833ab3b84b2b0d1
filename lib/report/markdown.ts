/** REPORT.md: the run for people. Timestamp, mode, cycles and summary first, then a section a module (markdown_module). */

import { count, duration } from "../figures/units.ts";
import type { JudgedRun } from "../model/record.ts";
import { comparisonParts, overviewCell } from "./comparison_markdown.ts";
import { codeSpan, fenced, markdown } from "./escape.ts";
import { reportOf } from "./json.ts";
import { moduleSection, testTally } from "./markdown_module.ts";
import { timingSection } from "./markdown_timing.ts";
import type { Report } from "./report.ts";
import { failureSentence, highest, mainReason, orDash, STATUS_SIGNS, table } from "./words.ts";

/** The text of REPORT.md. */
export function markdownText(judged: JudgedRun): string {
  const report = reportOf(judged);
  const parts = [
    ...headParts(report),
    ...report.modules_tested.flatMap((module) => moduleSection(module, report.comparison)),
    ...timingSection(report.timing),
  ];
  return parts.join("\n\n") + "\n";
}

/** What stands before the modules' sections: how the run ended, what it was about, and the table of its modules. */
export function headParts(report: Report): string[] {
  return [
    "# VX11 stability report",
    ...banner(report),
    facts(report).join("\n"),
    "## Summary",
    tally(report),
    ...(report.modules_tested.length > 0 ? [overview(report)] : []),
    ...remarks(report),
    ...(report.comparison === null ? [] : ["## Against the baseline", ...comparisonParts(report.comparison)]),
  ];
}

/** Whoever reads on must know that this is not a whole run. */
function banner({ interrupted, failure, finished, left_behind }: Report): string[] {
  const parts: string[] = [];
  for (const text of left_behind) parts.push(`> ❌ **Left behind.** ${markdown(text)}`);
  if (interrupted !== null) {
    parts.push(`> ⚠️ **Interrupted by ${markdown(interrupted)}.** This report holds what was seen until then.`);
  }
  if (failure !== null) {
    const sentence = markdown(failureSentence(failure));
    parts.push(`> ❌ **The run failed:** ${sentence} (exit code ${failure.exit_code})`);
    if (failure.detail !== null) parts.push(fenced(failure.detail.trimEnd().split("\n").slice(-40)));
  }
  if (parts.length === 0 && !finished) {
    parts.push("> ⚠️ **The run did not come to its end.** This report holds what was seen until then.");
  }
  return parts;
}

function facts(report: Report): string[] {
  const { project, engine, host, tool } = report;
  const lines = [
    `- **Timestamp:** ${report.timestamp === null ? "unknown" : `${report.timestamp} (UTC)`}`,
    `- **Mode:** ${report.mode ?? "unknown"}`,
    `- **Cycles:** ${report.cycles ?? "unknown"}`,
    `- **Duration:** ${duration(report.duration_ms)}`,
  ];
  if (project !== null) lines.push(`- **Project:** ${markdown(project.name)} in ${codeSpan(project.dir)}`);
  if (engine !== null) lines.push(`- **Engine:** ${markdown(engineText(engine))}`);
  if (host !== null) lines.push(`- **Host:** ${markdown(`${host.hostname} (${host.os}, ${host.arch})`)}`);
  if (tool !== null) lines.push(`- **Tool:** ${markdown(`${tool.name} ${tool.version}`)}`);
  return lines;
}

function engineText({ name, versions, cgroup }: NonNullable<Report["engine"]>): string {
  const parts = Object.entries(versions).map(([part, version]) => `${part} ${version}`);
  if (cgroup !== null) parts.push(`cgroup ${cgroup}`);
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`;
}

function tally({ summary }: Report): string {
  const { total_modules, passed, warned, failed, skipped } = summary;
  return `**${
    count(total_modules, "module")
  }:** ${passed} passed, ${warned} warned, ${failed} failed, ${skipped} skipped`;
}

function overview({ comparison, modules_tested }: Report): string {
  const rows = modules_tested.map((module) => {
    const containers = Object.values(module.metrics);
    return [
      markdown(module.name),
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
