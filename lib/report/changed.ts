/** What a comparison shows first: the modules and figures in which something changed. The others are counted. Pure. */

import type { Judgement } from "../figures/comparison.ts";
import { isNewFailure, isWorseStatus } from "../figures/regression.ts";
import { tallyText } from "./comparison_words.ts";
import type { ReportComparison, ReportFigureChange, ReportModuleChange } from "./value/comparison.ts";
import { countsOf } from "./value/comparison.ts";

/** The first ones come first. A change that may be chance is shown, since more cycles would decide it. */
const TELLING: readonly Judgement[] = ["worse", "better", "unclear"];

/** Modules in which something changed, worse ones first, with nothing but the figures that changed. */
export function changedModules({ modules }: Pick<ReportComparison, "modules">): ReportModuleChange[] {
  return modules.filter(hasChanged)
    .map((module) => ({ ...module, figures: module.figures.filter(isTelling) }))
    .toSorted((a, b) => rank(a) - rank(b));
}

export function hasChanged({ figures, in_both, status_after, status_before, tests }: ReportModuleChange): boolean {
  return !in_both || status_before !== status_after || tests.length > 0 || figures.some(isTelling);
}

export function isTelling({ judgement }: ReportFigureChange): boolean {
  return TELLING.includes(judgement);
}

function rank({ figures, status_after, status_before, tests }: ReportModuleChange): number {
  if (isWorseStatus(status_before, status_after, true) || tests.some(isNewFailure)) return 0;
  const first = TELLING.findIndex((judgement) => figures.some((figure) => figure.judgement === judgement));
  return first < 0 ? TELLING.length : first;
}

/** `3 without a change, 1 too few to tell`: the figures that are not shown; null if all are. */
export function hiddenText(figures: readonly ReportFigureChange[]): string | null {
  const hidden = figures.filter((figure) => !isTelling(figure));
  return hidden.length === 0 ? null : tallyText({ counts: countsOf(hidden) });
}
