/** The results as Markdown that reads well as plain text, too. Pure. */

import { rangeText } from "./bars.ts";
import type { Machine } from "./machine.ts";
import { type Bar, maxOf, medianOf, overBound, type PartResult, type Section, type Series } from "./result.ts";

export interface Report {
  command: string;
  machine: Machine;
  result: PartResult;
}

/** Ends with a line end. */
export function reportText({ command, machine, result }: Report): string {
  const { bars, failed, sections, skipped } = result;
  const blocks = [
    `Measured ${machine.date} on ${machine.hardware}, with ${machine.software.join(", ")}:\n\`${command}\``,
    ...sections.map(sectionText),
    ...(bars.length === 0 ? [] : [barsText(bars)]),
    ...skipped.map((why) => `Not measured: ${why}.`),
    ...failed.map((why) => `Went wrong: ${why}`),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function sectionText({ about, notes, series, title }: Section): string {
  const head = [
    "",
    "runs",
    "jobs",
    "wall, s",
    "sum of phases, s",
    "critical path, s",
    "÷ sum",
    "÷ path",
    "CPU, s",
    "peak RSS, MiB",
  ];
  const lines = series.length === 0 ? [] : [table(head, series.map(seriesCells))];
  return [`**${title}.** ${about}`, ...lines, ...notes].join("\n\n");
}

function seriesCells(series: Series): string[] {
  const walls = series.runs.map(({ wallMs }) => wallMs / 1000);
  const range = walls.length > 1 ? ` (${rangeText(walls, 1)})` : "";
  return [
    series.name,
    String(series.runs.length),
    medianOf(series, ({ timing }) => timing?.jobs)?.toFixed(0) ?? "–",
    `${seconds(medianOf(series, ({ wallMs }) => wallMs))}${range}`,
    seconds(medianOf(series, ({ timing }) => timing?.sumMs)),
    seconds(medianOf(series, ({ timing }) => timing?.criticalPathMs)),
    overBound(series, ({ sumMs }) => sumMs)?.toFixed(2) ?? "–",
    overBound(series, ({ criticalPathMs }) => criticalPathMs)?.toFixed(2) ?? "–",
    seconds(medianOf(series, ({ cpuMs }) => cpuMs), 2),
    maxOf(series, ({ peakMib }) => peakMib)?.toFixed(0) ?? "–",
  ];
}

export function barsText(bars: readonly Bar[]): string {
  const rows = bars.map(({ kept, limit, seen, what }) => [what, limit, seen, verdict(kept)]);
  return table(["promise", "limit", "measured", ""], rows);
}

function verdict(kept: boolean | null): string {
  return kept === null ? "not measured" : kept ? "PASS" : "over";
}

function seconds(ms: number | undefined, digits = 1): string {
  return ms === undefined ? "–" : (ms / 1000).toFixed(digits);
}

/** A Markdown table whose columns are of one width, so that it can be read in a terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
