/**
 * Takes modules down: closes their windows, stops the containers that the run started and that nothing needs any
 * longer, keeps logs if something was wrong, removes the containers and verifies that they are gone.
 */

import type { StopResult } from "../../engine/engine.ts";
import { EngineError } from "../../engine/engine.ts";
import { hastened } from "../../engine/link.ts";
import { stopOne } from "../../engine/stop_one.ts";
import { isUnclean, SIGKILL_EXIT } from "../../figures/stops.ts";
import { count } from "../../text/units.ts";
import type { LoggedRequest } from "../../health/kind.ts";
import { FairTimer } from "../../host/fair.ts";
import { refuseShort } from "../../host/shortage.ts";
import { AGENT } from "../../host/user_agent.ts";
import type { ContainerState, StopOutcome } from "../../model/evidence.ts";
import type { CycleVerdict } from "../../model/record.ts";
import { writeRaw } from "../../audit/audit_dir.ts";
import type { RunContext } from "../context.ts";
import { isTested, notify, specOf } from "../context.ts";
import type { Owned } from "../fleet.ts";
import { findCycle } from "../../record/fold.ts";
import { untilHeeds } from "./heeds.ts";
import { withoutOwnRequests } from "../../health/own_requests.ts";
import { helpersOf } from "../needs.ts";
import type { Unit, Units } from "../units.ts";
import { foundInCycle, judgeCycle } from "../../judge/verdict.ts";

const LOG_LINES = 2000;
const LOG_TAIL_LINES = 15;

/**
 * Takes a module down, with what the engine started for it and no other unit needs, and reports its verdict. From the
 * first moment on it does not count as a unit.
 */
export async function takeDown(context: RunContext, units: Units, unit: Unit): Promise<void> {
  units.delete(unit.module);
  await hastened(context.engine, () => closeAndStop(context, units, unit));
  refuseShort(context.host);
  tell(context, unit);
}

async function closeAndStop(context: RunContext, units: Units, unit: Unit): Promise<void> {
  const { fleet, locks } = context;
  await closeUnit(context, unit);
  await claimLeft(context);
  // A unit that started during the wait for the locks keeps what it needs.
  const services = unneeded(context, units, unit);
  await locks.during(services, () => true, () => {
    return stopOwned(context, unit, fleet.ownedOf(unneeded(context, units, unit).intersection(services)));
  });
}

function unneeded(context: RunContext, units: Units, { module }: Unit): Set<string> {
  const { fleet } = context;
  const kept = fleet.closureOfStarts([...units.keys()].map((name) => specOf(context, name).services));
  return fleet.closure(specOf(context, module).services).difference(kept);
}

/** Closes the window, and with it the evidence of containers that are not stopped now. */
export async function closeUnit({ engine }: Pick<RunContext, "engine">, { window }: Unit): Promise<void> {
  if (window.isOpen) await hastened(engine, () => window.phase("look", () => window.close()));
}

/** All at once, so that one look at the engine serves all of them. All are waited for, even if one throws. */
export async function closeUnits(context: Pick<RunContext, "engine">, units: readonly Unit[]): Promise<void> {
  for (const result of await Promise.allSettled(units.map((unit) => closeUnit(context, unit)))) {
    if (result.status === "rejected") throw result.reason;
  }
}

