/** index.html over the runs of a folder: one static page without a script; it loads nothing. */

import { figureText } from "../figures/figure_words.ts";
import { duration } from "../text/units.ts";
import { type Content, element, type Markup, markup, namesLink, NOTHING, when } from "../report/html/escape.ts";
import { endsOf, type History, inPlaceOf, levels, type Trend, TREND_FIGURES, type TrendFigure } from "./history.ts";
import type { HistoryRun } from "./shape.ts";
import { arrow, inPlaceNote, resultText, startedText } from "./text.ts";
import { STATUSES } from "../model/outcome.ts";

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --pass: #1a7f37; --warn: #9a6700; --fail: #cf222e; --none: #656d76 }
@media (prefers-color-scheme: dark) { :root { --pass: #4ac26b; --warn: #d4a72c; --fail: #ff7b72; --none: #9198a1 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem }
div { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--line); white-space: nowrap }
tbody th { font-weight: normal }
.PASS { color: var(--pass) } .WARN { color: var(--warn) } .FAIL { color: var(--fail) } .SKIP, .none { color: var(--none) }
.verdicts { font-family: ui-monospace, monospace; letter-spacing: .1em }
svg { width: 8rem; height: 1.6rem; vertical-align: middle; margin-right: .5rem }
polyline { fill: none; stroke: currentColor; stroke-width: 1.5; vector-effect: non-scaling-stroke }
circle { fill: currentColor }
`;

const GENERATOR_TAG = markup`<meta name="generator" content="vx11-stability">`;

/** Identifies our own page, so that no other file is overwritten. */
export const GENERATOR = `${GENERATOR_TAG}`;

export function historyHtml(history: History): string {
  const { left_out, runs } = history;
  const inPlace = inPlaceOf(history);
  const page = markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${GENERATOR_TAG}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>VX11 stability: ${runs.length} runs</title>${element("style", STYLE)}</head>
<body><main><h1>VX11 stability</h1>
${table("Runs, newest last", RUN_HEAD, runs.map(runCells))}${trendTable(history)}${
    when(inPlace.length > 0, () => markup`<p>${inPlaceNote(inPlace)}</p>\n`)
  }${when(left_out.length > 0, () => leftOutList(left_out))}</main></body></html>
`;
  return page.toString();
}

function trendTable({ runs, trend_runs, trends }: History): Markup {
  if (trends.length === 0) return NOTHING;
  const newest = runs.findLast(({ folder }) => trend_runs.includes(folder));
  const title = `Modules over the last ${trend_runs.length} runs on ${newest?.hostname ?? "an unknown host"}, engine ${
    newest?.engine ?? "unknown"
  }`;
  return table(
    title,
    ["Module", "Verdicts, oldest first", "Time to ready", "Health p95", "Peak memory"],
    trends.map(trendCells),
  );
}

function leftOutList(leftOut: History["left_out"]): Markup {
  return markup`<h2>Left out</h2><ul>
${leftOut.map(({ folder, why }) => markup`<li>${folder}: ${why}</li>\n`)}</ul>
`;
}

/** The most important columns come first, where a phone shows them. */
const RUN_HEAD = ["Run", "Result", "Started (UTC)", "Took", "Cycles", "Mode", "Host"];

/** The first cell of a row is its heading. */
function table(title: string, head: readonly string[], rows: readonly (readonly Content[])[]): Markup {
  const heads = head.map((each) => markup`<th scope="col">${each}</th>`);
  const body = rows.map(([first = "", ...others]) =>
    markup`<tr><th scope="row">${first}</th>${others.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`
  );
  return markup`<h2>${title}</h2>
<div tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody></table></div>
`;
}

function runCells(run: HistoryRun): Content[] {
  const { also_run, cycles, duration_ms, folder, hostname, mode, reports, summary } = run;
  const [main, ...more] = reports;
  const worst = STATUSES.find((status) => summary[status] > 0 || also_run.some((each) => each.status === status)) ??
    "SKIP";
  return [
    [main === undefined ? folder : link(folder, main, folder), ...more.map((file) => [" ", link(folder, file, file)])],
    markup`<span class="${worst}">${resultText(run)}</span>`,
    startedText(run),
    duration_ms === null ? "–" : duration(duration_ms),
    cycles ?? "–",
    mode ?? "–",
    hostname ?? "–",
  ];
}

function link(folder: string, file: string, text: string): Markup {
  return markup`<a href="${namesLink(folder, file)}">${text}</a>`;
}

function trendCells(trend: Trend): Content[] {
  const verdicts = trend.statuses.map((status) =>
    status === null
      ? markup`<span class="none" title="not tested">–</span>`
      : markup`<span class="${status}" title="${status}">${status.charAt(0)}</span>`
  );
  return [
    trend.module,
    markup`<span class="verdicts">${verdicts}</span>`,
    ...TREND_FIGURES.map((figure) => series(trend, figure)),
  ];
}

function series({ module, values }: Trend, figure: TrendFigure): Content {
  const ends = endsOf(values[figure]);
  if (ends === null) return "–";
  const text = `${figureText(figure, ends.first)} → ${figureText(figure, ends.last)}`;
  if (values[figure].length === 1) return figureText(figure, ends.last);
  return [sparkline(values[figure], `${figure} of ${module}: ${text}`), `${text} ${arrow(ends)}`];
}

/** One point for each run. A run without the value breaks the line, and a value between two such runs is a dot. */
function sparkline(values: readonly (number | null)[], label: string): Markup {
  const step = 100 / Math.max(1, values.length - 1);
  const points = levels(values).map((level, at) => level === null ? null : { x: at * step, y: 18 - level * 16 });
  const pieces: { x: number; y: number }[][] = [[]];
  for (const point of points) {
    if (point === null) pieces.push([]);
    else pieces.at(-1)?.push(point);
  }
  const shapes = pieces.filter((piece) => piece.length > 0).map((piece) => {
    const [only, second] = piece;
    if (only !== undefined && second === undefined) {
      return markup`<circle cx="${only.x.toFixed(1)}" cy="${only.y.toFixed(1)}" r="1.5"/>`;
    }
    return markup`<polyline points="${piece.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}"/>`;
  });
  return markup`<svg viewBox="-2 0 104 20" preserveAspectRatio="none" role="img" aria-label="${label}">${shapes}</svg>`;
}
