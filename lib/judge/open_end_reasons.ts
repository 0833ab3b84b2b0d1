/** The verdict rule about ends that the window's last look came too early to see. Pure. */

import { openEndsOf } from "../figures/open_ends.ts";
import { exitText, signalName } from "../text/units.ts";
import type { StopOutcome } from "../model/evidence.ts";
import type { ServiceEvidence } from "../model/record.ts";
import type { Case, Rule } from "./rule.ts";
import { capitalized, isRunning, missing } from "./rule.ts";

/** A container that was seen dying is not well because a look saw it alive right before. */
export function openEnds({ cycle, seen }: Case): ReturnType<Rule> {
  // Nothing says where the window ended, and which ends are those of the stop.
  if (cycle.closedMs === null) return [];
  const ends = openEndsOf(seen);
  const ended = ends.find(({ how }) => how === "ended");
  if (ended !== undefined) {
    const which = seen.several === true ? `container ${ended.container} of "${seen.service}"` : `"${seen.service}"`;
    return [{
      code: "exited",
      text: capitalized(
        `${which} ended${withCode(ended.exitCode)} as its window ended, and was not seen to start again`,
      ),
    }];
  }
  const early = endBeforeStop(seen);
  if (early !== null) {
    return [{
      code: "exited",
      text: `"${seen.service}" ended${withCode(early.exitCode)} right after its window, before this run stopped it`,
    }];
  }
  return ends.slice(0, 1).map(({ signal }) => {
    const by = signal === null ? "a signal" : signalName(signal);
    return missing(
      `"${seen.service}" was sent ${by}, not by this run, and whether it ends by it was not seen`,
      "Run it again, and let nobody else stop it",
    );
  });
}

/** Whether it ended between the last look and the stop, which is no answer to a stop signal then. */
function endBeforeStop({ completes, lastLook, stop }: ServiceEvidence): StopOutcome | null {
  const isEarly = stop?.endedBefore === true && stop.containerId === lastLook?.id;
  return completes !== true && isRunning(lastLook) && isEarly ? stop : null;
}

/** Whether a service that was running at the last look was seen to end nevertheless. */
export function hasOpenEnd(seen: ServiceEvidence): boolean {
  return endBeforeStop(seen) !== null || openEndsOf(seen).some(({ how }) => how === "ended");
}

function withCode(code: number | null): string {
  return code === null ? "" : ` with ${exitText(code)}`;
}
