/** How many modules of a run had which verdict. Pure. */

import type { Status } from "../model/outcome.ts";

/** A module without a verdict is not counted. */
export function summaryOf(modules: readonly { status: Status | null }[]): Record<Status, number> {
  const having = (status: Status) => modules.filter((module) => module.status === status).length;
  return { PASS: having("PASS"), WARN: having("WARN"), FAIL: having("FAIL"), SKIP: having("SKIP") };
}
