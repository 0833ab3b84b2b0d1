/**
 * The end of a run, whatever the reason: everything that the run started is removed, except a core that is to be kept.
 * After an interrupt all containers are stopped at once and with a short grace period, since the caller may not wait
 * long.
 */

import { leaving } from "../../model/config.ts";
import { type EngineLink, hastened } from "../../engine/link.ts";
import { stopOne } from "../../engine/stop_one.ts";
import { isEngineTrouble } from "../../engine/trouble.ts";
import { LATE, within } from "../../host/within.ts";
import { quote } from "../../text/shell_word.ts";
import { staysUp } from "../../plan/plan.ts";
import type { RunContext } from "../context.ts";
import { notify, specOf } from "../context.ts";
import type { Owned } from "../fleet.ts";
import { isUp } from "../../model/evidence.ts";
import { messageOf } from "../../model/failure.ts";
import { closeUnits } from "./takedown.ts";
import type { Units } from "../units.ts";

/** A cancelled CI job is given 7.5 s from SIGINT to its kill. */
const HURRIED_GRACE_SEC = 3;

/** How often to try to remove what is left. */
const ROUNDS = 2;

/** After an interrupt, the run does not wait long for containers that the engine may still be creating. */
const HURRIED_QUIET_MS = 1500;

/** After an interrupt, the run does not wait for an engine that has stopped answering. */
const HURRIED_LIMIT_MS = 15_000;
const HURRIED_LOOK_MS = 3000;

/**
 * Stops and removes what is left of the run's own containers. If some stay behind, that is recorded with the command to
 * remove them.
 */
