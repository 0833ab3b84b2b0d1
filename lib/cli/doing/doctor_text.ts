/** What `doctor` found, as text for people and as a value for `--json`. Pure. */

import { bold } from "@std/fmt/colors";
import { type Diagnosis, DIAGNOSIS_LEVELS, type DiagnosisLevel } from "../../model/diagnosis.ts";
import type { Section } from "../../doctor/examine.ts";
import { plain } from "../../report/escape.ts";
import { PAINT } from "../../report/text/paint.ts";
import { wrap } from "../../text/layout.ts";
import { count } from "../../text/units.ts";

export const DOCTOR_SCHEMA = 1;

export interface DoctorJson {
  schema_version: number;
  /** Whether a run could begin. */
  can_run: boolean;
  findings: Diagnosis[];
}

export function canRun(sections: readonly Section[]): boolean {
  return !all(sections).some(({ level }) => level === "problem");
}

export function doctorJson(sections: readonly Section[]): DoctorJson {
  const findings = all(sections).map(({ check, level, next, seen, subject }) => ({
    check,
    subject,
    level,
    seen,
    next,
  }));
  return { schema_version: DOCTOR_SCHEMA, can_run: canRun(sections), findings };
}

export interface DoctorStyle {
  color: boolean;
  /** Whether more than ASCII is shown. */
  unicode: boolean;
  /** Whether only warnings and problems are shown. */
  quiet: boolean;
}

const MARKS = {
  unicode: { ok: "✓", note: "·", warn: "!", problem: "✗" },
  ascii: { ok: "+", note: "-", warn: "!", problem: "x" },
} as const satisfies Record<string, Record<DiagnosisLevel, string>>;

const PAINTED = { ok: PAINT.PASS, note: PAINT.SKIP, warn: PAINT.WARN, problem: PAINT.FAIL } as const;

/** A group for each title, what is wrong last in it, and a line that sums up. Ends with a line break. */
export function doctorText(sections: readonly Section[], style: DoctorStyle): string {
  const groups = [...Map.groupBy(sections, ({ title }) => title)].map(([title, each]) => ({
    title,
    rows: bySeverity(merged(all(each))).filter(({ level }) => !style.quiet || isBad(level)),
  })).filter(({ rows }) => rows.length > 0);
  const rows = groups.flatMap(({ rows }) => rows);
  const column = columnOf(rows);
  const lines = groups.flatMap(({ rows, title }) => [
    style.color ? bold(title) : title,
    ...rows.flatMap((row) => rowLines(row, column, style)),
    "",
  ]);
  const closing = style.quiet && canRun(sections) ? [] : [summary(rows, canRun(sections)), "Nothing was touched."];
  return [...lines, ...closing].map((line) => `${line}\n`).join("");
}

function bySeverity(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => DIAGNOSIS_LEVELS.indexOf(a.level) - DIAGNOSIS_LEVELS.indexOf(b.level));
}

function isBad(level: DiagnosisLevel): boolean {
  return level === "warn" || level === "problem";
}

type Row = Omit<Diagnosis, "subject" | "check"> & { subjects: string[] };

/** What is the same for several subjects is one row. */
function merged(diagnoses: readonly Diagnosis[]): Row[] {
  const same = Map.groupBy(diagnoses, ({ check, level, next, seen }) => JSON.stringify([check, level, seen, next]));
  return [...same.values()].flatMap((each) => {
    const [first] = each;
    if (first === undefined) return [];
    const { level, next, seen } = first;
    return [{ level, next, seen, subjects: [...new Set(each.map(({ subject }) => subject))] }];
  });
}

const INDENT = 4;
/** Columns of the longest name that has its sentence beside it; that of a longer one is below it. */
const MOST_COLUMNS = 16;

/** Where the sentences begin. */
function columnOf(rows: readonly Row[]): number {
  const widths = rows.map((row) => subjectsOf(row).length).filter((width) => width <= MOST_COLUMNS);
  return INDENT + Math.max(0, ...widths) + 2;
}

function subjectsOf({ subjects }: Row): string {
  return plain(subjects.join(", "));
}

function rowLines(row: Row, column: number, { color, unicode }: DoctorStyle): string[] {
  const mark = MARKS[unicode ? "unicode" : "ascii"][row.level];
  const lead = `  ${color ? PAINTED[row.level](mark) : mark} `;
  const names = subjectsOf(row);
  const sentence = wrap(plain(row.seen).trim(), column);
  const next = row.next === "" ? [] : nextLines(row.next, column, unicode);
  if (INDENT + names.length + 2 > column) {
    const [first = "", ...more] = wrap(names, INDENT);
    return [lead + first.trimStart(), ...more, ...sentence, ...next];
  }
  const [first = "", ...more] = sentence;
  return [lead + names.padEnd(column - INDENT) + first.trimStart(), ...more, ...next];
}

function nextLines(next: string, column: number, unicode: boolean): string[] {
  const arrow = unicode ? "→" : "->";
  const [first = "", ...more] = wrap(plain(next).trim(), column + arrow.length + 1);
  return [`${" ".repeat(column)}${arrow} ${first.trimStart()}`, ...more];
}

function summary(rows: readonly Row[], can: boolean): string {
  const counted = DIAGNOSIS_LEVELS.toReversed().filter((level) => level !== "ok").flatMap((level) => {
    const number = rows.filter((each) => each.level === level).length;
    return number === 0 ? [] : [count(number, NOUNS[level])];
  });
  const what = can ? "A run could begin" : "No run could begin";
  return counted.length === 0 ? `${what}.` : `${what}: ${counted.join(", ")}.`;
}

const NOUNS: Record<DiagnosisLevel, string> = { ok: "answer", note: "note", warn: "warning", problem: "problem" };

function all(sections: readonly Section[]): Diagnosis[] {
  return sections.flatMap(({ diagnoses }) => diagnoses);
}
