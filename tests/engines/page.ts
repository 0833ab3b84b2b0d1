/** The block of docs/engines.md. Pure. */

import { causesOf } from "../../lib/engine/compose/tried/said.ts";
import { ENGINE_TITLES, type TriedRow } from "../../lib/engine/compose/tried/tried.ts";
import { markdown } from "../../lib/report/escape.ts";
import { table } from "../../lib/report/words.ts";

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
  return `${table(HEADS, rows.map(cells))}\n`;
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
  return `${ENGINE_TITLES[engine]} ${version}${rootless ? ", rootless" : ""}`;
}

/** `all 234 entries`, `memory, restarts: 27 entries twice` */
function ranText({ entries, families, jobs, minutes, repeat }: TriedRow): string {
  const what = families.length === 0 ? `all ${entries} entries` : `${families.join(", ")}: ${entries} entries`;
  const times = repeat === 1 ? "" : `, ${repeat} times`;
  return `${what}${times}, ${jobs} at a time, ${minutes} min`;
}
