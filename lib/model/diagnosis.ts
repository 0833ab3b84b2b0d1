/** What `doctor` says of one subject before a run. */

/** From good to bad. With a `problem` no run could begin; a `note` is neither good nor bad. */
export const DIAGNOSIS_LEVELS = ["ok", "note", "warn", "problem"] as const;
export type DiagnosisLevel = (typeof DIAGNOSIS_LEVELS)[number];

export interface Diagnosis {
  /** What was looked at, in snake case: programs tell diagnoses apart by it. */
  check: string;
  /** What it is about: a service, an image, a path, a program. */
  subject: string;
  level: DiagnosisLevel;
  /** What was seen, with the value. */
  seen: string;
  /** What to do; empty if there is nothing to do. */
  next: string;
}

/** The most severe of them; `ok` if there are none. */
export function worst(levels: Iterable<DiagnosisLevel>): DiagnosisLevel {
  const found = new Set(levels);
  return DIAGNOSIS_LEVELS.findLast((level) => found.has(level)) ?? "ok";
}
