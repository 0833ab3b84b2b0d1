/** How a command's run stands in the record, wherever it ran. */

import { join } from "@std/path";
import { failedTests } from "../../figures/test_outcome.ts";
import type { TestRun } from "../../model/evidence.ts";
import { type Ended, endFacts } from "../child.ts";
import { lastLine } from "../last_lines.ts";
import type { TestPlace } from "../runner.ts";
import type { Report } from "./report.ts";

/** The exit code of the shells for a command that could not be started. */
const NOT_STARTED = 127;

/** A test's surroundings, and what its own limit and mark make of them. */
export interface CommandPlace extends Omit<TestPlace, "module"> {
  /** The mark of all that descends from the command. */
  family: string;
}

/** What is different from command to command. */
export type Ran = Omit<TestRun, "runner" | "file" | "limitMs" | "output" | "again">;

/** What a command that ended and its report say. */
export function ranOf(
  ended: Ended,
  report: Report,
  place: Pick<CommandPlace, "clean" | "evidence">,
): Ran {
  const { code, said, signal, timedOut } = ended;
  const { counts, problem, skipReason, tests } = report;
  const isGreen = code === 0 && !timedOut;
  const last = isGreen || timedOut || signal !== null ? null : lastLine(said);
  const failure = report.firstFailure ?? last;
  const isProven = problem === null || !isGreen || failedTests(report) > 0;
  return {
    ...endFacts(ended, { counts, firstFailure: failure, skipReason, tests }, place),
    ...(isProven ? {} : { unproven: place.clean(problem) }),
  };
}

/** A command that could not be started, for a reason of its own. */
export async function notStarted(
  { auditDir, clean, evidence, output }: CommandPlace,
  why: string,
): Promise<Ran> {
  await evidence.writeText(join(auditDir, output), `Not started: ${why}\n`);
  return {
    returnCode: NOT_STARTED,
    signal: null,
    timedOut: false,
    durationMs: 0,
    counts: null,
    meaning: "it could not be started",
    firstFailure: clean(why),
  };
}
