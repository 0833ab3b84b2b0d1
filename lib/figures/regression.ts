/** Whether anything in a comparison got worse. Pure. */

import { byWorst, type Status } from "../model/outcome.ts";
import type { Comparison, ModuleChange, TestChange } from "./comparison.ts";

/**
 * A figure that is judged worse, a test file that failed only now, or a module that is FAIL only now; with `strict`,
 * any verdict that is worse than before. Runs that cannot be compared have none.
 */
export function isRegression({ modules, notJudged }: Comparison, strict: boolean): boolean {
  return notJudged === null && modules.some((module) => module.inBoth && hasWorse(module, strict));
}

function hasWorse({ before, after, figures, tests }: ModuleChange, strict: boolean): boolean {
  if (figures.some(({ judgement }) => judgement === "worse")) return true;
  return tests.some(isNewFailure) || isWorseStatus(before, after, strict);
}

/** A test file that both runs have, and that failed only in the later one. */
export function isNewFailure({ before, after }: TestChange): boolean {
  return after === "failed" && before !== null;
}

/** `strict`: any verdict that is worse than before; otherwise only a new FAIL. */
export function isWorseStatus(before: Status | null, after: Status | null, strict: boolean): boolean {
  if (before === null || after === null) return false;
  return strict ? byWorst(after, before) < 0 : after === "FAIL" && before !== "FAIL";
}
