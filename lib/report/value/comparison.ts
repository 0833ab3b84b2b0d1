/** A comparison as REPORT.json and `compare --json` show it: rounded and renamed, nothing decided. */

import type { Infer } from "../../values/schema.ts";
import type * as shapes from "./shapes/comparison.ts";
import {
  type Comparison,
  type FigureChange,
  type Judgement,
  JUDGEMENTS,
  type ModuleChange,
} from "../../figures/comparison.ts";
import { answerOf } from "../../figures/answer.ts";
import { answerText } from "../../figures/answer_words.ts";
import { isRegression } from "../../figures/regression.ts";
import type { RunFigures } from "../../model/baseline.ts";
import { round, roundOrNull } from "../../text/round.ts";

export type ReportComparison = Infer<typeof shapes.comparison>;
export type ReportSide = Infer<typeof shapes.side>;
export type ReportModuleChange = Infer<typeof shapes.moduleChange>;
export type ReportFigureChange = Infer<typeof shapes.figureChange>;

/** `strict`: the answer counts every verdict that is worse than before, as `compare --strict` does. */
export function reportComparison(
  comparison: Comparison,
  from: { before: string | null; after: string | null },
  strict = false,
): ReportComparison {
  const { before, after, busy, inPlace, notJudged, differences, falseAlarmPct, modules } = comparison;
  return {
    answer: answerOf(comparison, strict),
    sentence: answerText(comparison, strict),
    before: side(before, from.before),
    after: side(after, from.after),
    not_judged: notJudged,
    busy,
    in_place: inPlace,
    differences,
    false_alarm_pct: falseAlarmPct,
    got_worse: isRegression(comparison, false),
    counts: countsOf(modules.flatMap(({ figures }) => figures)),
    modules: modules.map(moduleChange),
  };
}

function side({ engine, host, startedAt }: RunFigures, from: string | null): ReportSide {
  return { from, started_at: startedAt, host, engine };
}

export function countsOf(figures: readonly { judgement: Judgement }[]): Record<Judgement, number> {
  const counts = Object.fromEntries(JUDGEMENTS.map((judgement) => [judgement, 0])) as Record<Judgement, number>;
  for (const { judgement } of figures) counts[judgement]++;
  return counts;
}

function moduleChange({ name, before, after, inBoth, figures, tests }: ModuleChange): ReportModuleChange {
  return {
    name,
    status_before: before,
    status_after: after,
    in_both: inBoth,
    figures: figures.map(figureChange),
    tests: tests.map(({ file, before, after }) => ({ file, before, after })),
  };
}

function figureChange(change: FigureChange): ReportFigureChange {
  return {
    service: change.service,
    figure: change.figure,
    median_before: roundOrNull(change.before?.median ?? null),
    median_after: roundOrNull(change.after?.median ?? null),
    cycles_before: change.before?.cycles ?? 0,
    cycles_after: change.after?.cycles ?? 0,
    change: roundOrNull(change.change),
    change_pct: roundOrNull(change.changePct),
    limit: roundOrNull(change.limit),
    judgement: change.judgement,
    chance: change.chance === null ? null : Number(change.chance.toPrecision(2)),
    detectable_change: change.detectable === null ? null : round(change.detectable),
    cycles_needed: change.cyclesNeeded,
  };
}
