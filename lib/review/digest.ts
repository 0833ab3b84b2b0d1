/**
 * The text about a run for the reviewer: verdicts with their reasons, figures, failed tests and last log lines, within a number
 * of bytes, failures first. It has no host name, paths, commands or environments. Pure.
 */

import { count, duration } from "../text/units.ts";
import { cut, plain } from "../report/escape.ts";
import type { Report, ReportModule } from "../report/value/report.ts";
import { containerLine, leakLine, testLine } from "./figures.ts";
import { allOf, alsoRunTally, nameOf } from "../report/words.ts";
import { pack } from "./pack.ts";
import { byWorst } from "../model/outcome.ts";

/** Takes secrets out of foreign text. */
export type Clean = (text: string) => string;

const LOG_LINES = 12;
const LOG_LINE_CHARS = 240;
const SENTENCE_CHARS = 400;
const REASONS = 8;
const TESTS = 8;

export interface Told {
  report: Report;
  /** Module → what it depends on; null for an old record, which does not say. */
  dependsOn: Readonly<Record<string, readonly string[]>> | null;
}

/** Not longer than `maxBytes` of UTF-8. */
export function digest({ report, dependsOn }: Told, maxBytes: number, clean: Clean): string {
  const modules = allOf(report).sort((a, b) => byWorst(a.status, b.status));
  const told = modules.filter(({ status }) => status === "FAIL" || status === "WARN");
  const well = modules.filter((module) => !told.includes(module));
  const foreign = (text: string, chars: number) => cut(plain(clean(text)), chars);
  return pack([
    { name: "the run", text: runText(report, foreign) },
    { name: "output of the failure", text: failureText(report, clean) },
    ...told.map((module) => ({ name: module.name, text: moduleText(module, dependsOn, foreign) })),
    ...told.map((module) => ({ name: `log of ${module.name}`, text: logText(module, clean) })),
    ...well.map((module) => ({ name: module.name, text: moduleText(module, dependsOn, foreign) })),
    { name: "where the time went", text: timingText(report) },
  ], maxBytes);
}

type Foreign = (text: string, chars: number) => string;

function runText(report: Report, foreign: Foreign): string {
  const { engine, host, settings, summary } = report;
  const also = alsoRunTally(report);
  const versions = Object.entries(engine?.versions ?? {}).map(([name, version]) => ` ${name} ${version}`).join("");
  const lines = [
    `Run: mode ${report.mode ?? "unknown"}, ${count(report.cycles ?? 0, "cycle")}, ${duration(report.duration_ms)}, ` +
    `engine ${engine?.name ?? "unknown"}${versions}, ${host?.os ?? "?"} ${host?.arch ?? "?"}`,
    `Verdicts: ${count(summary.total_modules, "module")}, ${summary.failed} FAIL, ${summary.warned} WARN, ` +
    `${summary.passed} PASS, ${summary.skipped} SKIP${also === "" ? "" : `; not tested, but brought up: ${also}`}`,
  ];
  if (settings !== null) {
    lines.push(`Settings: timeout ${settings.timeout_sec} s, soak ${settings.soak_sec} s, strict ${settings.strict}`);
  }
  for (const { text } of report.verdict.endings.slice(0, 10)) lines.push(foreign(text, SENTENCE_CHARS));
  for (const text of report.notices.slice(0, 10)) lines.push(`Note: ${foreign(text, 200)}`);
  return lines.join("\n");
}

function moduleText(module: ReportModule, dependsOn: Told["dependsOn"], foreign: Foreign): string {
  const { cycle_results, leaks, metrics, name, reasons, skipped, status, test_results } = module;
  const needs = dependsOn?.[name] ?? [];
  const counts = Map.groupBy(cycle_results, (cycle) => cycle.status);
  const cycles = [...counts].map(([each, list]) => `${list.length} × ${each}`).join(", ");
  const tests = Object.entries(test_results).toSorted(([, a], [, b]) => Number(a.passed) - Number(b.passed));
  const lines = [
    `Module ${foreign(nameOf(module), 100)}: ${status}${cycle_results.length > 1 ? ` (cycles: ${cycles})` : ""}`,
    ...(needs.length === 0 ? [] : [`  depends on: ${foreign(needs.join(", "), SENTENCE_CHARS)}`]),
    ...(skipped === null ? [] : [`  skipped: ${foreign(skipped, SENTENCE_CHARS)}`]),
    ...reasons.slice(0, REASONS).map(({ code, level, text }) => `  ${level} ${code}: ${foreign(text, SENTENCE_CHARS)}`),
    ...rest(reasons.length - REASONS, "reasons"),
    ...Object.entries(metrics).map(([each, container]) => `  ${foreign(each, 80)}: ${containerLine(container)}`),
    ...Object.entries(leaks).flatMap(([service, leak]) => leakLine(foreign(service, 80), leak)),
    ...tests.slice(0, TESTS).map(([file, test]) => {
      const first = test.first_failure === null ? "" : `, first failure: ${foreign(test.first_failure, 300)}`;
      return `  test ${foreign(file, 100)}: ${testLine(test)}${first}`;
    }),
    ...rest(tests.length - TESTS, "test files"),
  ];
  return lines.join("\n");
}

function rest(count: number, what: string): string[] {
  return count > 0 ? [`  (${count} more ${what})`] : [];
}

function failureText({ failure }: Report, clean: Clean): string {
  const lines = lastLines(failure?.detail ?? "", clean);
  return lines.length === 0 ? "" : ["Last lines of what the failure said:", ...lines].join("\n");
}

/** Cleans the text before it splits it: a secret may have several lines. */
function lastLines(text: string, clean: Clean): string[] {
  const lines = clean(text).split("\n").filter((line) => line.trim() !== "").slice(-LOG_LINES);
  return lines.map((line) => `  | ${cut(plain(line), LOG_LINE_CHARS)}`);
}

/** Last lines of the logs that were kept. */
function logText({ metrics, name }: ReportModule, clean: Clean): string {
  const parts = Object.entries(metrics).flatMap(([container, { log }]) => {
    const shown = lastLines((log?.tail ?? []).join("\n"), clean);
    if (shown.length === 0) return [];
    return [`Last log lines of ${cut(plain(container), 80)} (module ${cut(plain(name), 80)}):`, ...shown];
  });
  return parts.join("\n");
}

function timingText({ timing }: Report): string {
  const { critical_ms, own_pct, sum_ms } = timing;
  const known = [
    ...(sum_ms === null ? [] : [`one module after the other ${duration(sum_ms)}`]),
    ...(critical_ms === null ? [] : [`critical path ${duration(critical_ms)}`]),
    ...(own_pct === null ? [] : [`the harness's own share ${own_pct} %`]),
  ];
  return known.length === 0 ? "" : `Time: ${known.join(", ")}`;
}
