/** Whether a run does not count as well. */

import { runOutcome } from "../../lib/judge/run_outcome.ts";
import type { JudgedRun } from "../../lib/model/record.ts";

export function isFailed(judged: JudgedRun, strict: boolean): boolean {
  return runOutcome(judged, { strict }).exit !== "ok";
}
