/** Which cycle of a run is its last one: by the number of cycles, or since the time that it was to take is over. */

import { spanText } from "../text/span.ts";
import { count } from "../text/units.ts";
import type { RunContext } from "./context.ts";
import { notify } from "./context.ts";

/** Whether the run has no such cycle. */
export function isBeyond({ journal }: Pick<RunContext, "journal">, cycle: number): boolean {
  return cycle > (journal.evidence.run?.cycles ?? Infinity);
}

/**
 * To be asked once in each cycle, before the core is taken down, since what stays up depends on it. A resumed run counts
 * the time of all its parts, and not the time between them.
 */
export function isLastCycle(
  { config: { forSec }, journal }: Pick<RunContext, "config" | "journal">,
  cycle: number,
): boolean {
  if (cycle === journal.evidence.run?.cycles) return true;
  if (forSec === undefined || journal.elapsedMs() < forSec * 1000) return false;
  journal.add({ type: "last_cycle", cycle });
  return true;
}

/** Says in the record which limit ended a run that had a time to take. */
export function tellLimit(context: Pick<RunContext, "config" | "journal" | "progress">): void {
  const { config: { cycles: asked, forSec }, journal: { evidence } } = context;
  if (forSec === undefined) return;
  const done = count(evidence.run?.cycles ?? 0, "cycle");
  const text = evidence.timeOver
    ? `The run ended since its time, ${spanText(forSec)}, was over: after ${done}${
      asked === null ? "" : ` of ${asked}`
    }`
    : `The run ended with its ${done}, before its time of ${spanText(forSec)} was over`;
  notify(context, text);
}
