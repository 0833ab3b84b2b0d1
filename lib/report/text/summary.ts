/** The short text at the end of a run, for a terminal or a CI log: a line for each module, the counts, where the reports are. */

import { bold, red } from "@std/fmt/colors";
import { count, duration } from "../../text/units.ts";
import type { JudgedRun } from "../../model/record.ts";
import { plain } from "../escape.ts";
import { columns, fit } from "./fit.ts";
import { PAINT } from "./paint.ts";
import { reportOf } from "../json/json.ts";
import { flakyWords } from "../value/flaky_tests.ts";
import type { Report, ReportModule } from "../value/report.ts";
import { allOf, alsoRunTally, mainReason, nameOf } from "../words.ts";

export interface SummaryOptions {
  /** As shown to the user; it is never cut, so that it can be copied. */
  auditDir: string;
  color: boolean;
  /** Columns; reasons and failures are cut to fit. Default 80. */
  width?: number;
}

/** Ends with a line end. */
export function summaryText(judged: JudgedRun, { auditDir, color, width = 80 }: SummaryOptions): string {
  const report = reportOf(judged);
  const { duration_ms } = report;
  const modules = allOf(report);
  const also = alsoRunTally(report);
  const lines = [
    ...(modules.length > 0 ? [...moduleLines(modules, color, width), ""] : []),
    ...flakyLines(report, width),
    ...report.verdict.endings.map(({ text }) => fit(text, width)).map((line) => color ? red(line) : line),
    `${counts(report)} in ${duration(duration_ms)}${cyclesText(report)}${also === "" ? "" : `; also run: ${also}`}`,
    `Report: ${plain(auditDir)}/REPORT.md`,
  ];
  return lines.join("\n") + "\n";
}

function moduleLines(modules: readonly ReportModule[], color: boolean, width: number): string[] {
  const names = Math.min(Math.max(6, ...modules.map((module) => columns(plain(nameOf(module))))), 32);
  const head = `${"MODULE".padEnd(names)}  STATUS  REASON`;
  const rows = modules.map((module) => {
    const name = fit(nameOf(module), names);
    const status = color ? PAINT[module.status](module.status) : module.status;
    const start = `${name}${" ".repeat(names - columns(name))}  ${status}`;
    const reason = fit(mainReason(module), width - names - 10);
    return reason === "" ? start : `${start}    ${reason}`;
  });
  return [color ? bold(head) : head, ...rows];
}

/** Only the time decided how many there are. */
function cyclesText({ cycles, ended_by }: Report): string {
  return ended_by === undefined || cycles === null ? "" : `, ${count(cycles, "cycle")}`;
}

const MOST_FLAKY = 5;

/** Tests that both passed and failed, the first few; the reports have all. */
function flakyLines(report: Report, width: number): string[] {
  const all = [...report.modules.values()].flatMap(({ flaky_tests, name }) =>
    flaky_tests.map((flaky) => {
      const { name: test, rate } = flakyWords(flaky);
      return `Flaky: ${name} ${test} failed in ${rate}${flaky.allowed === true ? ", allowed" : ""}`;
    })
  );
  if (all.length === 0) return [];
  const more = all.length - MOST_FLAKY;
  const lines = [...all.slice(0, MOST_FLAKY), ...(more > 0 ? [`and ${count(more, "more flaky test")}`] : [])];
  return [...lines.map((line) => fit(line, width)), ""];
}

function counts({ summary: { total_modules, passed, warned, failed, skipped } }: Report): string {
  return `${count(total_modules, "module")}: ${passed} passed, ${warned} warned, ${failed} failed, ${skipped} skipped`;
}
