/** The verdict rule for a container's own health check, as the engine runs it. Pure. */

import { count, duration } from "../text/units.ts";
import { canHaveTurned, type EngineInfo, type Overdue, type RunStarted } from "../model/evidence.ts";
import { type CycleEvidence, pagesOf, type ServiceEvidence } from "../model/record.ts";
import { isNotUp } from "./evidence_reasons.ts";
import type { Case, Rule } from "./rule.ts";
import { AGAIN, isRunning, missing } from "./rule.ts";

export function ownCheck({ cycle, run, seen }: Case): ReturnType<Rule> {
  // An engine may say "unhealthy" of a container that has stopped, after its `die`: that is no finding of the check.
  const events = seen.events.slice(seen.eventsBeforeReady);
  const turned = events.some(({ action }, index) =>
    action === "unhealthy" &&
    events.slice(0, index).findLast((before) => before.action === "die" || before.action === "start")?.action !== "die"
  );
  const isNow = isRunning(seen.lastLook) && seen.lastLook?.health === "unhealthy";
  if (!turned && !isNow) return [...neverPassed(run, seen), ...untold(run, cycle, seen)];
  const said = seen.lastLook?.healthOutput?.trim().split("\n").at(-1) ?? "";
  const text = `The ${run.engine.words.healthCheck} of "${seen.service}" turned unhealthy${isNow ? "" : " for a time"}`;
  return [{ code: "unhealthy", text: said === "" ? text : `${text}; its last output: ${said.slice(0, 200)}` }];
}

/** A check that the engine still calls "starting" has not passed: that is no success, however short the window was. */
function neverPassed({ engine }: RunStarted, seen: ServiceEvidence): ReturnType<Rule> {
  const { checkRun, lastLook, service } = seen;
  if (!isRunning(lastLook) || lastLook?.health !== "starting" || pagesOf(seen).some(isNotUp)) return [];
  const { checks = { passed: 0, failed: 0 } } = lastLook;
  const what = `The ${engine.words.healthCheck} of "${service}"`;
  if (checks.passed > 0) return [];
  if (checkRun !== undefined) {
    const text = `${what} had not passed when the window ended, nor when it was run once more: ${checkRun.why}`;
    return checkRun.why === null ? neverRun(engine, what, checkRun.overdue) : [{ code: "unhealthy", text }];
  }
  if (checks.failed === 0) return [missing(`${what} had not been run when the window ended`, AGAIN)];
  const said = lastLook.healthOutput?.trim().split("\n").at(-1) ?? "";
  const text = `${what} never passed: it failed ${count(checks.failed, "time")}`;
  return [{ code: "unhealthy", text: said === "" ? text : `${text}; its last output: ${said.slice(0, 200)}` }];
}

/** Between two looks, only the engine's events tell of a check that failed for a time; some engines have them switched off. */
function untold({ engine }: RunStarted, cycle: CycleEvidence, seen: ServiceEvidence): ReturnType<Rule> {
  const { events, lastLook, service } = seen;
  const isNew = events.some(({ action }) => action === "create");
  const isTold = events.some(({ action }) => action === "healthy") || cycle.eventGaps.length > 0;
  if (!isNew || isTold || lastLook === null || !isRunning(lastLook) || !canHaveTurned(lastLook)) return [];
  const text =
    `The ${engine.words.healthCheck} of "${service}" was run several times, and no event of the engine told of it: ` +
    "whether it was unhealthy for a time was not seen";
  return [missing(text, engine.words.eventsRemedy)];
}

/** One that passes when this program runs it says nothing of the time between. */
function neverRun({ words }: EngineInfo, what: string, overdue: Overdue | undefined): ReturnType<Rule> {
  if (overdue === undefined) return [];
  const { intervalMs, upMs } = overdue;
  const text = `${what} was never run by the engine, in ${duration(upMs)} since the start with an interval of ` +
    `${duration(intervalMs)}: whether it stayed healthy was not seen`;
  return [missing(text, words.checksRemedy ?? AGAIN)];
}
