/**
 * Journal lines → what they say about the run, in order and typed. Every prefix of a journal folds, so that a killed run
 * leaves a record too. Judges nothing.
 */

import type { JournalLine, RunStarted } from "../model/evidence.ts";
import type {
  CycleEvidence,
  ModuleEvidence,
  RunEvidence,
  ServiceEvidence,
  TimedEvent,
  TimedKill,
} from "../model/record.ts";
import { goOn, stratumOf } from "./fold_resumed.ts";
import {
  addReading,
  addServiceLine,
  closeReadings,
  isReading,
  noteStopDue,
  type Reading,
  serviceOf,
} from "./fold_service.ts";

/** The current cycle, and the one before, whose containers may still be taken down. */
const CYCLES_KEPT = 2;

/** Adds lines one by one to `evidence`, which grows in place. */
export interface Fold {
  readonly evidence: RunEvidence;
  add(line: JournalLine): void;
  /**
   * Drops all cycles of each module but its last two: while a run goes on, no others are used. Returns whether there
   * were any.
   */
  forgetOldCycles(): boolean;
}

export function newFold(): Fold {
  const evidence: RunEvidence = {
    run: null,
    startedAt: null,
    finishedAt: null,
    durationMs: 0,
    notices: [],
    interrupted: null,
    failure: null,
    leftBehind: [],
    finished: false,
    modules: [],
  };
  const owned = new Set<string>();
  const between: Between = new Map();
  return {
    evidence,
    add(line) {
      addLine(evidence, line);
      if (isReading(line)) return;
      if (line.type === "resumed") {
        goOn(evidence, line, owned);
        // What was still owned has gone since, and nobody saw what happened in between.
        owned.clear();
        between.clear();
      }
      addBetween(evidence, between, line);
      addOwnership(evidence, owned, line);
    },
    forgetOldCycles() {
      const old = evidence.modules.filter(({ cycles }) => cycles.length > CYCLES_KEPT);
      for (const { cycles } of old) cycles.splice(0, cycles.length - CYCLES_KEPT);
      return old.length > 0;
    },
  };
}

export function foldJournal(lines: Iterable<JournalLine>): RunEvidence {
  const fold = newFold();
  for (const line of lines) fold.add(line);
  return fold.evidence;
}

/** What is known of a module in a cycle. */
export function findCycle(run: RunEvidence, module: string, cycle: number): CycleEvidence | undefined {
  const cycles = run.modules.find(({ name }) => name === module)?.cycles ?? [];
  return cycleIn(cycles, cycle);
}

