/**
 * The end of a run, whatever the reason: everything that the run started goes, but for a core that is to be kept. After an
 * interrupt all containers are stopped at once and with a short grace period, since the caller may not wait long.
 */

import { EngineError } from "../engine/engine.ts";
import type { RunContext } from "./context.ts";
import { specOf } from "./context.ts";
import type { Owned } from "./fleet.ts";
import { closeUnit } from "./takedown.ts";
import type { Units } from "./units.ts";

/** A cancelled CI job is given 7.5 s from SIGINT to its kill. */
const HURRIED_GRACE_SEC = 3;

/** Stops and removes what is left of the run's own. What could not be done is a notice with the command to do it. */
export async function shutDown(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<void> {
  const { engine, fleet, journal, progress } = context;
  try {
    // What was being started at the moment of an interrupt has not been claimed yet.
    await fleet.claim();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    journal.add({ type: "notice", text: `The engine does not say what is running: ${error.message}` });
  }
  const owned = fleet.ownedExcept(kept);
  if (owned.length > 0) progress({ type: "stopping", containers: owned.map(({ state }) => state.name) });
  await Promise.all(
    owned.map(({ state }) =>
      engine.stop(state, hurried ? Math.min(HURRIED_GRACE_SEC, state.stopGraceSec) : state.stopGraceSec)
    ),
  );
  await engine.remove(owned.filter(({ how }) => how === "created").map(({ state }) => state.id));
  await verify(context, owned);
  if (fleet.ownedExcept(new Set()).length === 0) await removeNetworks(context);
}

async function verify({ engine, fleet, journal }: RunContext, owned: readonly Owned[]): Promise<void> {
  try {
    const left = new Set((await engine.look()).map(({ state }) => state.id));
    for (const { state, how } of owned) if (how === "started" || !left.has(state.id)) fleet.release(state.id);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
  const remaining = owned.filter(({ state }) => fleet.isOwned(state.id));
  if (remaining.length === 0) return;
  const names = remaining.map(({ state }) => state.name).join(", ");
  const command = engine.removalCommand(remaining.map(({ state }) => state.id));
  journal.add({ type: "notice", text: `Could not remove ${names}; remove them with: ${command}` });
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
export async function closeAll(context: RunContext, units: Units): Promise<void> {
  for (const unit of [...units.values()].reverse()) await closeUnit(context, unit);
}

/** Services of the core with what the engine starts for them, which stay up where the core is kept. */
export function coreServices({ fleet, plan, modules }: RunContext): Set<string> {
  const core = plan.steps.filter((step) => step.core).map(({ module }) => module);
  return fleet.closure(core.flatMap((module) => specOf({ modules }, module).services));
}
