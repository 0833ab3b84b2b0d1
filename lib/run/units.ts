/** Brings one module up: starts its services and waits for them, or reports why it is not available to others. */

import { join } from "@std/path";
import type { Engine, Look } from "../engine/engine.ts";
import { EngineError } from "../engine/engine.ts";
import { waitReady } from "../health/wait.ts";
import { refuseShort } from "../host/shortage.ts";
import { writeRaw } from "../audit/audit_dir.ts";
import type { RunContext } from "./context.ts";
import { notify, specOf } from "./context.ts";
import { hasCompleted, isUp } from "../model/evidence.ts";
import { byService } from "./fleet.ts";
import { findCycle } from "../record/fold.ts";
import { lingeringTexts } from "./ending/lingering.ts";
import { helpersOf } from "./needs.ts";
import { foundInCycle } from "../judge/verdict.ts";
import { pageProblems } from "./before/port_problems.ts";
import { waiting } from "./window/readiness.ts";
import type { Window } from "./window/window.ts";

/** Why a module is not available to others. `module`: its own name, or that of the module that failed first. */
export interface Cause {
  module: string;
  why: string;
}

/** A module in the current cycle. */
export interface Unit {
  module: string;
  window: Window;
  cause: Cause | null;
}

/** The modules that are up, or were tried, in the current cycle; in the order in which they were started. */
export type Units = Map<string, Unit>;

/** Starts the module's own services and waits until they are ready. Returns why they are not. */
export async function start(context: RunContext, unit: Unit): Promise<Cause | null> {
  const { module, window } = unit;
  const { journal, problems } = context;
  const known = problems.get(module) ?? [];
  if (known.length > 0) {
    for (const problem of known) {
      journal.add({ type: "start_failed", cycle: window.cycle, module, ...problem, output: null });
    }
    return causeOf(context, unit);
  }
  if (await startServices(context, unit) && await window.phase("ready", () => window.ready())) {
    window.startProbes();
    return null;
  }
  // Nothing more is waited for, and the last look may show the cause: an exit code says more than "not ready".
  if (window.isOpen) await window.phase("look", () => window.close());
  const seen = findCycle(journal.evidence, module, window.cycle);
  for (const text of seen === undefined ? [] : lingeringTexts(context, seen)) notify(context, text);
  return causeOf(context, unit);
}

async function startServices(context: RunContext, unit: Unit): Promise<boolean> {
  const { module, window: { cycle } } = unit;
  const { fleet, journal, locks } = context;
  const keys = fleet.startKeys(specOf(context, module).services);
  try {
    const looks = await locks.during(keys, (key) => !fleet.isThere(key), () => launch(context, unit));
    if (looks === null) return false;
    await unit.window.begin(byService(looks));
    return true;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    refuseShort(context.host);
    journal.add({ type: "start_failed", cycle, module, service: null, why: error.message, next: "", output: null });
    return false;
  }
}

/** Resolves to the look right after the start; null if the engine could not start it. */
async function launch(context: RunContext, unit: Unit): Promise<Look[] | null> {
  const { module, window } = unit;
  const { config, drift, engine, fleet, journal, signal } = context;
  const { services } = specOf(context, module);
  const before = await fleet.lookBefore(signal);
  const there = byService(before);
  const running = services.filter((service) => isRunning(there.get(service)));
  // A container that was there before the run is tested in place; one that the run started for another module is not
  // started twice.
  const inPlace = config.recreate ? running.filter((name) => fleet.isOwned(there.get(name)?.state.id ?? "")) : running;
  const wanted = services.filter((service) => !inPlace.includes(service));
  const up = [...inPlace, ...helpersOf(context, module).filter((service) => isThere(engine, there.get(service)))];
  window.open(up, await drift.seen(up, there, signal));
  if (wanted.length === 0) return before;
  // The preflight tried the ports, and one may have been taken since, even by a service that this run itself has
  // started.
  const input = { host: context.host, engine, modules: context.modules, looks: before };
  const taken = [...fleet.closure(wanted)].flatMap((service) => pageProblems(input, service));
  for (const problem of taken) {
    journal.add({ type: "start_failed", cycle: window.cycle, module, ...problem, output: null });
  }
  if (taken.length > 0) return null;
  const options = {
    recreate: config.recreate,
    timeoutMs: config.settings.thresholds.up_timeout_sec * 1000,
    logFile: (service: string) => logFile(context, unit, service),
    redactor: context.redactor,
    signal,
  };
  const { outcome, looks } = await fleet.up(wanted, before, options, (order) => window.phase("start", order));
  for (const text of renewedTexts(before, looks, context)) notify(context, text);
  if (outcome.ok) return looks;
  refuseShort(context.host);
  const output = context.rawNames.next([module, `${engine.info.name}_up`], ".txt", window.cycle);
  await writeRaw(context, output, outcome.output);
  const service = wanted.length === 1 ? wanted[0] ?? null : null;
  const { cycle } = window;
  journal.add({ type: "start_failed", cycle, module, service, why: outcome.why, next: "", output });
  return null;
}

/** Containers that were not the run's, stood still and are gone: the engine has replaced them. */
function renewedTexts(
  before: readonly Look[],
  after: readonly Look[],
  { engine: { info: { words } }, fleet }: Pick<RunContext, "engine" | "fleet">,
): string[] {
  const still = new Set(after.map(({ state }) => state.id));
  const now = new Map(after.map(({ state }) => [state.service, state]));
  return before.flatMap(({ state }) => {
    const next = now.get(state.service);
    if (isUp(state) || still.has(state.id) || next === undefined || !fleet.isOwned(next.id)) return [];
    return [
      `The stopped container "${state.name}" differed from what the project says now: it was replaced, as by \`${words.replacedBy}\``,
    ];
  });
}

/** Where the engine is to write a service's output. */
function logFile({ auditDir, logPaths, rawNames }: RunContext, unit: Unit, service: string): string {
  const path = rawNames.next([unit.module, service], ".log", unit.window.cycle);
  logPaths.set(service, path);
  return join(auditDir, path);
}

/** Runs, or is a job that is done: the engine starts neither, unless it runs the job again for a service that waits for it. */
function isThere({ services }: Engine, look: Look | undefined): boolean {
  if (look === undefined) return false;
  return isUp(look.state) || (services.get(look.state.service)?.oneShot === true && hasCompleted(look.state));
}

function isRunning(look: Look | undefined): boolean {
  return look !== undefined && isUp(look.state);
}

/** The first finding, in the words of a verdict; a rule that is off takes nothing from what is recorded. */
function causeOf({ journal }: RunContext, { module, window: { cycle } }: Unit): Cause {
  const reason = foundInCycle(journal.evidence, module, cycle)?.reasons[0];
  return { module, why: reason?.text ?? `"${module}" did not become ready` };
}

/** A module that was ready may have failed since: it is checked again when another module is about to need it. */
export async function lostCause(context: RunContext, unit: Unit): Promise<Cause | null> {
  const { config, signal } = context;
  for (const check of unit.window.checks) {
    const { service } = check.declared;
    const outcome = await waitReady(check.host, {
      ...waiting(context, check),
      timeoutMs: config.timeoutSec * 1000,
      signal,
      hopeless: unit.window.useless,
    });
    if (outcome.ready) continue;
    const why = outcome.limit === "exited" ? "it has ended" : outcome.last;
    return { module: unit.module, why: `"${service}" was ready and no longer is: ${why}` };
  }
  return null;
}
