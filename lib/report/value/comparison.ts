/** A comparison as REPORT.json and `compare --json` show it: rounded and renamed, nothing decided. */

import type { Comparison, FigureChange, Judgement, ModuleChange } from "../../figures/comparison.ts";
import { isRegression } from "../../figures/regression.ts";
import type { FigureName, RunFigures } from "../../model/baseline.ts";
import type { TestOutcome } from "../../model/outcome.ts";
import type { Status } from "../../model/outcome.ts";
import { round, roundOrNull } from "../../text/round.ts";

export interface ReportComparison {
  before: ReportSide;
  after: ReportSide;
  /** Why no figure was judged; null if figures were. */
  not_judged: string | null;
  /** How the host's load differed, if a figure is not judged because of that; else null. */
  busy: string | null;
  /** Which services have figures left out, since they ran already and were tested in place; null if none has. */
  in_place: string | null;
  /** Other differences between the runs that may have changed a figure, a sentence each. */
  differences: string[];
  /** At most this share of comparisons of equal runs reports any figure as worse. */
  false_alarm_pct: number;
  /** Whether a figure, a test or a verdict got worse: `compare` then ends with 1, without --strict too. */
  got_worse: boolean;
  counts: Record<Judgement, number>;
  modules: ReportModuleChange[];
}

export interface ReportSide {
  /** Folder or file; null for the reported run itself. */
  from: string | null;
  started_at: string | null;
  host: { hostname: string; os: string; arch: string } | null;
  engine: string | null;
}

export interface ReportModuleChange {
  name: string;
  status_before: Status | null;
  status_after: Status | null;
  in_both: boolean;
  figures: ReportFigureChange[];
  /** Test files whose outcome changed; null if a run did not have the file. */
  tests: { file: string; before: TestOutcome | null; after: TestOutcome | null }[];
}

/** Values are in the unit of the figure's name; medians over the cycles that have a value. */
export interface ReportFigureChange {
  service: string;
  figure: FigureName;
  median_before: number | null;
  median_after: number | null;
  cycles_before: number;
  cycles_after: number;
  change: number | null;
  change_pct: number | null;
  /** A change counts only if it is larger; includes what the host's load may have done to it. */
  limit: number | null;
  judgement: Judgement;
  /** How often chance alone would make such a difference, as a share, for this figure by itself. */
  chance: number | null;
  /** The smallest change that is found in nineteen of twenty comparisons; null if there are too few cycles. */
  detectable_change: number | null;
  /** Cycles of each run that find this change, or one of twice the limit if that is larger; null if over a thousand. */
  cycles_needed: number | null;
}

export function reportComparison(
  comparison: Comparison,
  from: { before: string | null; after: string | null },
): ReportComparison {
  const { before, after, busy, inPlace, notJudged, differences, falseAlarmPct, modules } = comparison;
  return {
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
  const counts = {
    worse: 0,
    better: 0,
    same: 0,
    unclear: 0,
    "too few": 0,
    missing: 0,
    "busy host": 0,
    "not judged": 0,
  };
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
