/**
 * The outcome of a whole run: status, exit code, and the sentences that say so. Every report and the program print it;
 * none of them decides it. Pure.
 */

import { EXIT_CODES, type ExitName, type FailureData } from "../model/failure.ts";
import type { JudgedRun, RunEvidence } from "../model/record.ts";
import type { Status } from "../model/outcome.ts";
import { count } from "../text/units.ts";

export interface RunOutcome {
  /** The worst of what is known: of the modules, of what they need, of how the run ended and of what it left. */
  status: Status;
  exit: ExitName;
  /** The headline, a sentence without its full stop. */
  text: string;
  /** What cut the run short, or was left behind; empty if the run ended in order. */
  endings: Ending[];
}

export interface Ending {
  kind: "left_behind" | "interrupted" | "failed" | "unfinished";
  /** A sentence without its full stop. */
  text: string;
}

/** `failure`: of a run that could no longer record it. */
export function runOutcome(judged: JudgedRun, failure: FailureData | null = null): RunOutcome {
  const evidence = { ...judged.evidence, failure: failure ?? judged.evidence.failure };
  const { status, text } = headline({ ...judged, evidence });
  const exit = exitOf({ ...judged, evidence });
  return {
    status,
    exit,
    text: status === "WARN" && exit === "failed" ? `${text}, which --strict counts as a failure` : text,
    endings: endingsOf(evidence),
  };
}

/** Worst wins; a run that saw no module to its end is no PASS. */
function headline({ alsoRun, evidence, summary }: JudgedRun): { status: Status; text: string } {
  const { failure, finished, interrupted, leftBehind } = evidence;
  const { failed, passed, skipped, total, warned } = summary;
  const also = (status: Status) =>
    alsoRun.filter((each) => each.status === status).map(({ name, role }) => `${name} (${role})`).join(", ");
  const of = `of ${count(total, "module")}`;
  if (failed > 0) return { status: "FAIL", text: `${failed} ${of} failed` };
  if (failure !== null) return { status: "FAIL", text: "The run failed" };
  if (also("FAIL") !== "") return { status: "FAIL", text: `Needed modules failed: ${also("FAIL")}` };
  if (leftBehind.length > 0) return { status: "FAIL", text: "The run left something behind" };
  if (interrupted !== null || !finished) return { status: "WARN", text: UNFINISHED };
  if (warned > 0) return { status: "WARN", text: `${warned} ${of} gave a warning` };
  if (also("WARN") !== "") return { status: "WARN", text: `Needed modules gave a warning: ${also("WARN")}` };
  if (passed === 0) return { status: "SKIP", text: total === 0 ? "No module was tested" : "Every module was skipped" };
  if (skipped > 0) return { status: "PASS", text: `${passed} ${of} passed` };
  return { status: "PASS", text: passed === 1 ? "The module is stable" : `All ${passed} modules are stable` };
}

/** An unfinished run counts as interrupted, whatever the cause: what it did not see does not count as good. */
function exitOf({ alsoRun, evidence, modules }: JudgedRun): ExitName {
  const { failure, finished, interrupted, leftBehind, run } = evidence;
  if (interrupted !== null) return "interrupted";
  if (failure !== null) return failure.exit;
  if (!finished) return "interrupted";
  const statuses = [...modules, ...alsoRun].map(({ status }) => status);
  const isFailed = leftBehind.length > 0 || statuses.includes("FAIL") ||
    (run?.strict === true && statuses.includes("WARN"));
  return isFailed ? "failed" : "ok";
}

const UNFINISHED = "The run did not come to its end";

function endingsOf({ cyclesFinished = 0, failure, finished, interrupted, leftBehind }: RunEvidence): Ending[] {
  const endings = leftBehind.map((text): Ending => ({ kind: "left_behind", text }));
  if (interrupted !== null) {
    const text = `Interrupted by ${interrupted}: only what was seen until then is judged`;
    endings.push({ kind: "interrupted", text });
  }
  if (failure !== null) {
    const { exit, next, what } = failure;
    const text = `The run failed: ${what}${next === "" ? "" : `. ${next}`} (exit code ${EXIT_CODES[exit].code})`;
    endings.push({ kind: "failed", text });
  }
  if (interrupted === null && failure === null && !finished) {
    // The record of a run that goes on is the same as that of one that was killed.
    const text = `${UNFINISHED}: it still goes on, or was killed; ${count(cyclesFinished, "cycle")} done`;
    endings.push({ kind: "unfinished", text });
  }
  return endings;
}
