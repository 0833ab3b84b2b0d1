/**
 * What was noticed while options and the config file were read, whether the baseline is there, and what its checks need of this host.
 * Whatever else is wrong there has ended the command before.
 */

import { readBaseline } from "../../audit/baseline.ts";
import type { Diagnosis } from "../../model/diagnosis.ts";
import { Failure } from "../../model/failure.ts";
import { refuseFlawedChecks } from "../../run/before/checks.ts";
import { type Check, refusal } from "../check.ts";

export const CONFIG: Check = {
  title: "Configuration",
  look: async (patient) => [
    ...await refused(
      () => readBaseline(patient.host, patient.config),
      "baseline",
      patient.config.baseline?.given ?? "",
    ),
    ...await refused(() => refuseFlawedChecks(patient.host, patient.config, patient.plan), "config", "checks"),
    ...patient.config.notices.map((notice): Diagnosis => ({
      check: "config",
      subject: "config",
      level: "note",
      seen: notice,
      next: "",
    })),
  ],
};

/** Why a run would refuse to begin. */
async function refused(attempt: () => Promise<unknown>, check: string, subject: string): Promise<Diagnosis[]> {
  try {
    await attempt();
    return [];
  } catch (error) {
    if (error instanceof Failure) return [refusal(check, subject, error.data)];
    throw error;
  }
}
