/** The table of a comparison: a block for each module, a line for each figure, no wider than the terminal. */

import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { FIGURE_TITLES } from "../../figures/figure_words.ts";
import type { Judgement } from "../../figures/comparison.ts";
import { wrap } from "../../text/layout.ts";
import {
  changeText,
  cyclesText,
  judgedText,
  needsServices,
  statusText,
  testText,
  valueText,
} from "../comparison_words.ts";
import { plain } from "../escape.ts";
import type { ReportFigureChange, ReportModuleChange } from "../value/comparison.ts";
import { columns } from "./fit.ts";

const PAINT: Record<Judgement, (text: string) => string> = {
  worse: red,
  better: green,
  same: dim,
  unclear: yellow,
  "too few": yellow,
  missing: dim,
  "busy host": yellow,
  "not judged": yellow,
};

const HEAD = ["", "BEFORE", "AFTER", "CHANGE", "CYCLES", "JUDGED"];

/** Columns that the last cell needs at least, to be wrapped in them; in fewer it is left as it is. */
const LEAST_ROOM = 12;

interface Look {
  color: boolean;
  /** null if lines may be of any length. */
  width: number | null;
}

/** Lines; empty if there are no modules. */
export function comparisonTable(modules: readonly ReportModuleChange[], { color, width }: Look): string[] {
  const rows = new Map(modules.flatMap(({ figures }) => figures).map((figure) => [figure, cellsOf(figure)]));
  const widths = HEAD.map((title, at) =>
    Math.max(columns(title), ...[...rows.values()].map((cells) => columns(cells[at] ?? "")))
  );
  const paint = (text: string, how: (text: string) => string) => color ? how(text) : text;
  const lines = rows.size === 0 ? [] : [paint(lineOf(HEAD, widths), bold)];
  for (const module of modules) {
    lines.push(paint(`${plain(module.name)}: ${statusText(module)}`, bold));
    for (const test of module.tests) lines.push(`  ${plain(testText(test))}`);
    let service = needsServices(module) ? null : module.name;
    for (const figure of module.figures) {
      if (figure.service !== service) lines.push(`  ${plain(figure.service)}`);
      service = figure.service;
      const cells = rows.get(figure) as string[];
      lines.push(...linesOf(cells, widths, width).map((line) => paint(line, PAINT[figure.judgement])));
    }
  }
  return lines;
}

function cellsOf(change: ReportFigureChange): string[] {
  const { figure, median_after, median_before } = change;
  return [
    `    ${FIGURE_TITLES[figure]}`,
    valueText(figure, median_before),
    valueText(figure, median_after),
    changeText(change),
    cyclesText(change),
    judgedText(change),
  ];
}

/** The last cell goes on in further lines if the terminal is too narrow for it. */
function linesOf(cells: readonly string[], widths: readonly number[], width: number | null): string[] {
  const indent = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  const room = width === null ? 0 : width - indent;
  if (room < LEAST_ROOM) return [lineOf(cells, widths)];
  // A sign of percent stays with its number.
  const whole = (cells.at(-1) ?? "").replaceAll(" %", "\u00a0%");
  const [first = "", ...more] = wrap(whole, indent, room + indent).map((line) => line.replaceAll("\u00a0%", " %"));
  return [lineOf([...cells.slice(0, -1), first.trimStart()], widths), ...more];
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - columns(cell)))).join("  ")
    .trimEnd();
}
