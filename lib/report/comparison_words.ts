/** The words that all texts of a comparison share: for a figure, its change and its judgement. Pure; nothing is escaped. */

import { comparableRemedy } from "../figures/comparable.ts";
import { changeText as changeWords, FIGURE_TITLES, figureText } from "../figures/figure_words.ts";
import type { FigureName } from "../model/baseline.ts";
import type { ReportComparison, ReportFigureChange, ReportModuleChange, ReportSide } from "./value/comparison.ts";
import { countsOf } from "./value/comparison.ts";

export function valueText(figure: FigureName, value: number | null): string {
  return value === null ? "–" : figureText(figure, value);
}

export function changeText({ change, change_pct, figure }: ReportFigureChange): string {
  return change === null ? "–" : changeWords(figure, change, change_pct);
}

/** The judgement of the change, and how many cycles would decide it if these were too few. */
export function judgedText(change: ReportFigureChange): string {
  const { chance, cycles_needed, judgement } = change;
  const needed = cycles_needed === null ? "more than 1000 cycles each" : `${cycles_needed} cycles each`;
  switch (judgement) {
    case "worse":
    case "better":
      return `${judgement} (chance ${chanceText(chance)})`;
    case "same":
      return `no change seen${detectableText(change)}`;
    case "unclear":
      return `unclear, may be chance (${chanceText(chance)}); ${needed} would tell`;
    case "too few":
      return `too few to tell; ${needed}, at least`;
    case "missing":
      return "not in both runs";
    case "busy host":
      return "not judged, may be the load of the host";
    case "not judged":
      return "not judged";
  }
}

/** How often chance alone makes such a difference. */
function chanceText(chance: number | null): string {
  return chance === null ? "unknown" : `${Number((chance * 100).toPrecision(2))} %`;
}

/** ` (14 % would show)`: how large a change has to be to be seen; a smaller one may be hidden. */
function detectableText({ detectable_change, figure, median_before }: ReportFigureChange): string {
  if (detectable_change === null) return "";
  const size = median_before === null || median_before === 0
    ? figureText(figure, detectable_change)
    : `${Math.ceil(detectable_change / median_before * 100)} %`;
  return ` (${size} would show)`;
}

export function cyclesText({ cycles_after, cycles_before }: ReportFigureChange): string {
  return `${cycles_before}, ${cycles_after}`;
}

/** The whole comparison in one line: `2 worse, 1 better, 12 without a change, 3 too few to tell`. */
export function tallyText({ counts }: Pick<ReportComparison, "counts">): string {
  const parts: [number, string][] = [
    [counts.worse, "worse"],
    [counts.better, "better"],
    [counts.same, "without a change"],
    [counts.unclear, "unclear"],
    [counts["too few"], "too few to tell"],
    [counts["busy host"] + counts["not judged"], "not judged"],
    [counts.missing, "not in both runs"],
  ];
  const said = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
  return said.length === 0 ? "no figure in either run" : said.join(", ");
}

/** Says that no figure was judged, and what to do if something helps; null if a figure was judged. */
export function unjudgedText({ after, before, counts, not_judged }: ReportComparison): string | null {
  if (not_judged !== null) {
    const next = comparableRemedy(before, after);
    return `The run is not judged against the baseline: ${not_judged}${next === "" ? "" : `. ${next}`}`;
  }
  if (counts.worse + counts.better + counts.same + counts.unclear > 0) return null;
  return `No figure could be judged against the baseline: ${tallyText({ counts })}`;
}

/** Like `tallyText`, for the table cell of one module; names the figures that changed. */
export function moduleTally({ figures, in_both }: ReportModuleChange): string {
  if (!in_both) return "not in both runs";
  const changed = (["worse", "better"] as const).flatMap((judgement) => {
    const those = figures.filter((figure) => figure.judgement === judgement);
    const named = those.map((each) => `${FIGURE_TITLES[each.figure]} ${changeText(each)}`);
    return named.length === 0 ? [] : [`${judgement}: ${named.join(", ")}`];
  });
  return changed.length === 0 ? tallyText({ counts: countsOf(figures) }) : changed.join("; ");
}

export function sideText({ from, host, started_at }: ReportSide): string {
  const parts = [
    from ?? "this run",
    ...(started_at === null ? [] : [started_at]),
    ...(host === null ? [] : [host.hostname]),
  ];
  return parts.join(", ");
}

/** What the judgements rest on. */
export function basisText({ false_alarm_pct }: ReportComparison): string {
  return "Medians over cycles. A change counts if it is beyond its limit, and if the ranks of the cycles' values rule chance " +
    `out. Of 100 comparisons of equal runs, at most ${false_alarm_pct} report any figure as worse.`;
}

export function testText({ file, before, after }: ReportModuleChange["tests"][number]): string {
  return `${file}: ${before ?? "not run"} → ${after ?? "not run"}`;
}

export function statusText({ status_before, status_after, in_both }: ReportModuleChange): string {
  if (!in_both) return status_after === null ? "only in the earlier run" : `${status_after}, only in the later run`;
  return status_before === status_after
    ? `${status_after ?? "unknown"}`
    : `${status_before ?? "unknown"} → ${status_after ?? "unknown"}`;
}

/** Services are named unless the module consists of one service with the module's name. */
export function needsServices({ figures, name }: ReportModuleChange): boolean {
  return figures.some(({ service }) => service !== name);
}
