/** A comparison of two runs, as a report and `compare --json` say it. */

import { ANSWERS } from "../../../figures/answer.ts";
import { JUDGEMENTS } from "../../../figures/comparison.ts";
import { FIGURES } from "../../../model/baseline.ts";
import { STATUSES } from "../../../model/outcome.ts";
import { count, each, figure, testOutcome, texts } from "../../../record/lines/parts.ts";
import { about, flag, list, nullable, object, oneOf, text } from "../../../values/schema.ts";

const measured = nullable(figure);
const status = nullable(oneOf(STATUSES));
const outcome = nullable(testOutcome);

export const side = object({
  from: about("Folder or file; null for the reported run itself.", nullable(text)),
  started_at: nullable(text),
  host: nullable(object({ hostname: text, os: text, arch: text })),
  engine: nullable(text),
});

export const figureChange = about(
  "Values are in the unit of the figure's name; medians over the cycles that have a value.",
  object({
    service: text,
    figure: oneOf(FIGURES),
    median_before: measured,
    median_after: measured,
    cycles_before: count,
    cycles_after: count,
    change: measured,
    change_pct: measured,
    limit: about(
      "A change counts only if it is larger; includes what the host's load may have done to it.",
      measured,
    ),
    judgement: oneOf(JUDGEMENTS),
    chance: about(
      "How often chance alone would make such a difference, as a share, for this figure by itself.",
      measured,
    ),
    detectable_change: about(
      "The smallest change that is found in nineteen of twenty comparisons; null if there are too few cycles.",
      measured,
    ),
    cycles_needed: about(
      "Cycles of each run that find this change, or one of twice the limit if that is larger; null if over a thousand.",
      nullable(count),
    ),
  }),
);

export const moduleChange = object({
  name: text,
  status_before: status,
  status_after: status,
  in_both: flag,
  figures: list(figureChange),
  tests: about(
    "Test files whose outcome changed; null if a run did not have the file.",
    list(object({ file: text, before: outcome, after: outcome })),
  ),
});

export const comparison = object({
  answer: about(
    "better: nothing is known to be worse. same: every figure of both runs was judged. `compare --strict` also counts " +
      "verdicts that got worse without being FAIL.",
    oneOf(ANSWERS),
  ),
  sentence: about("The answer in words, with what changed, or what it takes to tell.", text),
  before: side,
  after: side,
  not_judged: about("Why no figure was judged; null if figures were.", nullable(text)),
  busy: about("How the host's load differed, if a figure is not judged because of that; else null.", nullable(text)),
  in_place: about(
    "Which services have figures left out, since they ran already and were tested in place; null if none has.",
    nullable(text),
  ),
  differences: about("Other differences between the runs that may have changed a figure, a sentence each.", texts),
  false_alarm_pct: about("At most this share of comparisons of equal runs reports any figure as worse.", figure),
  got_worse: about(
    "Whether a figure, a test or a verdict got worse: `compare` then ends with 1, without --strict too.",
    flag,
  ),
  counts: each(JUDGEMENTS, count),
  modules: list(moduleChange),
});
