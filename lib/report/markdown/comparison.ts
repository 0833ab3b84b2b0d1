/** A comparison as Markdown: by itself, and for REPORT.md. */

import { FIGURE_TITLES } from "../../figures/figure_words.ts";
import type { Answer } from "../../figures/answer.ts";
import { changedModules, hiddenText, isTelling } from "../changed.ts";
import type { ReportComparison, ReportFigureChange, ReportModuleChange } from "../value/comparison.ts";
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
import { STATUS_SIGNS, table } from "../words.ts";

const SIGNS: Record<Answer, string> = {
  worse: STATUS_SIGNS.FAIL,
  better: STATUS_SIGNS.PASS,
  same: STATUS_SIGNS.PASS,
  "cannot be told": STATUS_SIGNS.WARN,
};

/** `compare --format md`. `all`: every module and figure, and not only what changed. Ends with a line end. */
export function comparisonMarkdown(comparison: ReportComparison, all: boolean): string {
  const modules = (all ? comparison.modules : changedModules(comparison)).flatMap((module) => [
    `## ${markdown(module.name)}`,
    `**Status:** ${statusText(module)}`,
    ...tableParts(module.figures, needsServices(module)),
    ...testParts(module),
  ]);
  const hidden = all ? null : hiddenText(comparison.modules.flatMap(({ figures }) => figures));
  return [
    "# VX11 stability comparison",
    answerPart(comparison),
    ...modules,
    ...(modules.length === 0 ? [] : ["## The runs"]),
    ...factParts(comparison, hidden === null ? [] : [`- **Not shown:** ${hidden}; \`--all\` shows them`]),
    ...(all ? [basisText(comparison)] : []),
  ].join("\n\n") + "\n";
}

/** The text about the whole comparison in REPORT.md; the caller puts empty lines between the parts. */
export function comparisonParts(comparison: ReportComparison): string[] {
  const tally = `- **Figures:** ${tallyText(comparison)}`;
  return [answerPart(comparison), ...factParts(comparison, [tally]), basisText(comparison)];
}

function answerPart({ answer, sentence }: ReportComparison): string {
  return `${SIGNS[answer]} **${markdown(sentence)}**`;
}

function factParts({ after, before, busy, differences, in_place }: ReportComparison, first: string[]): string[] {
  const facts = [
    ...first,
    `- **Before:** ${markdown(sideText(before))}`,
    `- **After:** ${markdown(sideText(after))}`,
    ...(in_place === null ? [] : [`- ${markdown(in_place)}`]),
    ...differences.map((text) => `- Not the same in both: ${markdown(text)}`),
  ];
  return [...(busy === null ? [] : [`> ⚠️ **Not all was judged:** ${markdown(busy)}.`]), facts.join("\n")];
}

/** Cells for the overview of REPORT.md. */
export function overviewCell(comparison: ReportComparison, name: string): string {
  const module = comparison.modules.find((each) => each.name === name);
  return module === undefined ? "–" : markdown(moduleTally(module));
}

/** In a module's section: what changed in its figures and tests, and how many figures did not. */
export function moduleParts(module: ReportModuleChange): string[] {
  const hidden = hiddenText(module.figures);
  const telling = module.figures.filter(isTelling);
  return [
    ...tableParts(telling, needsServices(module)),
    ...testParts(module),
    ...(hidden === null ? [] : [`${telling.length === 0 ? "Figures" : "Other figures"}: ${hidden}.`]),
  ];
}

function tableParts(figures: readonly ReportFigureChange[], services: boolean): string[] {
  if (figures.length === 0) return [];
  const rows = figures.map((each) => [
    ...(services ? [markdown(each.service)] : []),
    FIGURE_TITLES[each.figure],
    valueText(each.figure, each.median_before),
    valueText(each.figure, each.median_after),
    changeText(each),
    cyclesText(each),
    judgedText(each),
  ]);
  return [table([...(services ? ["Service"] : []), "Figure", "Before", "After", "Change", "Cycles", "Judged"], rows)];
}

function testParts({ tests }: ReportModuleChange): string[] {
  return tests.length === 0 ? [] : [tests.map((test) => `- ${markdown(testText(test))}`).join("\n")];
}
