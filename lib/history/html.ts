/** index.html over the runs of a folder: one static page without a script, that loads nothing from anywhere. */

import { figureText } from "../figures/figure_words.ts";
import { duration } from "../text/units.ts";
import { htmlLink, htmlText } from "../report/escape/html.ts";
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

/** By it a page of ours is known again, and no other one is written over. */
export const GENERATOR = '<meta name="generator" content="vx11-stability">';

export function historyHtml(history: History): string {
  const { left_out, runs, trend_runs, trends } = history;
  const newest = runs.findLast(({ folder }) => trend_runs.includes(folder));
  const inPlace = inPlaceOf(history);
  return [
    "<!doctype html>",
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    GENERATOR,
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>VX11 stability: ${runs.length} runs</title><style>${STYLE}</style></head>`,
    "<body><main><h1>VX11 stability</h1>",
    table(
      "Runs, newest last",
      RUN_HEAD,
      runs.map(runCells),
    ),
    ...(trends.length === 0 ? [] : [
      table(
        `Modules over the last ${trend_runs.length} runs on ${newest?.hostname ?? "an unknown host"}, engine ${
          newest?.engine ?? "unknown"
        }`,
        ["Module", "Verdicts, oldest first", "Time to ready", "Health p95", "Peak memory"],
        trends.map(trendCells),
      ),
    ]),
    ...(inPlace.length === 0 ? [] : [`<p>${htmlText(inPlaceNote(inPlace))}</p>`]),
    ...(left_out.length === 0 ? [] : [
      "<h2>Left out</h2><ul>",
      ...left_out.map(({ folder, why }) => `<li>${htmlText(folder)}: ${htmlText(why)}</li>`),
      "</ul>",
    ]),
    "</main></body></html>",
    "",
  ].join("\n");
}

/** What matters most stands where a phone shows it. */
const RUN_HEAD = ["Run", "Result", "Started (UTC)", "Took", "Cycles", "Mode", "Host"];

/** `rows` are cells of markup; the first of a row is its heading. */
function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(([first = "", ...others]) =>
    `<tr><th scope="row">${first}</th>${others.map((cell) => `<td>${cell}</td>`).join("")}</tr>`
  );
  const heads = head.map((each) => `<th scope="col">${each}</th>`).join("");
  return `<h2>${htmlText(title)}</h2>\n<div tabindex="0" role="region" aria-label="${htmlText(title)}"><table>\n` +
    `<thead><tr>${heads}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

function runCells(run: HistoryRun): string[] {
  const { also_run, cycles, duration_ms, folder, hostname, mode, reports, summary } = run;
  const [main, ...more] = reports;
  const name = main === undefined ? htmlText(folder) : link(folder, main, folder);
  const worst = STATUSES.find((status) => summary[status] > 0 || also_run.some((each) => each.status === status)) ??
    "SKIP";
  return [
    [name, ...more.map((file) => link(folder, file, file))].join(" "),
    `<span class="${worst}">${htmlText(resultText(run))}</span>`,
    htmlText(startedText(run)),
    duration_ms === null ? "–" : duration(duration_ms),
    String(cycles ?? "–"),
    htmlText(mode ?? "–"),
    htmlText(hostname ?? "–"),
  ];
}

function link(folder: string, file: string, text: string): string {
  return `<a href="${htmlLink(folder, file)}">${htmlText(text)}</a>`;
}

function trendCells(trend: Trend): string[] {
  const verdicts = trend.statuses.map((status) =>
    status === null
      ? '<span class="none" title="not tested">–</span>'
      : `<span class="${status}" title="${status}">${status.charAt(0)}</span>`
  );
  return [
    htmlText(trend.module),
    `<span class="verdicts">${verdicts.join("")}</span>`,
    ...TREND_FIGURES.map((figure) => series(trend, figure)),
  ];
}

function series({ module, values }: Trend, figure: TrendFigure): string {
  const ends = endsOf(values[figure]);
  if (ends === null) return "–";
  const text = `${figureText(figure, ends.first)} → ${figureText(figure, ends.last)}`;
  if (values[figure].length === 1) return figureText(figure, ends.last);
  return `${sparkline(values[figure], `${figure} of ${module}: ${text}`)}${text} ${arrow(ends)}`;
}

/** A point a run; where a run has none the line is broken, and a value between two such is a dot. */
function sparkline(values: readonly (number | null)[], label: string): string {
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
      return `<circle cx="${only.x.toFixed(1)}" cy="${only.y.toFixed(1)}" r="1.5"/>`;
    }
    return `<polyline points="${piece.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}"/>`;
  });
  return `<svg viewBox="-2 0 104 20" preserveAspectRatio="none" role="img" aria-label="${htmlText(label)}">${
    shapes.join("")
  }</svg>`;
}
