/** The runs of a folder for a terminal: one line for each run, newest last, and one for each module with its trends. */

import { bold, green, red, yellow } from "@std/fmt/colors";
import { figureText } from "../figures/figure_words.ts";
import { max } from "../figures/stats.ts";
import { count } from "../text/units.ts";
import type { Status } from "../model/outcome.ts";
import { plain } from "../report/escape.ts";
import { columns } from "../report/text/fit.ts";
import { endsOf, type History, inPlaceOf, levels, type Trend, type TrendFigure } from "./history.ts";
import type { HistoryRun } from "./shape.ts";

const BARS = "▁▂▃▄▅▆▇█";
const LETTERS: Record<Status, string> = { PASS: "P", WARN: "W", FAIL: "F", SKIP: "S" };

/** Ends with a line end. */
export function historyText(history: History, color: boolean): string {
  const { dir, left_out, runs, trend_runs, trends } = history;
  const inPlace = inPlaceOf(history);
  const lines = [
    ...(runs.length === 0 ? [`No run in ${plain(dir)}`] : block(RUN_HEAD, runs.map(runCells), color)),
    ...(trends.length === 0 ? [] : ["", ...block(TREND_HEAD, trends.map(trendCells), color)]),
    ...(trends.length > 0 && trend_runs.length < runs.length ? ["", trendNote(history)] : []),
    ...(inPlace.length === 0 ? [] : ["", inPlaceNote(inPlace)]),
    ...(left_out.length === 0 ? [] : ["", ...leftOutLines(left_out)]),
  ];
  return lines.join("\n") + "\n";
}

function trendNote({ runs, trend_runs }: History): string {
  const { engine, hostname } = runs.findLast(({ folder }) => trend_runs.includes(folder)) ?? {};
  return `The trends cover the last ${count(trend_runs.length, "run")} on host ${
    plain(hostname ?? "unknown")
  }, engine ${plain(engine ?? "unknown")}`;
}

export function inPlaceNote(services: readonly string[]): string {
  return `Figures of services that ran already and were tested in place are left out of the trends: ${
    services.join(", ")
  }`;
}

/** Folders that are no runs are counted; a run that cannot be read is named. */
function leftOutLines(leftOut: History["left_out"]): string[] {
  const [runs, others] = [leftOut.filter(({ is_run }) => is_run), leftOut.filter(({ is_run }) => !is_run)];
  return [
    ...runs.map(({ folder, why }) => `Left out: ${plain(folder)}: ${plain(why)}`),
    ...(others.length === 0 ? [] : [noRunsText(others.length)]),
  ];
}

function noRunsText(many: number): string {
  return `${count(many, "folder")} here ${many === 1 ? "is no run" : "are no runs"}; --json names ${
    many === 1 ? "it" : "them"
  }`;
}

const RUN_HEAD = ["RUN", "STARTED (UTC)", "CYCLES", "RESULT"];

function runCells(run: HistoryRun): string[] {
  return [plain(run.folder), startedText(run), String(run.cycles ?? "–"), resultText(run)];
}

export function startedText({ started_at }: HistoryRun): string {
  return started_at === null ? "–" : plain(started_at.slice(0, 19).replace("T", " "));
}

export function resultText(run: HistoryRun): string {
  const { also_run, cut_short, summary } = run;
  const also = also_run.map(({ name, role, status }) => `${plain(name)} (${plain(role)}) ${status}`);
  const parts = Object.entries(summary).filter(([, many]) => many > 0).map(([status, many]) => `${many} ${status}`);
  return [
    parts.join(", ") || "no module",
    ...also,
    ...(cut_short === null ? [] : [plain(cut_short)]),
    ...originText(run),
  ].join(
    "; ",
  );
}

/** The one figure that a report of the Python harness has; such a run has no part in the trends. */
function originText({ harness, modules }: HistoryRun): string[] {
  if (harness !== "python") return [];
  const slowest = max(modules.flatMap(({ p95_ms }) => p95_ms ?? []));
  return [`Python harness${slowest === undefined ? "" : `, health p95 up to ${figureText("p95_ms", slowest)}`}`];
}

const TREND_HEAD = ["MODULE", "VERDICTS", "TIME TO READY", "HEALTH p95", "PEAK MEMORY"];

function trendCells(trend: Trend): string[] {
  return [
    plain(trend.module),
    trend.statuses.map((status) => status === null ? "-" : LETTERS[status]).join(""),
    ...(["ready_ms", "p95_ms", "mem_peak_mib"] as const).map((figure) => seriesText(trend, figure)),
  ];
}

/** `▁▃█ 312 ms → 503 ms ↗`; a dot for a run without the figure. */
function seriesText({ values }: Trend, figure: TrendFigure): string {
  const ends = endsOf(values[figure]);
  if (ends === null) return "–";
  if (values[figure].length === 1) return figureText(figure, ends.last);
  const bars = levels(values[figure]).map((level) => level === null ? "·" : BARS[Math.round(level * 7)] ?? "·");
  return `${bars.join("")} ${figureText(figure, ends.first)} → ${figureText(figure, ends.last)} ${arrow(ends)}`;
}

/** An arrow shows a change of more than a tenth: a hint, no judgement; `compare` judges. */
export function arrow({ first, last }: { first: number; last: number }): string {
  if (last > first * 1.1) return "↗";
  return last < first * 0.9 ? "↘" : "↔";
}

function block(head: readonly string[], rows: readonly (readonly string[])[], color: boolean): string[] {
  const widths = head.map((title, at) => Math.max(columns(title), ...rows.map((cells) => columns(cells[at] ?? ""))));
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - columns(cell)))).join("  ").trimEnd();
  if (!color) return [line(head), ...rows.map(line)];
  return [bold(line(head)), ...rows.map((cells) => painted(line(cells)))];
}

/** In the colour of the worst status on the line. */
function painted(line: string): string {
  if (/[\d)] FAIL/.test(line)) return red(line);
  if (/[\d)] WARN/.test(line)) return yellow(line);
  return /\d PASS/.test(line) ? green(line) : line;
}
