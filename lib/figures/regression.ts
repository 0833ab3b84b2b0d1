/** Whether a comparison has anything that got worse. Pure. */

import type { Status } from "../model/record.ts";
import type { Comparison, ModuleChange } from "./comparison.ts";

/** From best to worst; what was not seen through is no good news, and no bad one either. */
const WORSE: Record<Status, number> = { PASS: 0, SKIP: 1, WARN: 2, FAIL: 3 };

/**
 * A figure that is told worse, a test file that failed only now, or a module that is FAIL only now; with `strict` any
 * verdict that is worse than before. Of runs that do not compare nothing is.
 */
export function isRegression({ modules, notJudged }: Comparison, strict: boolean): boolean {
  return notJudged === null && modules.some((module) => module.inBoth && hasWorse(module, strict));
}

function hasWorse({ before, after, figures, tests }: ModuleChange, strict: boolean): boolean {
  if (figures.some(({ judgement }) => judgement === "worse")) return true;
  if (tests.some((test) => test.after === "failed" && test.before !== null)) return true;
  if (before === null || after === null) return false;
  return strict ? WORSE[after] > WORSE[before] : after === "FAIL" && before !== "FAIL";
}