/** The cycles are in order, whatever the order of their lines. */
function cycleIn(cycles: readonly CycleEvidence[], cycle: number): CycleEvidence | undefined {
  const last = cycles[cycles.length - 1];
  if (last?.cycle === cycle) return last;
  let low = 0;
  let high = cycles.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = cycles[middle];
    if (found === undefined || found.cycle === cycle) return found;
    if (found.cycle < cycle) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function addLine(run: RunEvidence, line: JournalLine): void {
  run.finishedAt = line.at;
  run.durationMs = line.ms;
  if (isReading(line)) addReading(cycleOf(run, line.module, line.cycle), line);
  else if ("cycle" in line && "module" in line) addModuleLine(run, line);
  else addRunLine(run, line);
}

type ModuleLine = Exclude<Extract<JournalLine, { cycle: number; module: string }>, Reading>;
type RunLine = Exclude<JournalLine, ModuleLine | Reading>;

function addRunLine(run: RunEvidence, line: RunLine): void {
  switch (line.type) {
    case "run_started": {
      const { at, ms: _, ...started } = line;
      run.run = started;
      run.startedAt = at;
      for (const name of started.selected) moduleOf(run, name);
      break;
    }
    case "notice":
      run.notices.push(line.text);
      break;
    case "module_skipped":
      moduleOf(run, line.module).skipped = line.why;
      break;
    case "event":
      addEvent(run, line);
      break;
    case "memory_kill":
      for (const seen of servicesOf(run, line.service)) (seen.kills ??= []).push(timedKill(line));
      break;
    case "gap":
      for (const cycle of openCycles(run)) cycle.eventGaps.push(line.why);
      break;
    case "interrupted":
      run.interrupted = line.by;
      break;
    case "left_behind":
      run.leftBehind.push(line.text);
      break;
    case "run_failed":
      run.failure = line.failure;
      break;
    case "run_finished":
      run.finished = true;
      break;
    case "request": {
      const { at: _, ms: _ms, type: _type, ...request } = line;
      run.request = request;
      break;
    }
    case "last_cycle":
      if (run.run !== null) run.run = { ...run.run, cycles: line.cycle };
      run.timeOver = true;
      break;
    case "test_list":
      (run.testLists ??= new Map()).set(line.list, line.names);
      break;
    case "cycle_finished":
      run.cyclesFinished = line.cycle;
      if (line.waitPct !== null) (run.waitPcts ??= []).push(line.waitPct);
      break;
    case "cycle_started":
    case "starting":
    case "start_ended":
    case "start_claimed":
    case "owned":
    case "released":
    case "networks_before":
    case "resumed":
      break;
  }
}

/** A container that the run released, or still has at its end, must have been seen to stop. */
function addOwnership(run: RunEvidence, owned: Set<string>, line: JournalLine): void {
  if (line.type === "owned") owned.add(line.containerId);
  if (isCutShort(run)) return;
  if (line.type === "released") {
    owned.delete(line.containerId);
    noteStopDue(run, line.containerId);
  }
  if (line.type === "run_finished") { for (const id of owned) noteStopDue(run, id); }
}

/**
 * An event belongs to the window that is open for its service. Other events are not judged, except those of modules
 * that stay up.
 */
function addEvent(run: RunEvidence, line: EventLine): void {
  for (const seen of servicesOf(run, line.service)) seen.events.push(timedEvent(line));
}

/** What is seen of a service in the windows that are open. */
function servicesOf(run: RunEvidence, service: string): ServiceEvidence[] {
  return openCycles(run).flatMap(({ services }) => services.find((seen) => seen.service === service) ?? []);
}

type EventLine = Extract<JournalLine, { type: "event" }>;

function timedEvent({ type: _, at: _at, ...event }: EventLine): TimedEvent {
  return event;
}

function timedKill({ type: _, at: _at, ...kill }: Extract<JournalLine, { type: "memory_kill" }>): TimedKill {
  return kill;
}

/** Module that stays up over the cycles → what was reported since its last window closed. */
type Between = Map<string, { events: TimedEvent[]; gaps: string[]; kills: TimedKill[] }>;

/**
 * What happens to the core between two of its windows belongs to the second one: otherwise it would not be reported.
 */
function addBetween(run: RunEvidence, between: Between, line: JournalLine): void {
  if (isCutShort(run)) return;
  if (line.type === "window_closed" && run.run?.kept.includes(line.module) === true) {
    between.set(line.module, { events: [], gaps: [], kills: [] });
  }
  if (line.type === "event") { for (const { events } of between.values()) events.push(timedEvent(line)); }
  if (line.type === "gap") { for (const { gaps } of between.values()) gaps.push(line.why); }
  if (line.type === "memory_kill") { for (const { kills } of between.values()) kills.push(timedKill(line)); }
  if (line.type !== "window_opened") return;
  const told = between.get(line.module);
  const cycle = findCycle(run, line.module, line.cycle);
  if (told === undefined || cycle === undefined) return;
  between.delete(line.module);
  cycle.eventGaps.push(...told.gaps);
  for (const seen of cycle.services) {
    seen.events.push(...told.events.filter(({ service }) => service === seen.service));
    const kills = told.kills.filter(({ service }) => service === seen.service);
    if (kills.length > 0) seen.kills = kills;
  }
}

/** A module that stays up is watched from where its last window ended. */
function beforeOf(
  evidence: RunEvidence,
  module: string,
  cycle: number,
  service: string,
): ServiceEvidence["before"] {
  const { modules, run } = evidence;
  if (run === null || !run.kept.includes(module)) return null;
  const earlier = modules.find(({ name }) => name === module)?.cycles.findLast((each) => each.cycle < cycle);
  // After a run was resumed, a module that stays up has another container.
  if (earlier?.part !== partOf(evidence)) return null;
  const seen = earlier?.services.find((each) => each.service === service);
  return seen === undefined ? null : { look: seen.lastLook, sample: seen.samples.at(-1) ?? null };
}

/** undefined in the first part. */
function partOf({ parts }: RunEvidence): number | undefined {
  return parts === undefined ? undefined : parts.length - 1;
}

/**
 * From an interrupt or a failure on, windows are neither open nor closed in order: the run stops its containers itself,
 * and a window that was cut short has not seen all it was to see.
 */
function isCutShort({ interrupted, failure }: RunEvidence): boolean {
  return interrupted !== null || failure !== null;
}

function openCycles(run: RunEvidence): CycleEvidence[] {
  const open: CycleEvidence[] = [];
  if (isCutShort(run)) return open;
  for (let nr = 0; nr < run.modules.length; nr++) {
    const cycle = run.modules[nr]?.cycles.at(-1);
    if (cycle !== undefined && cycle.openedMs !== null && cycle.closedMs === null) open.push(cycle);
  }
  return open;
}

function addModuleLine(run: RunEvidence, line: ModuleLine): void {
  const cycle = cycleOf(run, line.module, line.cycle);
  switch (line.type) {
    case "window_opened":
      cycle.openedMs = line.ms;
      for (const service of watchedServices(run.run, line.module)) {
        const seen = serviceOf(cycle, service);
        seen.inPlace = line.inPlace.includes(service);
        if (run.run?.oneShot.includes(service)) seen.completes = true;
        if (run.run?.several?.includes(service) === true) seen.several = true;
        if (line.outdated?.includes(service)) seen.outdated = true;
        if (line.unsure?.services.includes(service)) seen.outdated = line.unsure.why;
        seen.before = beforeOf(run, line.module, line.cycle, service);
      }
      break;
    case "window_closed":
      if (!isCutShort(run)) cycle.closedMs = line.ms;
      closeReadings(cycle);
      break;
    case "phase":
      cycle.phases.push({ phase: line.phase, startMs: line.startMs, durationMs: line.durationMs });
      break;
    case "start_failed": {
      const { service, why, next, output } = line;
      cycle.startFailures.push({ service, why, next, output });
      break;
    }
    case "dependency_failed":
      cycle.dependencyFailures.push({ dependency: line.dependency, why: line.why });
      break;
    case "tests_found":
      cycle.testFiles = line.files;
      cycle.testsUnavailable = line.unavailable;
      if (line.search !== undefined) cycle.testSearch = line.search;
      break;
    case "test": {
      const { type: _, at: _at, ms: _ms, cycle: _cycle, module: _module, ...test } = line;
      cycle.tests.push(test);
      break;
    }
    default:
      addServiceLine(run, cycle, line);
  }
}

/** The module's own services, and those that are watched with them. */
export function watchedServices(run: RunStarted | null, module: string): string[] {
  return [...run?.services[module] ?? [], ...run?.helpers[module] ?? []];
}

function moduleOf(run: RunEvidence, name: string): ModuleEvidence {
  // Runs for each line of a journal, so it makes no function.
  for (let nr = 0; nr < run.modules.length; nr++) {
    const module = run.modules[nr] as ModuleEvidence;
    if (module.name === name) return module;
  }
  const added: ModuleEvidence = { name, skipped: null, cycles: [] };
  run.modules.push(added);
  return added;
}

function cycleOf(run: RunEvidence, name: string, cycle: number): CycleEvidence {
  const module = moduleOf(run, name);
  const found = cycleIn(module.cycles, cycle);
  if (found !== undefined) return found;
  const part = partOf(run);
  const added: CycleEvidence = {
    cycle,
    ...(part === undefined ? {} : { part, stratum: stratumOf(run, name, part) }),
    openedMs: null,
    closedMs: null,
    startFailures: [],
    dependencyFailures: [],
    services: [],
    testFiles: null,
    testsUnavailable: null,
    tests: [],
    eventGaps: [],
    phases: [],
  };
  module.cycles.splice(module.cycles.findLastIndex((item) => item.cycle < cycle) + 1, 0, added);
  return added;
}
