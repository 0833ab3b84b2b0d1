/**
 * The summary of a run on the page of a GitHub job, in Markdown: what REPORT.md has, failures first; parts are left out if it
 * grows too long. Pure.
 */

import { count } from "../../text/units.ts";
import type { JudgedRun } from "../../model/record.ts";
import { codeSpan } from "../escape.ts";
import { reportOf } from "../json/json.ts";
import { comparisonSection, headParts, runSection } from "../markdown/markdown.ts";
import { moduleSection } from "../markdown/module.ts";
import type { ReportModule } from "../value/report.ts";
import { utf8Length } from "../../text/bytes.ts";
import { byWorst } from "../../model/outcome.ts";

/** `room`: bytes in UTF-8 that it may take. Ends with an empty line, since another step's may follow; empty without room. */
export function stepSummary(judged: JudgedRun, { auditDir, room }: { auditDir: string; room: number }): string {
  const report = reportOf(judged);
  const modules = [...report.modules.values()].sort((a, b) => byWorst(a.status, b.status));
  const telling = [...modules, ...report.also_run.values()].filter(isTelling);
  const parts = [
    ...headParts({ ...report, modules: new Map(modules.map((module) => [module.name, module])) }),
    ...(telling.length === 0 ? [] : ["## Module Results"]),
    ...telling.flatMap((module) => moduleSection(module, report.comparison)),
    ...comparisonSection(report),
    ...runSection(report),
  ];
  const where = (left: number) =>
    `${left === 0 ? "" : `**Cut here:** ${count(left, "part")} left out, since GitHub accepts no more. `}` +
    `The whole report is REPORT.md in ${codeSpan(auditDir)}.`;
  const kept = fitting(parts, room - utf8Length(where(parts.length)) - 4);
  const text = [...kept, where(parts.length - kept.length)].join("\n\n") + "\n\n";
  return utf8Length(text) <= room ? text : "";
}

/** For modules that passed or were skipped, the table is enough. */
function isTelling({ status }: ReportModule): boolean {
  return status === "FAIL" || status === "WARN";
}

/** A part that does not fit, such as a table of ten thousand cycles, is left out; parts after it may fit. */
function fitting(parts: readonly string[], room: number): string[] {
  let used = 0;
  return parts.filter((part) => {
    const bytes = utf8Length(part) + 2;
    if (used + bytes > room) return false;
    used += bytes;
    return true;
  });
}
