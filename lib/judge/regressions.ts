/** The rule about figures that are worse than those of an earlier run, which the journal holds. Pure. */

import { againstBaseline } from "../figures/against_baseline.ts";
import type { FigureChange } from "../figures/comparison.ts";
import { FIGURE_TITLES, figureText } from "../figures/figure_words.ts";
import { count } from "../text/units.ts";
import type { RunEvidence } from "../model/record.ts";
import type { Finding } from "./rule.ts";

/**
 * Module → what got worse; all modules are compared at once, since the promise about false alarms is about the whole
 * run.
 */
export function regressionFindings(evidence: RunEvidence): Map<string, Finding[]> {
  const modules = againstBaseline(evidence)?.modules ?? [];
  return new Map(modules.map(({ name, figures }) => [name, figures.flatMap(finding)]));
}

function finding({ service, figure, judgement, before, after, change, changePct, limit }: FigureChange): Finding[] {
  if (judgement !== "worse" || before === null || after === null || change === null || limit === null) return [];
  const by = changePct === null ? figureText(figure, change) : `${Math.round(changePct)} %`;
  const text = `${FIGURE_TITLES[figure]} of "${service}" rose by ${by} against the baseline ` +
    `(${figureText(figure, before.median)} → ${figureText(figure, after.median)}, medians of ` +
    `${before.cycles} and ${count(after.cycles, "cycle")}), limit ${figureText(figure, limit)}`;
  return [{ code: "regressed", text, service }];
}