/** Keeps the logs of a module's containers that stay up, if something was wrong. */
export async function keepLogsOfKept(context: RunContext, unit: Unit): Promise<void> {
  if (isFine(context, unit)) return;
  try {
    const looks = await context.fleet.look();
    for (const service of [...specOf(context, unit.module).services, ...helpersOf(context, unit.module)]) {
      const state = looks.get(service)?.state;
      if (state !== undefined) await keepLog(context, unit, state);
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    notify(context, `The logs of module "${unit.module}" could not be kept: ${error.message}`);
  }
}

/**
 * Claims what could not be claimed when it was started. If the engine still does not answer, the steps that follow
 * report it.
 */
async function claimLeft({ fleet }: RunContext): Promise<void> {
  try {
    await fleet.claimLeft();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
  }
}

async function stopOwned(context: RunContext, unit: Unit, owned: readonly Owned[]): Promise<void> {
  const created = owned.filter(({ how }) => how === "created").map(({ state }) => state.id);
  const ended = new Set(owned.map(({ state }) => state.id).filter((id) => context.fleet.hasEnded(id)));
  context.fleet.goes(owned.map(({ state }) => state.id));
  const { failed, stops } = await unit.window.phase("stop", async () => {
    const stops = await stopInOrder(context, unit, owned);
    // Judged with the stop itself included, so that the log of a service that had to be killed is kept as well.
    const bad = !isFine(context, unit) || stops.some(isBad);
    for (const { state } of stops) if (bad) await keepLog(context, unit, state);
    return { stops, failed: await context.engine.remove(created) };
  });
  context.fleet.changed();
  const left = owned.length === 0 ? new Set<string>() : await idsLeft(context);
  for (const outcome of outcomesOf(context, { created, ended, failed, left, stops })) {
    context.journal.add({ type: "stop", cycle: unit.window.cycle, module: unit.module, ...outcome });
  }
}

function isOf(services: readonly string[]): (owned: Owned) => boolean {
  return ({ state }) => services.includes(state.service);
}

interface Stop {
  state: ContainerState;
  result: StopResult;
  hears: boolean;
  starvedMs: number;
}
type Stops = Stop[];

/** Whether it stopped in a way that its log may explain. */
function isBad({ result, state }: Stop): boolean {
  const { error, exitCode, stopped } = result;
  const killed = wasKilled(state, result);
  return error !== null || killed || isUnclean({ error, exitCode, killed, verified: stopped, ...signalOf(state) });
}

function signalOf({ stopSignal }: ContainerState): Pick<StopOutcome, "signal"> {
  return stopSignal === undefined ? {} : { signal: stopSignal };
}

/** The module's own services first, then what the engine had started for them. */
async function stopInOrder(context: RunContext, unit: Unit, owned: readonly Owned[]): Promise<Stops> {
  const own = specOf(context, unit.module).services;
  const stops: Stops = [];
  for (const group of [owned.filter(isOf(own)), owned.filter((item) => !isOf(own)(item))]) {
    stops.push(
      ...await Promise.all(group.map(async ({ state }) => {
        const hears = await untilHeeds(context, unit, state);
        const fair = new FairTimer(context.host);
        const result = await stopOne(context.engine, state, state.stopGraceSec);
        return { state, result, hears, starvedMs: context.engine.isLocal ? fair.starvedMs : 0 };
      })),
    );
  }
  return stops;
}

interface Removal {
  /** Ids of the containers to remove. */
  created: readonly string[];
  /** Ids of those that had ended before. */
  ended: ReadonlySet<string>;
  /** Id → why it was not. */
  failed: ReadonlyMap<string, string>;
  /** Ids of the containers that exist afterwards, or why they are unknown. */
  left: ReadonlySet<string> | string;
  stops: Stops;
}

function outcomesOf(context: RunContext, { created, ended, failed, left, stops }: Removal): StopOutcome[] {
  return stops.map(({ state, result, hears, starvedMs }) => {
    const unknown = typeof left === "string" && created.includes(state.id)
      ? `whether it is gone is unknown: ${left}`
      : null;
    const gone = created.includes(state.id) ? typeof left !== "string" && !left.has(state.id) : result.stopped;
    if (gone) context.fleet.release(state.id);
    return {
      service: state.service,
      containerId: state.id,
      container: state.name,
      durationMs: result.durationMs,
      killed: wasKilled(state, result),
      ...(hears ? {} : { unheard: true as const }),
      ...(ended.has(state.id) ? { endedBefore: true as const } : {}),
      graceSec: state.stopGraceSec,
      ...signalOf(state),
      ...(starvedMs === 0 ? {} : { starvedMs }),
      exitCode: result.exitCode,
      verified: gone,
      error: result.error ?? failed.get(state.id) ?? unknown,
    };
  });
}

/** Ids of the project's containers, or why the engine does not say. */
async function idsLeft({ fleet }: RunContext): Promise<Set<string> | string> {
  try {
    return new Set((await fleet.lookAll()).map(({ state }) => state.id));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.message;
  }
}

/** A stop that used up its grace period and ended with SIGKILL, whose exit code alone may be the service's own. */
function wasKilled({ stopGraceSec }: ContainerState, result: { exitCode: number | null; durationMs: number }): boolean {
  return result.exitCode === SIGKILL_EXIT && result.durationMs >= stopGraceSec * 1000;
}

/** The last lines for people, without those of this program's own requests to these pages; the file has all of them. */
function tailOf(text: string, pages: readonly LoggedRequest[]): string[] {
  const all = text.split("\n").filter((line) => line !== "");
  const { leftOut, lines } = withoutOwnRequests(all, { pages, agent: AGENT });
  const note = `(left out here: ${count(leftOut, "line")} of health requests as this program makes them)`;
  const last = leftOut === 0 ? lines.slice(-LOG_TAIL_LINES) : [note, ...lines.slice(1 - LOG_TAIL_LINES)];
  return last.map((line) => line.slice(0, 500));
}

async function keepLog(context: RunContext, { module, window }: Unit, state: ContainerState): Promise<void> {
  const { engine, journal, logPaths, rawNames, redactor } = context;
  const { cycle } = window;
  const written = engine.writesLogs ? logPaths.get(state.service) : undefined;
  const path = written ?? rawNames.next([module, state.name], ".log", cycle);
  try {
    // Secrets are removed before lines are cut short, since half a secret would not be found.
    const text = redactor.text(await engine.logs(state.id, LOG_LINES));
    if (written === undefined) await writeRaw(context, path, text);
    const inspect = rawNames.next([state.name], ".inspect.json", cycle);
    await writeRaw(context, inspect, await engine.describe(state.id));
    const checks = window.checks.filter(({ declared }) => declared.service === state.service);
    const tail = tailOf(text, checks.flatMap(({ place }) => place.logged ?? []));
    journal.add({ type: "log_saved", cycle, module, service: state.service, container: state.name, path, tail });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    notify(context, `The log of ${state.name} could not be kept: ${error.message}`);
  }
}

/** Whether nothing was found, whatever level its rule has: otherwise logs are kept. */
function isFine({ journal }: RunContext, { cause, module, window: { cycle } }: Unit): boolean {
  return cause === null && foundInCycle(journal.evidence, module, cycle)?.status === "PASS";
}

/** The verdict on what is known so far of the module in this cycle. */
function verdictOf({ journal }: RunContext, { module, window: { cycle } }: Unit): CycleVerdict | null {
  return judgeCycle(journal.evidence, module, cycle);
}

export function tell(context: RunContext, unit: Unit): void {
  const { journal, progress } = context;
  const verdict = verdictOf(context, unit);
  const seen = findCycle(journal.evidence, unit.module, unit.window.cycle);
  const durationMs = journal.elapsedMs() - (seen?.openedMs ?? journal.elapsedMs());
  if (verdict === null) return;
  const tested = isTested(context, unit.module);
  progress({ type: "verdict", module: unit.module, tested, verdict, durationMs });
}
