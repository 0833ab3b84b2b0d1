/** A run as `--strict` reads it, and whether it does not count as well. */

import { runOutcome } from "../../lib/judge/run_outcome.ts";
import type { JudgedRun } from "../../lib/model/record.ts";

export function readBy(strict: boolean, { evidence, ...judged }: JudgedRun): JudgedRun {
  const { run } = evidence;
  return { ...judged, evidence: { ...evidence, run: run === null ? null : { ...run, strict } } };
}

export function isFailed(judged: JudgedRun, strict: boolean): boolean {
  return runOutcome(readBy(strict, judged)).exit !== "ok";
}