export function shutDown(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<void> {
  return hastened(context.engine, () => shutDownNow(context, kept, hurried));
}

async function shutDownNow(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<void> {
  const { fleet } = context;
  const ended = stopAll(context, kept, hurried);
  const trouble = hurried ? await hurriedly(context, HURRIED_LIMIT_MS, ended) : await ended;
  if (trouble !== null) {
    notify(context, `The engine does not say what is running: ${trouble}`);
    tellUnclaimed(context, trouble);
  }
  tellComing(context);
  tellRemaining(context, fleet.ownedExcept(kept));
  if (trouble === null && fleet.ownedExcept(new Set()).length === 0) await removeNetworks(context);
}

/** What `work` resolves to, or that it took too long; it is ignored after that. */
async function hurriedly({ host }: RunContext, limitMs: number, work: Promise<string | null>): Promise<string | null> {
  const result = await within(host.clock, limitMs, work);
  return result === LATE ? `no answer within ${limitMs / 1000} s` : result;
}

/** Known containers are removed at once; those that a start that was cut short still brings, when they appear. */
async function stopAll(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<string | null> {
  const { fleet } = context;
  const settled = fleet.isAwaiting ? settle(context, hurried ? HURRIED_QUIET_MS : undefined) : null;
  let trouble = await stopRound(context, kept, hurried);
  const late = await settled ?? null;
  for (let round = 1; round < ROUNDS || (round === ROUNDS && settled !== null); round++) {
    if (settled === null && fleet.ownedExcept(kept).length === 0) break;
    trouble = await stopRound(context, kept, hurried);
  }
  return trouble ?? late;
}

async function settle({ fleet }: RunContext, quietMs: number | undefined): Promise<string | null> {
  try {
    await fleet.settle(quietMs);
    return null;
  } catch (error) {
    if (!isEngineTrouble(error)) throw error;
    return messageOf(error);
  }
}

async function stopRound(context: RunContext, kept: ReadonlySet<string>, hurried: boolean): Promise<string | null> {
  const { engine, fleet, progress } = context;
  const trouble = await claim(context);
  const owned = fleet.ownedExcept(kept);
  if (owned.length === 0) return trouble;
  progress({ type: "stopping", containers: owned.map(({ state }) => state.name) });
  await Promise.all(
    owned.map(({ state }) =>
      stopOne(engine, state, hurried ? Math.min(HURRIED_GRACE_SEC, state.stopGraceSec) : state.stopGraceSec)
    ),
  );
  await engine.remove(owned.filter(({ how }) => how === "created").map(({ state }) => state.id));
  return await release(context, owned);
}

/** Claims what was being started at the moment of an interrupt. Returns why it could not. */
async function claim({ fleet }: RunContext): Promise<string | null> {
  try {
    await fleet.claimLeft();
    return null;
  } catch (error) {
    if (!isEngineTrouble(error)) throw error;
    return messageOf(error);
  }
}

/** Releases the containers that are gone, or that were there before the run and are stopped again. */
async function release({ engine, fleet }: RunContext, owned: readonly Owned[]): Promise<string | null> {
  try {
    const left = new Map((await engine.look()).map(({ state }) => [state.id, state]));
    for (const { state, how } of owned) {
      const now = left.get(state.id);
      if (now === undefined || (how === "started" && !isUp(now))) fleet.release(state.id);
    }
    return null;
  } catch (error) {
    if (!isEngineTrouble(error)) throw error;
    return messageOf(error);
  }
}

function tellRemaining(context: RunContext, remaining: readonly Owned[]): void {
  const { engine: { link } } = context;
  const lost = link?.lost ?? null;
  if (link !== undefined && lost !== null) return tellOutOfReach(context, remaining, { link, why: lost });
  const created = remaining.filter(({ how }) => how === "created");
  const started = remaining.filter(({ how }) => how === "started");
  const namesOf = (owned: readonly Owned[]) => owned.map(({ state }) => state.name).join(", ");
  if (created.length > 0) {
    const command = context.engine.removalCommand(created.map(({ state }) => state.id));
    leaveBehind(context, `Could not remove ${namesOf(created)}; remove with: ${command}`);
  }
  if (started.length > 0) leaveBehind(context, `Could not stop ${namesOf(started)} again (stopped before the run)`);
}

/** What of it is there cannot be seen, nor be removed by a command that a person gives now. */
function tellOutOfReach(
  context: RunContext,
  remaining: readonly Owned[],
  { link, why }: { link: EngineLink; why: string },
): void {
  const { engine: { info, project } } = context;
  if (remaining.length === 0) return;
  const names = remaining.map(({ state }) => state.name).join(", ");
  const words = ["vx11-stability", "clean", "--project-dir", project.dir, ...info.words.options];
  const before = link.variables.map(([name, value]) => `${name}=${quote(value)}`);
  const command = [...before, ...words.map(quote)].join(" ");
  leaveBehind(
    context,
    `Could not take down ${names}: the engine's host is out of reach (${why}); when it is back: ${command}`,
  );
}

/** Reports that a start that was not seen to its end may have left something. */
function tellUnclaimed(context: RunContext, trouble: string): void {
  const services = context.fleet.unclaimed().map((service) => `"${service}"`);
  if (services.length === 0) return;
  const project = context.engine.project.name;
  const text = `It is unknown whether ${services.join(", ")} was started (${trouble}); `;
  leaveBehind(context, `${text}look for it in project "${project}", and remove it by hand`);
}

/** Reports what a start that was cut short may still bring: the run does not wait for it any longer. */
function tellComing(context: RunContext): void {
  const coming = context.fleet.stillComing.map((service) => `"${service}"`);
  if (coming.length === 0) return;
  const { advice, project } = context.engine;
  const text = `The start was cut short before ${
    coming.join(", ")
  } appeared. If the engine still creates any of it, it is not removed: `;
  notify(context, text + advice.stillComing(project.name));
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
    if (!isEngineTrouble(error)) throw error;
  }
}

/** Closes the windows that an interrupt or a failure left open. */
export async function closeAll(context: RunContext, units: Units): Promise<void> {
  const open = [...units.values()].reverse();
  const closed = closeUnits(context, open).then(() => null);
  if (context.signal.aborted) await hurriedly(context, HURRIED_LOOK_MS, closed);
  else await closed;
}

/** Services that stay up after a run that finished, with what the engine starts for them. */
export function servicesLeftUp({ config, fleet, plan, modules }: RunContext): Set<string> {
  const left = plan.steps.filter(({ module }) => staysUp(module, leaving(config)));
  return fleet.closureOfStarts(left.map(({ module }) => specOf({ modules }, module).services));
}
