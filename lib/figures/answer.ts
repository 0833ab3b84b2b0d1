/** The answer of a comparison as a whole: worse, better, same, or that it cannot be told. Pure; answer_words.ts says it. */

import { byWorst, type Status } from "../model/outcome.ts";
import { whyNoAnswer } from "./comparable.ts";
import type { Comparison, FigureChange, ModuleChange, TestChange } from "./comparison.ts";
import { isRegression } from "./regression.ts";

/**
 * `worse`: what gives exit code 1. `better`: something is better, and nothing is known to be worse. `same`: each figure
 * that both runs have was judged, and none changed. `cannot be told`: anything else.
 */
export const ANSWERS = ["worse", "better", "same", "cannot be told"] as const;
export type Answer = (typeof ANSWERS)[number];

/** `strict`: a verdict that is worse than before counts whatever it is. */
export function answerOf(comparison: Comparison, strict: boolean): Answer {
  if (comparison.notJudged !== null) return "cannot be told";
  if (isRegression(comparison, strict)) return "worse";
  if (whyNoAnswer(comparison) !== null) return "cannot be told";
  if (comparison.modules.some(hasBetter)) return "better";
  return untold(comparison).length > 0 ? "cannot be told" : "same";
}

/** The figures of both runs of which it is not known whether they changed. */
export function untold({ modules }: Pick<Comparison, "modules">): FigureChange[] {
  return modules.flatMap(({ figures }) => figures)
    .filter(({ judgement }) => !["worse", "better", "same", "missing"].includes(judgement));
}

function hasBetter({ after, before, figures, tests }: ModuleChange): boolean {
  return figures.some(({ judgement }) => judgement === "better") || tests.some(isMended) ||
    isBetterStatus(before, after);
}

export function isMended({ after, before }: TestChange): boolean {
  return before === "failed" && after === "passed";
}

/** What was skipped is neither better nor worse. */
export function isBetterStatus(before: Status | null, after: Status | null): boolean {
  return before !== null && after !== null && after !== "SKIP" && byWorst(before, after) < 0;
}
