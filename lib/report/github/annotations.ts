/**
 * What a run tells GitHub Actions: a workflow command for each reason, which shows as an annotation. The runner reads them from
 * both streams of a step, and shows the first ten errors and the first ten warnings: what ended the run and failures come
 * first. Pure.
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

/** A line each; empty where there is nothing to tell. */
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

/** A baseline that nothing was compared with would otherwise be taken for one that nothing got worse than. */
function unjudged({ comparison }: Report): string[] {
  const text = comparison === null ? null : unjudgedText(comparison);
  return text === null ? [] : [annotation("warning", "vx11-stability", text)];
}

function ending({ verdict }: Report): string[] {
  return verdict.endings.map(({ text }) => annotation("error", "vx11-stability", text));
}
