/**
 * The end of a run, whatever the reason: everything that the run started goes, but for a core that is to be kept. After an
 * interrupt all containers are stopped at once and with a short grace period, since the caller may not wait long.
 */

import { EngineError } from "../engine/engine.ts";
import { coreModules } from "../plan/plan.ts";
import type { RunContext } from "./context.ts";
import { notify, specOf } from "./context.ts";
import type { Owned } from "./fleet.ts";
import { isUp } from "../model/evidence.ts";
import { closeUnit, stopOne } from "./takedown.ts";
import type { Units } from "./units.ts";

/** A cancelled CI job is given 7.5 s from SIGINT to its kill. */
const HURRIED_GRACE_SEC = 3;

/** What an interrupted start leaves may appear a moment after the first look; what would not go is tried once more. */
const ROUNDS = 2;

/** Who interrupted waits for no engine that has stopped answering. */
const HURRIED_LIMIT_MS = 15_000;
const HURRIED_LOOK_MS = 3000;

/** Stops and removes what is left of the run's own. What stays behind is written down, with the command to remove it. */
export async function shutDown(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<void> {
  const { fleet } = context;
  const ended = stopAll(context, kept, hurried);
  const trouble = hurried ? await within(context, HURRIED_LIMIT_MS, ended) : await ended;
  if (trouble !== null) {
    notify(context, `The engine does not say what is running: ${trouble}`);
    tellUnclaimed(context, trouble);
  }
  tellRemaining(context, fleet.ownedExcept(kept));
  if (trouble === null && fleet.ownedExcept(new Set()).length === 0) await removeNetworks(context);
}

/** What `work` resolves to, or after the limit that it took too long; what it does then is nobody's business any more. */
async function within(
  { host }: RunContext,
  limitMs: number,
  work: Promise<string | null>,
): Promise<string | null> {
  const timer = new AbortController();
  const limit = host.clock.sleep(limitMs, timer.signal).then(() => `no answer within ${limitMs / 1000} s`, () => null);
  work.catch(() => {});
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer.abort();
    await limit;
  }
}

async function stopAll(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<string | null> {
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
  return trouble;
}

/** What was being started at the moment of an interrupt has not been claimed yet. Returns what kept it from that. */
async function claim({ fleet }: RunContext): Promise<string | null> {
  try {
    await fleet.claimLeft();
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
    leaveBehind(context, `Could not remove ${namesOf(created)}; remove with: ${command}`);
  }
  if (started.length > 0) leaveBehind(context, `Could not stop ${namesOf(started)}, as it was before the run`);
}

/** Nobody could look whether a start that was not seen to its end has left something. */
function tellUnclaimed(context: RunContext, trouble: string): void {
  const services = context.fleet.unclaimed().map((service) => `"${service}"`);
  if (services.length === 0) return;
  const project = context.engine.project.name;
  const text = `Whether ${services.join(", ")} was started could not be seen (${trouble}); `;
  leaveBehind(context, `${text}look for it among what runs of project "${project}", and remove it by hand`);
}

function leaveBehind({ journal, progress }: RunContext, text: string): void {
  journal.add({ type: "left_behind", text });
  progress({ type: "notice", text });
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
  const open = [...units.values()].reverse();
  const closed = Promise.all(open.map((unit) => closeUnit(unit))).then(() => null);
  if (context.signal.aborted) await within(context, HURRIED_LOOK_MS, closed);
  else await closed;
}

/** Services of the core with what the engine starts for them, which stay up where the core is kept. */
export function coreServices({ fleet, plan, modules }: RunContext): Set<string> {
  return fleet.closure(coreModules(plan).flatMap((module) => specOf({ modules }, module).services));
}
