/**
 * The longest chain of work in a cycle: how long it would take if as many modules as the dependencies allow were worked
 * on at once, and no time went to anything else. Pure, and linear in modules and dependencies.
 *
 * A module may start when all that it depends on is ready; its tests and probes, side by side, and its soak follow at
 * once; it stops when these are done and all that depend on it have stopped. The core is up before all others, and
 * stops last.
 */

import type { Phase } from "../model/evidence.ts";
import { max, sum } from "./stats.ts";

/** How long each phase of a module took in a cycle, in milliseconds; phases that did not occur are missing. */
export type PhaseTimes = Readonly<Partial<Record<Phase, number>>>;

/** Modules and what they depend on, prepared once for any number of cycles. */
export interface PathGraph {
  /** The core first, and each module after all that it depends on. */
  order: readonly PathModule[];
}

interface PathModule {
  name: string;
  dependsOn: readonly string[];
  isCore: boolean;
}

export interface PathStep {
  module: string;
  phase: Phase;
  durationMs: number;
}

export interface CriticalPath {
  criticalMs: number;
  /** In the order of time, without phases that took no time. */
  steps: PathStep[];
}

/** A dependency that is not among the modules, or that closes a cycle, is left out. */
export function pathGraph(dependsOn: Readonly<Record<string, readonly string[]>>, core: Iterable<string>): PathGraph {
  const first = new Set(core);
  const modules = Object.entries(dependsOn).map(([name, needs]) => (
    { name, dependsOn: needs, isCore: first.has(name) }
  ));
  const known = new Map(modules.map((module) => [module.name, module]));
  const inCore = [...first].flatMap((name) => known.get(name) ?? []);
  return { order: [...ordered(inCore), ...ordered(modules.filter(({ isCore }) => !isCore))] };
}

/**
 * The time of a module that no order of work can save, in milliseconds: without waiting and the harness's own looks.
 */
export function unavoidableMs(times: PhaseTimes): number {
  return sum([...UP, longerOf(times), ...DONE, ...DOWN].map((phase) => times[phase] ?? 0));
}

/** The path through a cycle in which these modules took these times; a module that is missing in `times` took none. */
export function criticalPath({ order }: PathGraph, times: ReadonlyMap<string, PhaseTimes>): CriticalPath {
  const follow = (moment: Moment, module: string, phases: readonly Phase[]) =>
    phases.reduce((at, phase) => after(at, { module, phase, durationMs: times.get(module)?.[phase] ?? 0 }), moment);
  const ready = new Map<string, Moment>();
  let coreReady = BEGIN;
  const started = order.map((module) => {
    const { dependsOn, isCore, name } = module;
    const needs = dependsOn.map((dependency) => ready.get(dependency) ?? BEGIN);
    const up = follow(latest(isCore ? needs : [coreReady, ...needs]), name, UP);
    ready.set(name, up);
    if (isCore) coreReady = latest([coreReady, up]);
    return { ...module, up };
  });
  const released = new Map<string, Moment>();
  let othersStopped = BEGIN;
  let end = BEGIN;
  // Backwards, if two take equally long, the first in the order comes last, and is kept.
  for (const { dependsOn, isCore, name, up } of started.toReversed()) {
    const done = follow(up, name, [longerOf(times.get(name) ?? {}), ...DONE]);
    const free = latest([done, released.get(name) ?? BEGIN, isCore ? othersStopped : BEGIN]);
    const stopped = follow(free, name, DOWN);
    for (const need of dependsOn) released.set(need, latest([stopped, released.get(need) ?? BEGIN]));
    if (!isCore) othersStopped = latest([stopped, othersStopped]);
    end = latest([stopped, end]);
  }
  return { criticalMs: end.ms, steps: stepsTo(end) };
}

const UP: readonly Phase[] = ["start", "ready"];
const DONE: readonly Phase[] = ["soak"];
const DOWN: readonly Phase[] = ["stop"];

/** Probes and tests run side by side. */
function longerOf(times: PhaseTimes): Phase {
  return (times.probes ?? 0) > (times.tests ?? 0) ? "probes" : "tests";
}

/** A point of time in the cycle, and the chain of steps that leads to it, the last one first. */
interface Moment {
  ms: number;
  chain: { step: PathStep; before: Moment["chain"] } | null;
}

const BEGIN: Moment = { ms: 0, chain: null };

function after({ ms, chain }: Moment, step: PathStep): Moment {
  return step.durationMs > 0 ? { ms: ms + step.durationMs, chain: { step, before: chain } } : { ms, chain };
}

/** The latest of the moments; the first of equals. */
function latest(moments: readonly Moment[]): Moment {
  const ms = max(moments.map((moment) => moment.ms)) ?? 0;
  return moments.find((moment) => moment.ms === ms) ?? BEGIN;
}

function stepsTo({ chain }: Moment): PathStep[] {
  const steps: PathStep[] = [];
  for (let link = chain; link !== null; link = link.before) steps.push(link.step);
  return steps.reverse();
}

interface Link {
  module: PathModule;
  waitsFor: number;
  neededBy: Link[];
}

/** Each of the modules after those of them that it depends on, otherwise in their order; the members of a cycle come last. */
function ordered(modules: readonly PathModule[]): PathModule[] {
  const links = new Map(modules.map((module): [string, Link] => [module.name, { module, waitsFor: 0, neededBy: [] }]));
  const all = [...links.values()];
  for (const link of all) {
    for (const need of new Set(link.module.dependsOn)) {
      const needed = links.get(need);
      if (needed === undefined) continue;
      needed.neededBy.push(link);
      link.waitsFor++;
    }
  }
  const done = new Set(all.filter(({ waitsFor }) => waitsFor === 0));
  // A set also visits what is added to it during the loop.
  for (const { neededBy } of done) {
    for (const other of neededBy) if (--other.waitsFor === 0) done.add(other);
  }
  return [...done, ...all.filter((link) => !done.has(link))].map(({ module }) => module);
}
