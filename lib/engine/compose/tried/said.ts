/** What is known of an engine before a run: whether the self-test was carried out on it, or on what comes next to it. Pure. */

import type { DiagnosisLevel } from "../../../model/diagnosis.ts";
import { type EngineSort, explains, gapsOf, KNOWN_GAPS, numberOf } from "./known.ts";
import { MAKER_TITLES } from "../maker.ts";
import { TRIED, type TriedRow } from "./tried.ts";

export interface Said {
  level: DiagnosisLevel;
  /** A part of a sentence. */
  seen: string;
  next: string;
}

const TRY = "`vx11-stability selftest --engine compose` shows how often it is wrong on yours";

export function triedText(own: EngineSort, tried = TRIED, gaps = KNOWN_GAPS): Said {
  const known = gapsOf(own, gaps);
  const said = ofRows(own, tried);
  if (known.length === 0) return said;
  return {
    level: "warn",
    seen: `${said.seen}; known there: ${known.map(({ cause }) => cause).join("; ")}`,
    next: known.map(({ next }) => next).filter((next) => next !== "").join(". ") || said.next,
  };
}

function ofRows(own: EngineSort, tried: readonly TriedRow[]): Said {
  const title = `${own.rootless ? "rootless " : ""}${MAKER_TITLES[own.engine]}`;
  const sort = tried.filter(({ engine, rootless }) => engine === own.engine && rootless === own.rootless);
  if (sort.length === 0) return untried(`${title} was never tried`);
  const number = numberOf(own.version);
  if (number === null) return untried("whether this version was tried is not known: it is no number");
  const same = sort.filter(({ version }) => numberOf(version) === number);
  if (same.length === 0) return untried(`not tried with this version; ${neighbours(number, sort)}`);
  const exact = same.filter(({ cgroup }) => cgroup === own.cgroup);
  if (exact.length > 0) return result(exact);
  if (own.cgroup === "") return untried(`tried, and the cgroup version is not told; ${result(same).seen}`);
  return untried(`not tried with cgroup ${own.cgroup}; with ${same[0]?.cgroup}: ${result(same).seen}`);
}

function untried(seen: string): Said {
  return { level: "note", seen, next: TRY };
}

/** All self-tests on one engine. */
function result(rows: readonly TriedRow[]): Said {
  const sum = (of: (row: TriedRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const [trials, wrong] = [sum((row) => row.trials), sum((row) => row.wrong)];
  const isWhole = rows.some(({ families }) => families.length === 0);
  const families = [...new Set(rows.flatMap((row) => row.families))].join(", ");
  const what = isWhole ? "the self-test" : `the self-test's ${families}`;
  const versions = [...new Set(rows.map(({ version }) => version))].join(" and ");
  const seen = `tried with ${versions}: ${trials - wrong} of ${trials} trials of ${what} right`;
  if (wrong === 0) return { level: isWhole ? "ok" : "note", seen, next: isWhole ? "" : TRY };
  const mistaken = [...new Set(rows.flatMap(({ mistakes }) => Object.keys(mistakes)))];
  return { level: "warn", seen: `${seen}, wrong: ${mistaken.join(", ")}`, next: TRY };
}

/** `26.1.5 and 28.5.2 next to it were`, or that it is older or newer than all. */
function neighbours(number: number, rows: readonly TriedRow[]): string {
  const ordered = [...rows].sort((a, b) => (numberOf(a.version) ?? 0) - (numberOf(b.version) ?? 0));
  const below = ordered.findLast(({ version }) => (numberOf(version) ?? 0) < number);
  const above = ordered.find(({ version }) => (numberOf(version) ?? 0) > number);
  if (below === undefined) return `it is older than ${above?.version}, the oldest that was`;
  if (above === undefined) return `it is newer than ${below.version}, the newest that was`;
  return `it lies between ${below.version} and ${above.version}, which were`;
}

/** Why entries were judged wrong: known causes with their entries, and entries of which no cause is known. */
export function causesOf(row: TriedRow, gaps = KNOWN_GAPS): string[] {
  const mistaken = Object.keys(row.mistakes);
  const known = gapsOf(row, gaps).map((gap) => ({ gap, own: mistaken.filter((entry) => explains(gap, entry)) }))
    .filter(({ own }) => own.length > 0);
  const unknown = mistaken.filter((entry) => !known.some(({ own }) => own.includes(entry)));
  return [
    ...known.map(({ gap, own }) => `${own.join(", ")}: ${gap.cause}`),
    ...(unknown.length === 0 ? [] : [`${unknown.join(", ")}: cause not known yet`]),
  ];
}
