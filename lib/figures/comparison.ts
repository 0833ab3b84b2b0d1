/** The result of comparing two runs; compare.ts makes it. */

import type { FigureName, RunFigures } from "../model/baseline.ts";
import type { TestOutcome } from "../model/outcome.ts";
import type { Status } from "../model/outcome.ts";

/**
 * `same`: no change beyond the limit. `unclear`: a change beyond it, which may be chance. `too few`: with so few
 * cycles, no values could be distinguished from chance. `missing`: one of the runs has no value. `busy host`: a change
 * that another load on the host may have made. `not judged`: the runs cannot be compared.
 */
export const JUDGEMENTS = [
  "worse",
  "better",
  "same",
  "unclear",
  "too few",
  "missing",
  "busy host",
  "not judged",
] as const;
export type Judgement = (typeof JUDGEMENTS)[number];

export interface Side {
  median: number;
  /** Cycles that have a value. */
  cycles: number;
}

export interface FigureChange {
  service: string;
  figure: FigureName;
  before: Side | null;
  after: Side | null;
  /** After minus before, in the figure's unit; null if one is missing. */
  change: number | null;
  /** In percent of before; null if that is 0. */
  changePct: number | null;
  /** What a change must exceed, in the figure's unit; includes what the host's load may have done to it. */
  limit: number | null;
  judgement: Judgement;
  /**
   * How often chance alone would produce such a difference, as a share, for this figure alone; null within the limit.
   */
  chance: number | null;
  /**
   * The smallest change that would have been found in nineteen of twenty comparisons; null if there are too few cycles.
   */
  detectable: number | null;
  /** Cycles of each run that find this change, or one of twice the limit if that is larger; null if over a thousand. */
  cyclesNeeded: number | null;
}

export interface TestChange {
  file: string;
  /** null if the run did not have it. */
  before: TestOutcome | null;
  after: TestOutcome | null;
}

export interface ModuleChange {
  name: string;
  /** null if the run did not test it, or its verdict is not known. */
  before: Status | null;
  after: Status | null;
  /** Whether both runs tested it. */
  inBoth: boolean;
  figures: FigureChange[];
  /** Files whose outcome is not the same in both. */
  tests: TestChange[];
}

export interface Comparison {
  before: RunFigures;
  after: RunFigures;
  /** Why no figure was judged; null if figures were. */
  notJudged: string | null;
  /** How the host's load differed, if that keeps a figure from being judged; null if not. */
  busy: string | null;
  /** Which services have figures left out, since they ran already and were tested in place; null if none has. */
  inPlace: string | null;
  /** What else differs between the runs and may have moved a figure, a sentence each. */
  differences: string[];
  falseAlarmPct: number;
  modules: ModuleChange[];
}

export interface Limits {
  /**
   * By how much longer work may take in one of the runs for want of a core, in percent; beyond that, times are not
   * judged.
   */
  busyPct: number;
  figures: Record<FigureName, { pct: number; floor: number }>;
  /** Share of comparisons of equal runs, in percent, in which any figure may be reported as worse. */
  falseAlarmPct: number;
}
