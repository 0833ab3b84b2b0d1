/**
 * The end of a run, whatever the reason: everything that the run started goes, but for a core that is to be kept. After an
 * interrupt all containers are stopped at once and with a short grace period, since the caller may not wait long.
 */

import { EngineError } from "../engine/engine.ts";
import type { RunContext } from "./context.ts";
import { notify, specOf } from "./context.ts";
import type { Owned } from "./fleet.ts";
import { isUp } from "./fleet.ts";
import { closeUnit, stopOne } from "./takedown.ts";
import type { Units } from "./units.ts";

/** A cancelled CI job is given 7.5 s from SIGINT to its kill. */
const HURRIED_GRACE_SEC = 3;

/** What an interrupted start leaves may appear a moment after the first look; what would not go is tried once more. */
const ROUNDS = 2;

/** Stops and removes what is left of the run's own. What could not be done is a notice with the command to do it. */
export async function shutDown(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<void> {
  const { engine, fleet, progress } = context;
  let trouble: string | null = null;
  for (let round = 1; round <= ROUNDS; round++) {
    trouble = await claim(context);
    const owned = fleet.ownedExcept(kept);
    if (owned.length === 0) break;
    progress({ type: "stopping", containers: owned.map(({ state }) => state.name) });
    await Promise.all(
      owned.map(({ state }) =>
        stopOne(engine, state, hurried ? Math.min(HURRIED_GRACE_SEC, state.stopGraceSec) : state.stopGraceSec)
      ),
    );
    await engine.remove(owned.filter(({ how }) => how === "created").map(({ state }) => state.id));
    trouble = await release(context, owned);
  }
  if (trouble !== null) notify(context, `The engine does not say what is running: ${trouble}`);
  tellRemaining(context, fleet.ownedExcept(kept));
  if (fleet.ownedExcept(new Set()).length === 0) await removeNetworks(context);
}

/** What was being started at the moment of an interrupt has not been claimed yet. Returns what kept it from that. */
async function claim({ fleet }: RunContext): Promise<string | null> {
  try {
    await fleet.claim();
    return null;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.message;
  }
}

/** Lets go of what is seen to be gone, or to be at rest again where it was there before the run. */
async function release({ engine, fleet }: RunContext, owned: readonly Owned[]): Promise<string | null> {
  try {
    const left = new Map((await engine.look()).map(({ state }) => [state.id, state]));
    for (const { state, how } of owned) {
      const now = left.get(state.id);
      if (now === undefined || (how === "started" && !isUp(now))) fleet.release(state.id);
    }
    return null;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.message;
  }
}

function tellRemaining(context: RunContext, remaining: readonly Owned[]): void {
  const created = remaining.filter(({ how }) => how === "created");
  const started = remaining.filter(({ how }) => how === "started");
  const namesOf = (owned: readonly Owned[]) => owned.map(({ state }) => state.name).join(", ");
  if (created.length > 0) {
    const command = context.engine.removalCommand(created.map(({ state }) => state.id));
    notify(context, `Could not remove ${namesOf(created)}; remove with: ${command}`);
  }
  if (started.length > 0) notify(context, `Could not stop ${namesOf(started)}, as it was before the run`);
}

/** Networks that Compose made for the run. One that is in use stays, as Docker refuses to remove it. */
async function removeNetworks({ engine, networksBefore }: RunContext): Promise<void> {
  try {
    const added = (await engine.networks()).filter((name) => !networksBefore.includes(name));
    await engine.removeNetworks(added);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
}

/** Closes the windows that an interrupt or a failure left open. */
export async function closeAll(units: Units): Promise<void> {
  for (const unit of [...units.values()].reverse()) await closeUnit(unit);
}

/** Services of the core with what the engine starts for them, which stay up where the core is kept. */
export function coreServices({ fleet, plan, modules }: RunContext): Set<string> {
  const core = plan.steps.filter((step) => step.core).map(({ module }) => module);
  return fleet.closure(core.flatMap((module) => specOf({ modules }, module).services));
}
