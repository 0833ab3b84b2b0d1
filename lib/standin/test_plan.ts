/** What `stand-in test` does: a command that counts as a test, for a service whose image need not have any other program. Pure. */

import { type Env, readKnobs } from "./knobs.ts";

export interface TestPlan {
  /** Fails unless the child that an earlier command of the service left has ended. */
  seesNone: boolean;
  /** Leaves this text as a report in the working dir; null: none. */
  report: string | null;
  /** Leaves a child in a session of its own, which ignores SIGTERM. */
  leaves: boolean;
  /** Begins the service's timed faults, and goes on when the service has ended. */
  endsService: boolean;
  /** Does not end by itself: it waits, and ignores SIGTERM, or kills itself. */
  odd: "hangs" | "killed" | null;
  code: number;
}

/** The plan, or the sentence that says which variable is wrong. */
export function readTestPlan(env: Env): TestPlan | string {
  const knobs = readKnobs(env);
  const { flag, text, whole, word } = knobs;
  const plan: TestPlan = {
    seesNone: flag("TEST_SEES_NONE"),
    report: text("TEST_REPORT") || null,
    leaves: flag("TEST_LEAVES"),
    endsService: flag("TEST_ENDS_SERVICE"),
    odd: word("TEST_ODD", ["hangs", "killed"]),
    code: whole("TEST_CODE", 0, 255) ?? 0,
  };
  const [problem] = [...knobs.problems, ...missing(plan, env)];
  return problem ?? plan;
}

function missing({ endsService, leaves, seesNone }: TestPlan, env: Env): string[] {
  const isUnset = (name: string) => (env(name) ?? "") === "";
  const isNoted = leaves || seesNone || endsService;
  return [
    ...(isNoted && isUnset("FAULT_STATE_DIR")
      ? ["FAULT_STATE_DIR is not set, it must be a folder: process ids are noted there"]
      : []),
    ...(endsService && isUnset("FAULT_FROM_PAGE")
      ? ["FAULT_FROM_PAGE is not set, it must be the page that begins the end of the service"]
      : []),
  ];
}
