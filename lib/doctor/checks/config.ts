/**
 * What was noticed while options and the config file were read, and whether the baseline is there. Whatever else is wrong there
 * has ended the command before.
 */

import { readBaseline } from "../../audit/baseline.ts";
import type { Diagnosis } from "../../model/diagnosis.ts";
import { Failure } from "../../model/failure.ts";
import { type Check, refusal } from "../check.ts";
import type { Patient } from "../patient.ts";

export const CONFIG: Check = {
  title: "Configuration",
  look: async (patient) => [
    ...await baseline(patient),
    ...patient.config.notices.map((notice): Diagnosis => ({
      check: "config",
      subject: "config",
      level: "note",
      seen: notice,
      next: "",
    })),
  ],
};

async function baseline({ config, host }: Patient): Promise<Diagnosis[]> {
  try {
    await readBaseline(host, config);
    return [];
  } catch (error) {
    if (error instanceof Failure) return [refusal("baseline", config.baseline?.given ?? "", error.data)];
    throw error;
  }
}
