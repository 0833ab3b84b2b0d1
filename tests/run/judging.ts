/** A module "db" of one service, seen through and all well, and the verdict on it with what a test changes. */

import { assert } from "@std/assert";
import type { RunStarted } from "../../lib/model/evidence.ts";
import type {
  CycleEvidence,
  ModuleEvidence,
  ModuleVerdict,
  RunEvidence,
  ServiceEvidence,
} from "../../lib/model/record.ts";
import type { RuleLevels } from "../../lib/model/settings.ts";
import { defaultRules } from "../../lib/model/settings.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { cycleOf, moduleOf, runOf, runStarted, seen, testRun } from "../fakes/evidence.ts";

export type Change = Partial<ServiceEvidence>;

export function db(change: Change = {}, cycle: Partial<CycleEvidence> = {}, number = 1): CycleEvidence {
  const tested = { testFiles: ["test_db.py"], tests: [testRun("test_db.py")] };
  return cycleOf(number, [seen("db", change)], { ...tested, ...cycle });
}

export interface Judging {
  rules?: Partial<RuleLevels>;
  run?: Partial<RunStarted>;
  evidence?: Partial<RunEvidence>;
  /** Other modules of the run. */
  others?: ModuleEvidence[];
}

export function judgeDb(cycles: CycleEvidence[], { rules, run, evidence, others = [] }: Judging = {}): ModuleVerdict {
  const started = runStarted({
    selected: ["db"],
    services: { db: ["db"] },
    cycles: cycles.length,
    ...run,
    rules: { ...defaultRules(), ...rules },
  });
  const [verdict] = judge(runOf([moduleOf("db", cycles), ...others], { run: started, ...evidence })).modules;
  assert(verdict !== undefined);
  return verdict;
}

/** Status and codes, such as `FAIL exited`. */
export function short({ reasons, status }: Pick<ModuleVerdict, "reasons" | "status">): string {
  return [status, ...reasons.map(({ code }) => code)].join(" ");
}
