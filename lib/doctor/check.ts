/** A check of `doctor`: what it makes of what was found out. */

import type { Diagnosis } from "../model/diagnosis.ts";
import type { FailureData } from "../model/failure.ts";
import type { Patient } from "./patient.ts";

export interface Check {
  /** For people: what its diagnoses are about. Checks of one title are shown together. */
  title: string;
  /** Touches nothing. */
  look(patient: Patient): Diagnosis[] | Promise<Diagnosis[]>;
}

/** Why a run would refuse to begin. */
export function refusal(check: string, subject: string, { next, what }: FailureData): Diagnosis {
  return { check, subject, level: "problem", seen: what, next };
}
