/** What comes of comparing two runs; compare.ts makes it. */

import type { FigureName, RunFigures } from "../model/baseline.ts";
import type { TestOutcome } from "../model/outcome.ts";
import type { Status } from "../model/outcome.ts";

/**
 * `same`: no change beyond the limit. `unclear`: one beyond it, which chance may have made. `too few`: no value of so few
 * cycles could have been told from chance. `missing`: one of the runs has no value. `busy host`: a change that
 * another load on the host may have made. `not judged`: the runs do not compare.
 */
export type Judgement = "worse" | "better" | "same" | "unclear" | "too few" | "missing" | "busy host" | "not judged";

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
  /** After without before, in the figure's unit; null where one is missing. */
  change: number | null;
  /** In percent of before; null where that is 0. */
  changePct: number | null;
  /** What a change has to be larger than, in the figure's unit; with what the host's load may have done to it. */
  limit: number | null;
  judgement: Judgement;
  /** How often chance alone would set the two apart like that, as a share, for this figure alone; null within the limit. */
  chance: number | null;
  /** The smallest change that would have been found in nineteen of twenty comparisons; null where too few cycles tell. */
  detectable: number | null;
  /** Cycles of each run that find this change, or one of twice the limit if that is larger; null where over a thousand. */
  cyclesNeeded: number | null;
}

export interface TestChange {
  file: string;
  /** null where the run did not have it. */
  before: TestOutcome | null;
  after: TestOutcome | null;
}

export interface ModuleChange {
  name: string;
  /** null where the run did not test it, or its verdict is not known. */
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
  /** Why no figure was judged; null where they were. */
  notJudged: string | null;
  /** How the host's load differed, where that leaves a figure without a judgement; null where it does not. */
  busy: string | null;
  /** Which services have figures left out, since they ran already and were tested in place; null where none has. */
  inPlace: string | null;
  /** What else is not the same in both runs and may have moved a figure, a sentence each. */
  differences: string[];
  falseAlarmPct: number;
  modules: ModuleChange[];
}

export interface Limits {
  /** By how much longer work may take in one of the runs for want of a core, in percent, before nothing is made of times. */
  busyPct: number;
  figures: Record<FigureName, { pct: number; floor: number }>;
  /** Share of comparisons of equal runs, in percent, in which any figure may be reported as worse. */
  falseAlarmPct: number;
}
