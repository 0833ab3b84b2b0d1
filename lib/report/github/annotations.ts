/**
 * The annotations of a run for GitHub Actions: a workflow command for each reason. The runner reads them from both streams of a
 * step, and shows the first ten errors and the first ten warnings, so what ended the run comes first, then failures. Pure.
 */

import { count } from "../../text/units.ts";
import type { JudgedRun } from "../../model/record.ts";
import { unjudgedText } from "../comparison_words.ts";
import { commandData, commandProperty } from "../escape/github.ts";
import { reportOf } from "../json/json.ts";
import type { Report } from "../value/report.ts";
import { allOf, nameOf } from "../words.ts";

/** A log with thousands of them helps nobody. */
const MOST = 200;

type Level = "error" | "warning" | "notice";

/** A line each; empty if there is nothing to report. */
export function annotations(judged: JudgedRun): string {
  const report = reportOf(judged);
  const reasons = allOf(report).flatMap((module) =>
    module.reasons.map(({ code, level, text }) => ({ level, title: `${nameOf(module)}: ${code}`, text }))
  );
  const sorted = [
    ...reasons.filter(({ level }) => level === "fail"),
    ...reasons.filter(({ level }) => level === "warn"),
  ];
  const kept = sorted.slice(0, MOST);
  const lines = [
    ...ending(report),
    ...unjudged(report),
    ...kept.map(({ level, text, title }) => annotation(level === "fail" ? "error" : "warning", title, text)),
  ];
  const more = sorted.length - kept.length;
  if (more > 0) lines.push(annotation("notice", "vx11-stability", `${count(more, "more reason")} in REPORT.json`));
  return lines.join("");
}

/** `::error title=…::…` and a line end. */
export function annotation(level: Level, title: string, text: string): string {
  return `::${level} title=${commandProperty(title)}::${commandData(text)}\n`;
}

/** Without it, a baseline that nothing was compared with would look as if nothing had got worse. */
function unjudged({ comparison }: Report): string[] {
  const text = comparison === null ? null : unjudgedText(comparison);
  return text === null ? [] : [annotation("warning", "vx11-stability", text)];
}

function ending({ verdict }: Report): string[] {
  return verdict.endings.map(({ text }) => annotation("error", "vx11-stability", text));
}
