/** How many modules of a run came out how. Pure. */

import type { Status } from "../model/outcome.ts";

/** What has no verdict counts nowhere. */
export function summaryOf(modules: readonly { status: Status | null }[]): Record<Status, number> {
  const having = (status: Status) => modules.filter((module) => module.status === status).length;
  return { PASS: having("PASS"), WARN: having("WARN"), FAIL: having("FAIL"), SKIP: having("SKIP") };
}
