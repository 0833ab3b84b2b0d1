/**
 * The verdict rule about what a module leans on: whether anything in its dependencies or in the core was killed,
 * restarted, ended or unhealthy while the module's own window was open. Pure. The rules for services say what counts as
 * such.
 */

import { type TroubleCode, troublesOf } from "../figures/troubles.ts";
import type { RunStarted } from "../model/evidence.ts";
import type { CycleEvidence, RunEvidence, ServiceEvidence } from "../model/record.ts";
import { closure } from "../plan/graph.ts";
import { findCycle } from "../record/fold.ts";
import type { Finding } from "./rule.ts";

/** What the rules for services find in a module in one cycle. */
export type FindingsOf = (module: string, cycle: CycleEvidence) => readonly Finding[];

const TROUBLES: ReadonlySet<string> = new Set<TroubleCode>([
  "oom_killed",
  "restarted",
  "exited",
  "unhealthy",
  "health_lost",
]);

function isTrouble(code: string): code is TroubleCode {
  return TROUBLES.has(code);
}

/** One finding for each dependency, with the first of what was found in it. */
export function dependencyFindings(
  evidence: RunEvidence,
  module: string,
  cycle: CycleEvidence,
  findingsOf: FindingsOf,
): Finding[] {
  const { run } = evidence;
  if (run === null || cycle.openedMs === null) return [];
  const window = { fromMs: cycle.openedMs, toMs: cycle.closedMs ?? Infinity };
  return leansOn(run, module).flatMap((name): Finding[] => {
    const seen = findCycle(evidence, name, cycle.cycle);
    if (seen === undefined) return [];
    const within = findingsOf(name, seen).filter((finding) =>
      run.rules[finding.code] !== "off" && fallsInto(finding, seen, window)
    );
    const [first, ...others] = within;
    if (first === undefined) return [];
    const what = run.core.includes(name) ? "the core" : "its dependency";
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    const text = `While it was watched, ${what} "${name}" was not stable: ${first.text}${more}`;
    return [{ code: "dependency_unstable", text, service: null }];
  });
}

/**
 * What the module depends on, directly or not, and the core of the mode, which is up around all others; in the order of
 * the plan. Old journals do not say what it depends on.
 */
function leansOn(run: RunStarted, module: string): readonly string[] {
  const ofRun = leaned.get(run) ?? new Map<string, readonly string[]>();
  leaned.set(run, ofRun);
  const names = ofRun.get(module) ?? namesLeantOn(run, module);
  ofRun.set(module, names);
  return names;
}

/** Kept, since it is the same in every cycle. */
const leaned = new WeakMap<RunStarted, Map<string, readonly string[]>>();

function namesLeantOn({ core, dependsOn, services }: RunStarted, module: string): readonly string[] {
  const needs = new Map(Object.entries(dependsOn));
  const graph = new Map([...core, module, ...Object.keys(services)].map((name) => [name, needs.get(name) ?? []]));
  const names = closure(graph, core.includes(module) ? [module] : [module, ...core]);
  names.delete(module);
  return Object.keys(services).filter((name) => names.has(name));
}

interface Span {
  fromMs: number;
  toMs: number;
}

function fallsInto({ code, service }: Finding, cycle: CycleEvidence, window: Span): boolean {
  const seen = cycle.services.find((each) => each.service === service);
  if (seen === undefined || !isTrouble(code)) return false;
  return spansOf(code, seen, cycle).some(({ fromMs, toMs }) => fromMs <= window.toMs && toMs >= window.fromMs);
}

/** Trouble that only a comparison of two looks shows has no moment: it may have been at any time between them. */
function spansOf(code: TroubleCode, seen: ServiceEvidence, { closedMs, eventGaps, openedMs }: CycleEvidence): Span[] {
  const timed = troublesOf(seen).filter((trouble) => trouble.code === code);
  const isAllTold = timed.length > 0 && eventGaps.length === 0;
  return isAllTold ? timed : [{ fromMs: openedMs ?? -Infinity, toMs: closedMs ?? Infinity }];
}
