/** Runs that are still at work on the project, what killed ones left, and other reasons to refuse a run. */

import { leftElsewhere } from "../../audit/elsewhere.ts";
import { goneMarks } from "../../audit/left.ts";
import { leftTempDirs } from "../../audit/temp_dirs.ts";
import type { Diagnosis } from "../../model/diagnosis.ts";
import { count } from "../../text/units.ts";
import { type Check, refusal } from "../check.ts";
import type { Answers, Patient } from "../patient.ts";

export const EARLIER: Check = {
  title: "Earlier runs",
  async look(patient) {
    const { answers, config } = patient;
    const left = answers === null ? await unseen(patient) : [...leftBy(patient), ...await elsewhere(patient, answers)];
    const refusals = answers?.refusals.map((each) => refusal("run_refused", config.projectDir, each)) ?? [];
    const temporary = await leftTempDirs(patient.host);
    const found: Diagnosis[] = [
      ...refusals,
      ...left,
      ...(temporary.length === 0 ? [] : [{
        check: "left_temporary",
        subject: "temporary folders",
        level: "note" as const,
        seen: `killed programs left ${count(temporary.length, "folder")} (${temporary[0] ?? ""}${
          temporary.length > 1 ? ", …" : ""
        })`,
        next: "The next run removes them, and so does `vx11-stability clean`",
      }]),
    ];
    if (found.length > 0 || answers === null) return found;
    return [{
      check: "earlier_runs",
      subject: "runs",
      level: "ok",
      seen: "none is at work here, and none has left anything",
      next: "",
    }];
  },
};

function leftBy({ answers }: Patient): Diagnosis[] {
  return (answers?.earlier.left ?? []).map(({ containers, dir, killed }) => ({
    check: "left_by_run",
    subject: dir,
    level: containers.length > 0 ? "warn" : "note",
    seen: `a run ${killed ? "was killed" : "could not remove everything"}` +
      (containers.length > 0 ? `, and left ${containers.join(", ")}` : ", and left no container"),
    next: "The next run finishes it, and so does `vx11-stability clean`",
  }));
}

async function elsewhere({ config, host }: Patient, { engine }: Answers): Promise<Diagnosis[]> {
  return (await leftElsewhere(host, [engine], config.projectDir)).map(({ next, what }) => ({
    check: "left_by_run",
    subject: config.projectDir,
    level: "warn",
    seen: what,
    next,
  }));
}

/** What a mark alone shows. */
async function unseen({ config, host }: Patient): Promise<Diagnosis[]> {
  return (await goneMarks(host, config.projectDir)).map(({ auditDir }) => ({
    check: "left_by_run",
    subject: auditDir,
    level: "warn",
    seen: "a run was killed; what it left cannot be seen without the engine",
    next: "`vx11-stability clean` removes it when the engine answers",
  }));
}
