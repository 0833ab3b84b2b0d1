/** A comparison for a terminal or a CI log: a block for each module, then the text about the whole comparison. */

import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import { FIGURE_TITLES } from "../../figures/figure_words.ts";
import type { Judgement } from "../../figures/comparison.ts";
import type { ReportComparison, ReportFigureChange, ReportModuleChange } from "../value/comparison.ts";
import {
  basisText,
  changeText,
  cyclesText,
  judgedText,
  needsServices,
  sideText,
  statusText,
  tallyText,
  testText,
  valueText,
} from "../comparison_words.ts";
import { plain } from "../escape.ts";
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

/** Ends with a line end. */
export function comparisonText(comparison: ReportComparison, color: boolean): string {
  const { before, after, busy, differences, in_place, modules, not_judged } = comparison;
  const rows = modules.map((module) => module.figures.map((each) => cellsOf(module, each)));
  const widths = HEAD.map((title, at) =>
    Math.max(columns(title), ...rows.flat().map((cells) => columns(cells[at] ?? "")))
  );
  const paint = (text: string, how: (text: string) => string) => color ? how(text) : text;
  const lines = [`Before: ${plain(sideText(before))}`, `After:  ${plain(sideText(after))}`, ""];
  if (rows.flat().length > 0) lines.push(paint(lineOf(HEAD, widths), bold));
  modules.forEach((module, index) => {
    lines.push(paint(`${plain(module.name)}: ${statusText(module)}`, bold));
    module.figures.forEach((each, row) => {
      lines.push(paint(lineOf(rows[index]?.[row] ?? [], widths), PAINT[each.judgement]));
    });
    for (const test of module.tests) lines.push(`  ${plain(testText(test))}`);
  });
  lines.push("", `Figures: ${tallyText(comparison)}`);
  if (busy !== null) lines.push(paint(`Not all was judged: ${plain(busy)}`, yellow));
  if (in_place !== null) lines.push(plain(in_place));
  for (const text of differences) lines.push(`Not the same in both: ${plain(text)}`);
  lines.push(
    not_judged === null
      ? basisText(comparison).replaceAll(". ", ".\n")
      : paint(`Not judged: ${plain(not_judged)}`, yellow),
  );
  return lines.join("\n") + "\n";
}

function cellsOf(module: ReportModuleChange, change: ReportFigureChange): string[] {
  const { figure, median_after, median_before, service } = change;
  const name = needsServices(module) ? `${plain(service)}: ${FIGURE_TITLES[figure]}` : FIGURE_TITLES[figure];
  return [
    `  ${name}`,
    valueText(figure, median_before),
    valueText(figure, median_after),
    changeText(change),
    cyclesText(change),
    judgedText(change),
  ];
}

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - columns(cell)))).join("  ")
    .trimEnd();
}
