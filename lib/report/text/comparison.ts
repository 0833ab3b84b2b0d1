/** A comparison for a terminal or a CI log: the answer, what changed, and what it rests on. */

import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import type { Answer } from "../../figures/answer.ts";
import { wrap } from "../../text/layout.ts";
import { changedModules, hiddenText } from "../changed.ts";
import { basisText, sideText } from "../comparison_words.ts";
import { plain } from "../escape.ts";
import type { ReportComparison } from "../value/comparison.ts";
import { comparisonTable } from "./comparison_table.ts";

export interface ComparisonLook {
  /** Every module and figure, and not only what changed. */
  all: boolean;
  color: boolean;
  /** Columns of the terminal, by which lines are wrapped; null if the text does not go to one. */
  width: number | null;
}

const PAINT: Record<Answer, (text: string) => string> = {
  worse: red,
  better: green,
  same: (text) => text,
  "cannot be told": yellow,
};

/** Ends with a line end. */
export function comparisonText(comparison: ReportComparison, look: ComparisonLook): string {
  const { answer, modules, sentence } = comparison;
  const { all, color, width } = look;
  const table = comparisonTable(all ? modules : changedModules(comparison), look);
  const wrapped = (text: string) => width === null ? [text] : wrap(text, 0, width);
  return [
    ...wrapped(plain(sentence)).map((line) => color ? PAINT[answer](bold(line)) : line),
    "",
    ...table,
    ...(table.length === 0 ? [] : [""]),
    ...factLines(comparison, all).flatMap(wrapped).map((line) => color && !all ? dim(line) : line),
  ].join("\n") + "\n";
}

function factLines(comparison: ReportComparison, all: boolean): string[] {
  const { after, before, busy, differences, in_place, modules } = comparison;
  const hidden = hiddenText(modules.flatMap(({ figures }) => figures));
  return [
    ...(hidden === null || all ? [] : [`Not shown: ${hidden}; --all shows them`]),
    `Before: ${plain(sideText(before))}`,
    `After:  ${plain(sideText(after))}`,
    ...(busy === null ? [] : [`Not all was judged: ${plain(busy)}`]),
    ...(in_place === null ? [] : [plain(in_place)]),
    ...differences.map((text) => `Not the same in both: ${plain(text)}`),
    ...(all ? basisText(comparison).split(/(?<=\.) /) : []),
  ];
}
