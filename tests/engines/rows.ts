/** Rows of the table of engines: made of a SELFTEST.json, and put among those that are there. Pure. */

import { numberOf } from "../../lib/engine/compose/tried/known.ts";
import { FAMILIES } from "../../lib/selftest/defect.ts";
import type { TriedRow } from "../../lib/engine/compose/tried/tried.ts";
import { ENGINES, type EngineToTry, placeText } from "./registry.ts";

/** The parts of a SELFTEST.json that are read. */
export interface Tested {
  versions: Record<string, string>;
  started_at: string;
  duration_ms: number;
  jobs: number;
  repeat: number;
  only: string[];
  summary: { trials: number; wrong: number };
  defects: { id: string; trials: { outcome: string }[] }[];
}

export interface Source {
  commit: string;
  changed: boolean;
}

export class OtherEngineError extends Error {}

/** Throws OtherEngineError if another engine was tried than the registry says. */
export function rowOf(engine: EngineToTry, tested: Tested, { changed, commit }: Source): TriedRow {
  const { cgroup = "", compose = "", [engine.engine]: version = "" } = tested.versions;
  if (numberOf(version) !== numberOf(engine.version) || (engine.cgroup ?? cgroup) !== cgroup || cgroup === "") {
    throw new OtherEngineError(
      `${engine.name} is ${engine.version}${
        engine.cgroup === undefined ? "" : ` with cgroup ${engine.cgroup}`
      } in tests/engines/registry.ts, and what ran was ` +
        `${engine.engine} ${version} with cgroup ${cgroup}. Change the registry if the suite or this machine has moved on`,
    );
  }
  const wrong = tested.defects.map(({ id, trials }) =>
    [id, trials.map(({ outcome }) => outcome).filter((outcome) => outcome !== "right")] as const
  ).filter(([, outcomes]) => outcomes.length > 0);
  return {
    name: engine.name,
    engine: engine.engine,
    version,
    compose,
    cgroup,
    rootless: engine.rootless,
    systemd: engine.place.kind === "here" ? null : engine.place.kind === "uml",
    on: placeText(engine),
    families: tested.only,
    entries: tested.defects.length,
    repeat: tested.repeat,
    jobs: tested.jobs,
    trials: tested.summary.trials,
    wrong: tested.summary.wrong,
    mistakes: Object.fromEntries(wrong),
    commit,
    changed,
    date: tested.started_at.slice(0, 10),
    minutes: Math.round(tested.duration_ms / 60_000),
  };
}

/** Takes the place of rows that say no more than it, or joins other parts of the catalogue; the order is that of the registry. */
export function withRow(rows: readonly TriedRow[], row: TriedRow): TriedRow[] {
  const others = rows.filter((each) => !isOf(each, row) || !covers(row.families, each.families));
  const parts = others.filter((each) => isOtherPart(each, row));
  const nth = ({ name }: TriedRow) => ENGINES.findIndex((each) => each.name === name);
  return [...others.filter((each) => !parts.includes(each)), parts.reduce(joined, row)].sort((a, b) =>
    nth(a) - nth(b) || a.cgroup.localeCompare(b.cgroup) || a.families.length - b.families.length
  );
}

/** Whether they are two parts of one self-test: of the same program, tried in the same way, with no family in both. */
function isOtherPart(one: TriedRow, other: TriedRow): boolean {
  const same = ["version", "compose", "commit", "repeat", "jobs"] as const;
  return isOf(one, other) && same.every((key) => one[key] === other[key]) && !one.changed && !other.changed &&
    one.families.length > 0 && other.families.length > 0 && !one.families.some((each) => other.families.includes(each));
}

function joined(one: TriedRow, other: TriedRow): TriedRow {
  const families = FAMILIES.filter((each) => one.families.includes(each) || other.families.includes(each));
  return {
    ...one,
    families: families.length === FAMILIES.length ? [] : families,
    entries: one.entries + other.entries,
    trials: one.trials + other.trials,
    wrong: one.wrong + other.wrong,
    mistakes: { ...one.mistakes, ...other.mistakes },
    date: one.date > other.date ? one.date : other.date,
    minutes: one.minutes + other.minutes,
  };
}

/** An engine in namespaces has the cgroups of the machine that it was tried on. */
export function isOf(row: TriedRow, { cgroup, name }: Pick<TriedRow, "name" | "cgroup">): boolean {
  return row.name === name && row.cgroup === cgroup;
}

/** Whether the first, of which none are all, have the second. */
export function covers(families: readonly string[], others: readonly string[]): boolean {
  return families.length === 0 || (others.length > 0 && others.every((each) => families.includes(each)));
}
