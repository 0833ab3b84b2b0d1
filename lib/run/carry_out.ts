/** The cycles of a run and the shutdown, whatever goes wrong in between. */

import { refuseShort, refuseShortage } from "../host/shortage.ts";
import type { FailureData } from "../model/failure.ts";
import { Failure } from "../model/failure.ts";
import type { RunContext } from "./context.ts";
import { openCycle } from "../figures/complete.ts";
import { runCycle } from "./cycle.ts";
import { cleaner, cleanError } from "../secrets/redaction.ts";
import { isBeyond, tellLimit } from "./extent.ts";
import { InterimReports } from "./interim_reports.ts";
import { report } from "./run_reports.ts";
import { closeAll, servicesLeftUp, shutDown } from "./ending/shutdown.ts";
import type { Units } from "./units.ts";

/** How the cycles ended: in order (both null), by a Failure, or by a bug, which is thrown at the end. */
export interface Ending {
  failure: FailureData | null;
  bug: { error: unknown } | null;
}

/** All cycles and the shutdown. Each step of the shutdown is done, whatever goes wrong in between. */
export async function carryOut(context: RunContext, prepare: () => Promise<void>): Promise<Ending> {
  const { signal } = context;
  const units: Units = new Map();
  const ending: Ending = { failure: null, bug: null };
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      takeError(context, ending, error);
    }
  };
  await attempt(async () => {
    await prepare();
    // Reports are first written beside the last stop: then they exist even if it hangs, and writing them afterwards
    // takes half as long.
    const interim = new InterimReports(context);
    for (let cycle = openCycle(context.journal.evidence); !isBeyond(context, cycle); cycle++) {
      await runCycle(context, units, cycle, () => report(context));
      if (!isBeyond(context, cycle + 1)) await interim.cycleEnded();
    }
    tellLimit(context);
    signal.throwIfAborted();
    // A part that ran short of a resource may have taken that for an answer: its evidence must not be believed.
    refuseShort(context.host);
  });
  const early = signal.aborted || ending.failure !== null;
  if (early) {
    // Before the containers are stopped: if the caller kills us in a moment, there is a report.
    await attempt(() => report(context));
    await attempt(() => closeAll(context, units));
  }
  await attempt(() => shutDown(context, early ? new Set() : servicesLeftUp(context), signal.aborted));
  return ending;
}

/** The first error is the run's; a later one is its consequence, or has the same cause. */
function takeError({ journal, redactor, signal }: RunContext, ending: Ending, error: unknown): void {
  if (signal.aborted && journal.evidence.interrupted === null) {
    journal.add({ type: "interrupted", by: String(signal.reason) });
  }
  if (signal.aborted && error === signal.reason) return;
  if (ending.failure !== null) return;
  takeFirst({ journal, redactor }, ending, asFailure(error));
}

/** An unforeseen error for lack of a resource is this program's own shortage, and no bug. */
function asFailure(error: unknown): unknown {
  try {
    if (!(error instanceof Failure)) refuseShortage(error);
    return error;
  } catch (failure) {
    return failure;
  }
}

function takeFirst(
  { journal, redactor }: Pick<RunContext, "journal" | "redactor">,
  ending: Ending,
  error: unknown,
): void {
  if (error instanceof Failure) ending.failure = cleaner(redactor)(error.data);
  else {
    ending.bug = { error: cleanError(redactor, error) };
    ending.failure = { exit: "bug", what: `A bug in this program: ${ending.bug.error}`, next: "Please report it" };
  }
  journal.add({ type: "run_failed", failure: ending.failure });
}
