/** A comparison as Markdown: by itself, and for REPORT.md. */

import { FIGURE_TITLES } from "../../figures/figure_words.ts";
import type { ReportComparison, ReportModuleChange } from "../value/comparison.ts";
import {
  basisText,
  changeText,
  cyclesText,
  judgedText,
  moduleTally,
  needsServices,
  sideText,
  statusText,
  tallyText,
  testText,
  valueText,
} from "../comparison_words.ts";
import { markdown } from "../escape.ts";
import { table } from "../words.ts";

/** `compare --format md`. Ends with a line end. */
export function comparisonMarkdown(comparison: ReportComparison): string {
  const parts = ["# VX11 stability comparison", ...comparisonParts(comparison)];
  for (const module of comparison.modules) {
    parts.push(`## ${markdown(module.name)}`, `**Status:** ${statusText(module)}`, ...moduleParts(module));
  }
  return parts.join("\n\n") + "\n";
}

/** The text about the whole comparison; the caller puts empty lines between the parts. */
export function comparisonParts(comparison: ReportComparison): string[] {
  const { before, after, busy, differences, in_place, not_judged } = comparison;
  const facts = [
    `- **Before:** ${markdown(sideText(before))}`,
    `- **After:** ${markdown(sideText(after))}`,
    `- **Figures:** ${tallyText(comparison)}`,
    ...(in_place === null ? [] : [`- ${markdown(in_place)}`]),
    ...differences.map((text) => `- Not the same in both: ${markdown(text)}`),
  ];
  const load = busy === null ? [] : [`> ⚠️ **Not all was judged:** ${markdown(busy)}.`];
  const refusal = not_judged === null ? load : [`> ⚠️ **Not judged:** ${markdown(not_judged)}.`];
  return [...refusal, facts.join("\n"), basisText(comparison)];
}

/** Cells for the overview of REPORT.md. */
export function overviewCell(comparison: ReportComparison, name: string): string {
  const module = comparison.modules.find((each) => each.name === name);
  return module === undefined ? "–" : markdown(moduleTally(module));
}

/** The figures of one module, and the tests whose result changed. */
export function moduleParts(module: ReportModuleChange): string[] {
  const services = needsServices(module);
  const rows = module.figures.map((each) => [
    ...(services ? [markdown(each.service)] : []),
    FIGURE_TITLES[each.figure],
    valueText(each.figure, each.median_before),
    valueText(each.figure, each.median_after),
    changeText(each),
    cyclesText(each),
    judgedText(each),
  ]);
  const head = [...(services ? ["Service"] : []), "Figure", "Before", "After", "Change", "Cycles", "Judged"];
  const tests = module.tests.map((test) => `- ${markdown(testText(test))}`);
  return [...(rows.length === 0 ? [] : [table(head, rows)]), ...(tests.length === 0 ? [] : [tests.join("\n")])];
}
