/** The score of a calibration as Markdown. Pure. */

import type { FigureName } from "../../lib/model/baseline.ts";
import { FIGURE_TITLES } from "../../lib/figures/figure_words.ts";
import { type Subject, SUBJECTS } from "./one_run.ts";
import type { Alarms, Score } from "./score.ts";

export function scoreText(result: Score, { falseAlarmPct, share }: { falseAlarmPct: number; share: number }): string {
  const { apart, cycles, neighbours, planted, scatter } = result;
  return [
    `Runs of ${cycles} cycles of three stand-ins side by side on the process engine.`,
    table(["equal runs", "pairs", "any figure worse", "any better", "promise", "which"], [
      alarmRow("each and the next", neighbours, falseAlarmPct),
      alarmRow("half a calibration apart", apart, falseAlarmPct),
    ]),
    table(
      [`planted +${share * 100} %`, "pairs", "found", "share", "missed as"],
      SUBJECTS.map((subject) => foundRow(subject, result)),
    ),
    `In ${planted.others} of ${planted.pairs} of these a figure was told worse in which nothing was planted.`,
    table(
      ["figure", "typical", "a cycle within its run, ±", "the medians of the runs, ±"],
      Object.entries(scatter).map(([figure, { cyclesPct, runsPct, typical }]) => [
        `${FIGURE_TITLES[figure as FigureName]} (${figure})`,
        typical === null ? "–" : typical.toFixed(1),
        pct(cyclesPct),
        pct(runsPct),
      ]),
    ),
  ].join("\n\n") + "\n";
}

function alarmRow(title: string, { better, by, pairs, worse }: Alarms, falseAlarmPct: number): string[] {
  const which = Object.entries(by).map(([name, many]) => `${name} ${many}`).join(", ");
  const promise = `at most ${falseAlarmPct} % (${(pairs * falseAlarmPct / 100).toFixed(1)})`;
  return [title, String(pairs), String(worse), String(better), promise, which || "–"];
}

function foundRow(subject: Subject, { planted: { found, missed, pairs } }: Score): string[] {
  const how = Object.entries(missed[subject]).map(([judgement, many]) => `${judgement} ${many}`).join(", ");
  const share = pairs === 0 ? "–" : `${(found[subject] / pairs * 100).toFixed(1)} %`;
  return [subject, String(pairs), String(found[subject]), share, how || "–"];
}

function pct(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(1)} %`;
}

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
