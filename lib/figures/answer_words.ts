/** The answer of a comparison in one sentence, with what it rests on, or what it takes. Pure; nothing is escaped. */

import { count } from "../text/units.ts";
import { answerOf, isBetterStatus, isMended, untold } from "./answer.ts";
import { comparableRemedy, whyNoAnswer } from "./comparable.ts";
import type { Comparison, FigureChange, ModuleChange } from "./comparison.ts";
import { changeText, FIGURE_TITLES } from "./figure_words.ts";
import { isNewFailure, isWorseStatus } from "./regression.ts";

/** How many changes the sentence names; more are counted. */
const MOST = 3;

/** Without a full stop at its end. */
export function answerText(comparison: Comparison, strict: boolean): string {
  const { modules } = comparison;
  switch (answerOf(comparison, strict)) {
    case "worse":
      return `Worse: ${named(modules.flatMap((module) => worseOnes(module, strict)))}`;
    case "better": {
      const better = named(modules.flatMap(betterOnes));
      return `Better: ${better}${untoldText(comparison, "; cannot be told")}${besides(comparison)}`;
    }
    case "same":
      return `Same: no change in ${count(inBoth(comparison).length, "figure")}${besides(comparison)}`;
    case "cannot be told":
      return `Cannot be told${whyText(comparison)}`;
  }
}

function worseOnes({ after, before, figures, inBoth, name, tests }: ModuleChange, strict: boolean): string[] {
  if (!inBoth) return [];
  return [
    ...(isWorseStatus(before, after, strict) ? [`${name} is ${after} (${before} before)`] : []),
    ...tests.filter(isNewFailure).map(({ before, file }) => `${file} of ${name} failed (${before} before)`),
    ...figures.filter(({ judgement }) => judgement === "worse").map(figureItem),
  ];
}

function betterOnes({ after, before, figures, name, tests }: ModuleChange): string[] {
  return [
    ...(isBetterStatus(before, after) ? [`${name} is ${after} (${before} before)`] : []),
    ...tests.filter(isMended).map(({ file }) => `${file} of ${name} passed (failed before)`),
    ...figures.filter(({ judgement }) => judgement === "better").map(figureItem),
  ];
}

function figureItem({ change, changePct, figure, service }: FigureChange): string {
  return `${FIGURE_TITLES[figure]} of ${service}${change === null ? "" : ` ${changeText(figure, change, changePct)}`}`;
}

function inBoth({ modules }: Comparison): FigureChange[] {
  return modules.flatMap(({ figures }) => figures).filter(({ judgement }) => judgement !== "missing");
}

function whyText(comparison: Comparison): string {
  const { after, before, notJudged } = comparison;
  if (notJudged !== null) {
    const remedy = comparableRemedy(before, after);
    return `: ${notJudged}${remedy === "" ? "" : `. ${remedy}`}`;
  }
  const why = whyNoAnswer(comparison);
  return `${why === null ? untoldText(comparison, "") : `: ${why}`}${besides(comparison)}`;
}

/** ` for 5 of 45 figures: it takes at least 5 cycles in each run`, behind `start`; empty if all could be judged. */
function untoldText(comparison: Comparison, start: string): string {
  const figures = inBoth(comparison);
  const open = untold(comparison);
  if (open.length === 0) return "";
  const same = figures.filter(({ judgement }) => judgement === "same").length;
  const which = open.length === figures.length
    ? open.length === 1 ? "the one figure of both runs" : `any of ${open.length} figures`
    : `${open.length} of ${count(figures.length, "figure")}`;
  const rest = same === 0 ? "" : `; ${same} did not change`;
  return `${start} for ${which}: it takes ${neededText(open)}${rest}`;
}

function neededText(open: readonly FigureChange[]): string {
  const few = open.filter(({ judgement }) => judgement === "unclear" || judgement === "too few")
    .map(({ cyclesNeeded }) => cyclesNeeded ?? Infinity);
  const isBusy = open.some(({ judgement }) => judgement === "busy host");
  const [least, most] = [Math.min(...few), Math.max(...few)];
  const parts = few.length === 0 ? [] : [
    `at least ${cyclesText(least)} cycles in each run${least === most ? "" : `, for some of them ${cyclesText(most)}`}`,
  ];
  if (isBusy) parts.push("a host that is as busy in both runs");
  return parts.join(", and ");
}

function cyclesText(cycles: number): string {
  return cycles === Infinity ? "over 1000" : `${cycles}`;
}

/** What is neither better nor worse by the rules, and must not be missed behind an answer that says neither. */
function besides({ modules }: Comparison): string {
  const verdicts = modules.filter(({ after, before }) => isWorseStatus(before, after, true))
    .map(({ after, before, name }) => `${name} is ${after} (${before} before)`);
  const shared = modules.filter((module) => module.inBoth).flatMap(({ figures }) => figures);
  const missing = shared.filter(({ judgement }) => judgement === "missing").length;
  const alone = [
    ...modules.filter((module) => !module.inBoth).map(({ name }) => name),
    ...(missing === 0 ? [] : [count(missing, "figure")]),
  ];
  return [
    ...(verdicts.length === 0 ? [] : [`; worse only with --strict: ${named(verdicts)}`]),
    ...(alone.length === 0 ? [] : [`; in one run only: ${named(alone)}`]),
  ].join("");
}

function named(items: readonly string[]): string {
  const more = items.length - MOST;
  return more <= 0 ? items.join(", ") : `${items.slice(0, MOST).join(", ")} and ${more} more`;
}
