/** The block of docs/engines.md. Pure. */

import { causesOf } from "../../lib/engine/compose/tried/said.ts";
import { MAKER_TITLES } from "../../lib/engine/compose/maker.ts";
import type { TriedRow } from "../../lib/engine/compose/tried/tried.ts";
import { markdown } from "../../lib/report/escape.ts";
import { table } from "../../lib/report/words.ts";
import { isOf } from "./rows.ts";

const HEADS = [
  "Engine",
  "cgroup",
  "Compose",
  "Where",
  "What ran",
  "Trials right",
  "Wrong",
  "Commit, date",
  "What remains",
];

export function engineTable(rows: readonly TriedRow[]): string {
  if (rows.length === 0) return "No engine was tried with this version yet.\n";
  return `${supportedText(rows)}\n\n${table(HEADS, rows.map(cells))}\n`;
}

/** Which have nothing wrong, in the whole catalogue or in what was tried. */
function supportedText(rows: readonly TriedRow[]): string {
  const right = rows.filter(({ changed, wrong }) => wrong === 0 && !changed);
  const names = (those: readonly TriedRow[]) => those.map((row) => `${titleOf(row)} (cgroup ${row.cgroup})`).join("; ");
  const whole = right.filter(({ families }) => families.length === 0);
  const partly = right.filter((row) => row.families.length > 0 && !whole.some((each) => isOf(each, row)));
  return [
    `Nothing was wrong in the whole catalogue on: ${names(whole) || "none yet"}.`,
    ...(partly.length === 0 ? [] : [`Nothing was wrong in a part of it on: ${names(partly)}.`]),
  ].join("\n");
}

function cells(row: TriedRow): string[] {
  const { cgroup, changed, commit, compose, date, on, trials, wrong } = row;
  return [
    titleOf(row),
    cgroup,
    compose,
    on,
    ranText(row),
    `${trials - wrong} of ${trials}`,
    `${wrong}`,
    `${commit}${changed ? " and changes" : ""}, ${date}`,
    causesOf(row).map(markdown).join("; ") || "–",
  ];
}

export function titleOf({ engine, rootless, version }: TriedRow): string {
  return `${MAKER_TITLES[engine]} ${version}${rootless ? ", rootless" : ""}`;
}

/** `all 234 entries`, `memory, restarts: 27 entries twice` */
function ranText({ entries, families, jobs, minutes, repeat }: TriedRow): string {
  const what = families.length === 0 ? `all ${entries} entries` : `${families.join(", ")}: ${entries} entries`;
  const times = repeat === 1 ? "" : `, ${repeat} times`;
  return `${what}${times}, ${jobs} at a time, ${minutes} min`;
}
