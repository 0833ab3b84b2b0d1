/** Which cycles of a module were seen to their end. Pure. */

import type { RunStarted } from "../model/evidence.ts";
import type { CycleEvidence, ModuleEvidence, RunEvidence } from "../model/record.ts";
import { closure, type Graph } from "../plan/graph.ts";
import { staysUp } from "../plan/plan.ts";

/** A cycle is complete when its window closed, or when it could not open for a reason that is known. */
export function isComplete({ openedMs, closedMs, startFailures, dependencyFailures }: CycleEvidence): boolean {
  return openedMs === null ? startFailures.length + dependencyFailures.length > 0 : closedMs !== null;
}

/** The cycle in which a run was when it was cut short; one beyond the last if it was done with all. */
export function openCycle({ cyclesFinished = 0 }: RunEvidence): number {
  return cyclesFinished + 1;
}

/** How many cycles the run has, or was to have; while its time alone decides that, those that have begun. */
export function cyclesOf({ modules, run }: RunEvidence): number | null {
  if (run === null || run.cycles !== null) return run?.cycles ?? null;
  return Math.max(0, ...modules.map(({ cycles }) => cycles.at(-1)?.cycle ?? 0));
}

/**
 * Modules whose part in the open cycle is done: complete, seen to stop, and needed by no module that is not done.
 * `owned`: containers that the run still has. The core is never done before its cycle is.
 */
export function doneModules(evidence: RunEvidence, owned: ReadonlySet<string>): Set<string> {
  const { modules, run } = evidence;
  if (run === null) return new Set();
  const nr = openCycle(evidence);
  const complete = new Set(modules.filter((module) => isGone(module, nr, owned)).map(({ name }) => name));
  const skipped = new Set(modules.filter((module) => module.skipped !== null).map(({ name }) => name));
  const open = run.selected.filter((name) => !complete.has(name) && !skipped.has(name));
  return complete.difference(closure(graphOf(run), [...run.core, ...open]));
}

/**
 * Whether the module's own containers that the run was to remove are known to be gone. True if the run ended in order:
 * then the rule on stops reports what is not known. If it did not, containers that it no longer came to count as not
 * seen, which is nobody's fault.
 */
export function isSeenGone(evidence: RunEvidence, module: string, { cycle, services }: CycleEvidence): boolean {
  const { failure, finished, interrupted, modules, run } = evidence;
  if (run === null || (finished && interrupted === null && failure === null)) return true;
  const staysOn = cycle === run.cycles ? staysUp(module, run) : run.kept.includes(module);
  if (staysOn) return true;
  // The last of the modules that have a container stops it.
  const stopped = new Set(
    modules.flatMap(({ cycles }) => cycles).filter((each) => each.cycle === cycle).flatMap((each) =>
      each.services.flatMap(({ stop }) => stop?.containerId ?? [])
    ),
  );
  return services.every(({ firstLook, inPlace, lastLook, service }) => {
    const seen = lastLook ?? firstLook;
    const isOwn = run.services[module]?.includes(service) === true;
    return !isOwn || inPlace || seen === null || stopped.has(seen.id);
  });
}

function isGone({ cycles }: ModuleEvidence, nr: number, owned: ReadonlySet<string>): boolean {
  const cycle = cycles.find((each) => each.cycle === nr);
  return cycle !== undefined && isComplete(cycle) &&
    cycle.services.every(({ firstLook, lastLook, stop, stopUnseen }) => {
      const isLeft = [firstLook, lastLook].some((look) => look !== null && owned.has(look.id));
      return !stopUnseen && (stop !== null || !isLeft);
    });
}

/** A journal may name modules and say nothing else about them. */
function graphOf({ core, dependsOn, selected }: RunStarted): Graph {
  const needs = new Map(Object.entries(dependsOn));
  const names = new Set([...needs.keys(), ...[...needs.values()].flat(), ...core, ...selected]);
  return new Map([...names].map((name) => [name, needs.get(name) ?? []]));
}
