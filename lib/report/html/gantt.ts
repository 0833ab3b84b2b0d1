/**
 * The timeline as a picture: a row for each module, bars along the time of the run, and marks on them for what went wrong. Plain
 * SVG whose positions are shares of its width, so that it fits a phone and a sheet of paper without any script.
 */

import { clock, percent, type Span, ticks } from "./axis.ts";
import { type Markup, markup, NOTHING, when } from "./escape.ts";
import { type ChartMark, MARK_KINDS, MARK_NAMES, type MarkKind } from "./marks.ts";

export interface Bar {
  startMs: number;
  endMs: number;
  /** Class of the page's style. */
  look: string;
  /** Probes and tests run side by side: each takes half of the row. */
  lane: "whole" | "upper" | "lower";
  title: string;
}

export interface Row {
  name: string;
  /** The anchor of the module's section in this report; null if it has no section. */
  href: string | null;
  bars: Bar[];
  marks: ChartMark[];
}

const ROW = 30;
const BAR = 16;
const AXIS = 22;

/** `label`: what the picture shows, for those who cannot see it. */
export function gantt(rows: readonly Row[], span: Span, label: string): Markup {
  const height = rows.length * ROW + AXIS;
  return markup`
<div class="gantt"><ul class="gantt-names" role="list">${
    rows.map(rowName)
  }</ul><svg role="img" aria-label="${label}" width="100%" height="${height}">${grid(span, height)}${
    rows.map((row, index) => rowBars(row, index * ROW, span))
  }</svg></div>`;
}

function rowName({ href, name }: Row): Markup {
  return href === null
    ? markup`
<li>${name}</li>`
    : markup`
<li><a href="#${href}">${name}</a></li>`;
}

function grid(span: Span, height: number): Markup[] {
  return ticks(span).map(({ ms, text }) => {
    const x = percent(ms, span);
    // The last number would leave the picture to the right, the first one to the left.
    const anchor = x > 94 ? "end" : x < 3 ? "start" : "middle";
    return markup`
<line class="grid" x1="${x}%" x2="${x}%" y1="0" y2="${height - AXIS}"/><text class="tick" x="${x}%" y="${
      height - 6
    }" text-anchor="${anchor}">${text}</text>`;
  });
}

function rowBars({ bars, marks }: Row, top: number, span: Span): Markup {
  return markup`<g>${distinct(bars, span).map((bar) => barShape(bar, top + (ROW - BAR) / 2, span))}${
    ordered(marks).map((mark) => markShape(mark, top + ROW / 2, span))
  }</g>`;
}

/** Bars that begin closer to each other than this, in percent, cannot be told apart: the gravest stands for them. */
const TOO_CLOSE = 0.1;
/** A row with no more bars than this shows each. */
const MANY = 300;

function distinct(bars: readonly Bar[], span: Span): readonly Bar[] {
  if (bars.length <= MANY) return bars;
  const kept: Bar[] = [];
  for (const bar of bars) {
    const last = kept.at(-1);
    const isClose = last !== undefined && last.lane === bar.lane &&
      percent(bar.startMs, span) - percent(last.startMs, span) < TOO_CLOSE &&
      percent(bar.endMs, span) - percent(last.endMs, span) < TOO_CLOSE;
    if (!isClose) kept.push(bar);
    else if (GRAVITY.indexOf(bar.look) > GRAVITY.indexOf(last.look)) kept[kept.length - 1] = bar;
  }
  return kept;
}

const GRAVITY = ["s-none", "s-SKIP", "s-PASS", "s-WARN", "s-FAIL"];

function barShape({ endMs, lane, look, startMs, title }: Bar, top: number, span: Span): Markup {
  const x = percent(startMs, span);
  const width = Math.max(Math.round((percent(endMs, span) - x) * 100) / 100, 0.05);
  const y = lane === "lower" ? top + BAR / 2 : top;
  return markup`
<rect class="${look}" x="${x}%" y="${y}" width="${width}%" height="${lane === "whole" ? BAR : BAR / 2}">
<title>${title}</title></rect>`;
}

/** The gravest last: what is drawn last is on top. */
function ordered(marks: readonly ChartMark[]): ChartMark[] {
  return [...marks].sort((a, b) => MARK_KINDS.indexOf(b.kind) - MARK_KINDS.indexOf(a.kind));
}

/** Different in shape, not only in colour. */
const SHAPES: Record<MarkKind, string> = {
  oom: "M-5 -5L5 5M5 -5L-5 5",
  restart: "M0 -6L6 5H-6Z",
  probe: "M0 -4A4 4 0 1 0 0.01 -4Z",
};

/** If it stands for several in a row, with a line to the last one. */
function markShape(mark: ChartMark, y: number, span: Span): Markup {
  return markup`${when(mark.endMs > mark.ms, () => markSpan(mark, y, span))}${markSign(mark, y, span)}`;
}

function markSpan({ endMs, kind, ms }: ChartMark, y: number, span: Span): Markup {
  return markup`
<line class="span ${kind}" x1="${percent(ms, span)}%" x2="${percent(endMs, span)}%" y1="${y}" y2="${y}"/>`;
}

function markSign(mark: ChartMark, y: number, span: Span): Markup {
  return markup`
<svg class="mark ${mark.kind}" x="${percent(mark.ms, span)}%" y="${y}"><path d="${SHAPES[mark.kind]}"/><title>${
    markText(mark)
  }</title></svg>`;
}

/** "at 12.3 s, hermes (cycle 2): killed for memory". */
export function markText({ cycle, endMs, ms, service, what }: ChartMark): string {
  const until = endMs > ms ? ` to ${clock(endMs)}` : "";
  return `at ${clock(ms)}${until}, ${service} (cycle ${cycle}): ${what}`;
}

export function markLegend(kinds: readonly MarkKind[]): Markup {
  if (kinds.length === 0) return NOTHING;
  return markup`${
    kinds.map((kind) =>
      markup`
<li><svg class="key" width="14" height="14" aria-hidden="true"><svg class="mark ${kind}" x="7" y="7"><path d="${
        SHAPES[kind]
      }"/></svg></svg>${MARK_NAMES[kind]}</li>`
    )
  }`;
}
