/** Which containers are of an earlier run, by its journal, and which of them it meant to leave. Touches nothing. */

import { closureOfStarts } from "../engine/closure.ts";
import type { Engine, Look } from "../engine/engine.ts";
import { claimOf } from "../engine/start_claim.ts";
import type { JournalLine } from "../model/evidence.ts";
import { staysUp } from "../plan/plan.ts";
import { type Begun, type Earlier, hasEnd } from "./ended_run.ts";
import type { FoundMark } from "./marks.ts";
import { openStarts } from "./open_starts.ts";

/** The pid and start are compared since a run killed before its journal began may find another, complete run in its folder. */
export function isEndedBy({ pid, start }: FoundMark, earlier: Earlier): earlier is Begun {
  return earlier.run?.host.pid === pid && earlier.run.host.start === start && hasEnd(earlier);
}

/** Services of the modules that stay up, with those that the engine starts for them. */
export function coreOf(engine: Engine, { run }: Begun, keepCore: boolean): Set<string> {
  const kept = Object.entries(run.services).flatMap(([name, services]) =>
    staysUp(name, { ...run, keepCore }) ? [services] : []
  );
  return closureOfStarts(engine.services, kept);
}

/** What a run that has ended meant to leave: an interrupted or failed run keeps no core. */
export function servicesKept(engine: Engine, left: Begun): Set<string> {
  const isCut = left.latest.some(({ type }) => type === "interrupted" || type === "run_failed");
  return coreOf(engine, left, left.run.keepCore && !isCut);
}

export interface Own {
  look: Look;
  how: "created" | "started";
}

export function ownContainers(engine: Engine, left: Begun, looks: readonly Look[]): Own[] {
  const owned = ownedAtLast(left.latest);
  // Containers that were being started at the kill were never claimed; a start at any other time is somebody else's.
  const starts = openStarts(engine, left);
  return looks.flatMap((look): Own[] => {
    const how = owned.get(look.state.id) ?? starts.map((start) => claimOf(start, look.state)).find((each) => each);
    return how === undefined || how === null ? [] : [{ look, how }];
  });
}

/** By id: a container that existed before the run may be taken over and released in each cycle. */
function ownedAtLast(lines: readonly JournalLine[]): Map<string, Own["how"]> {
  const owned = new Map<string, Own["how"]>();
  for (const line of lines) {
    if (line.type === "owned") owned.set(line.containerId, line.how);
    if (line.type === "released") owned.delete(line.containerId);
  }
  return owned;
}
