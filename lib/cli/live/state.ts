/**
 * The state of the live view, made from the run's events, one after the other, and the moment of each. Pure; times are
 * milliseconds on the host's monotonic clock.
 */

import type { Phase } from "../../model/evidence.ts";
import type { Progress } from "../../model/progress.ts";
import type { Status } from "../../model/outcome.ts";

/** A module in the current cycle. */
export interface ModuleState {
  readonly name: string;
  /** If not, it is only brought up for others, and is shown while it is busy or if it is WARN or FAIL. */
  readonly tested: boolean;
  /** The current phases; the latest is last. */
  readonly phases: readonly Phase[];
  /** When its own work began, after the wait for its dependencies. */
  readonly startedMs: number | null;
  /** Whether it was tried and did not become ready. */
  readonly notReady: boolean;
  /** Of the test file that runs: how many tests have ended, and how many it has, if known; null if nothing is told of it. */
  readonly testing: { readonly done: number; readonly of: number | null } | null;
  /** Service → bytes, from the newest sample. */
  readonly memory: ReadonlyMap<string, number>;
  readonly result: Result | null;
  /** The worst result of the cycles so far; null if all went well. */
  readonly worst: Result | null;
}

export interface Result {
  readonly status: Status;
  /** The first reason's code; null if there is none. */
  readonly code: string | null;
  readonly tookMs: number | null;
}

export interface LiveState {
  /** The tested ones in the order of the plan, then the others as they came. */
  readonly modules: ReadonlyMap<string, ModuleState>;
  /** 0 before the first cycle. */
  readonly cycle: number;
  /** null: as many as begin within `forMs`. */
  readonly cycles: number | null;
  /** The time after which no cycle begins; null if only the cycles count. */
  readonly forMs: number | null;
  /** How much of it was spent before, if the run was resumed. */
  readonly spentMs: number;
  readonly startedMs: number;
  readonly cycleStartedMs: number;
  /** How long each whole cycle took. */
  readonly cyclesTookMs: readonly number[];
  /** Verdicts so far, over all cycles. */
  readonly judged: number;
  /** `ending`: the run is stopping, in order or by an interrupt, and judges no further module. */
  readonly stage: "going" | "ending" | "over";
  /** Images that are being pulled before the first cycle. */
  readonly pulling: readonly string[];
  /** Containers that are being stopped at the end. */
  readonly stopping: readonly string[];
}

/** The state after the event; null until the run has started. */
export function advance(state: LiveState | null, event: Progress, nowMs: number): LiveState | null {
  if (event.type === "started") return begin(event, nowMs);
  if (state === null) return null;
  switch (event.type) {
    case "cycle":
      return nextCycle(state, event.cycle, nowMs);
    case "skipped":
      return change(state, event.module, () => ({ result: { status: "SKIP", code: null, tookMs: null } }));
    case "phase":
      return change(state, event.module, (module) => phaseOf(module, event, nowMs));
    case "testing":
      return change(state, event.module, () => ({ testing: { done: event.done, of: event.of } }));
    case "test":
      return change(state, event.module, () => ({ testing: null }));
    case "up":
      return change(state, event.module, () => ({ notReady: event.why !== null }));
    case "memory":
      return change(state, event.module, ({ memory }) => ({
        memory: new Map([...memory, [event.service, event.bytes]]),
      }));
    case "verdict": {
      const { status, reasons } = event.verdict;
      const result: Result = { status, code: reasons[0]?.code ?? null, tookMs: event.durationMs };
      const judged = change(state, event.module, ({ worst }) => {
        return { phases: [], testing: null, memory: new Map(), result, worst: worse(worst, result) };
      });
      return event.tested ? { ...judged, judged: judged.judged + 1 } : judged;
    }
    case "pulling":
      return { ...state, pulling: event.images };
    case "stopping":
      return { ...state, stage: "ending", stopping: event.containers };
    default:
      return state;
  }
}

/** The state from a Ctrl+C on, before the run says anything about it. */
export function interrupted(state: LiveState): LiveState {
  return { ...state, stage: "ending" };
}

/** The final state, in which the view may stay: nothing is busy, and results are the worst over all cycles. */
export function over(state: LiveState): LiveState {
  const modules = [...state.modules].filter(([, { tested }]) => tested)
    .map(([name, module]) =>
      [name, {
        ...module,
        phases: [],
        testing: null,
        memory: new Map(),
        result: module.worst ?? module.result,
      }] as const
    );
  return { ...state, stage: "over", modules: new Map(modules) };
}

/** Whether the module does anything; waiting for its turn does not count. */
export function isBusy({ phases }: Pick<ModuleState, "phases">): boolean {
  return phases.some((phase) => phase !== "slot");
}

/** How many verdicts there will be over all cycles; null if the time decides that. */
export function totalOf({ cycles, modules }: LiveState): number | null {
  if (cycles === null) return null;
  const judged = [...modules.values()].filter(({ tested, result }) => tested && result?.status !== "SKIP");
  return judged.length * cycles;
}

/** How much of the time that the run was given is over. */
export function timeSpentMs({ spentMs, startedMs }: LiveState, nowMs: number): number {
  return spentMs + nowMs - startedMs;
}

/**
 * How long the run will go on, by the mean of its whole cycles; null before there is one, if the last cycle already takes
 * longer than that, and while the run is ending.
 */
export function remainingMs(state: LiveState, nowMs: number): number | null {
  const { cycle, cycles, cyclesTookMs, cycleStartedMs, forMs, stage } = state;
  if (cyclesTookMs.length === 0 || stage !== "going") return null;
  const mean = cyclesTookMs.reduce((sum, ms) => sum + ms, 0) / cyclesTookMs.length;
  const ofCycle = Math.max(0, mean - (nowMs - cycleStartedMs));
  const byCycles = cycles === null ? Infinity : cycles - cycle;
  // Cycles begin until the time is over, and the last one is finished.
  const byTime = forMs === null
    ? Infinity
    : Math.max(0, Math.ceil((forMs - timeSpentMs(state, nowMs) - ofCycle) / mean));
  const left = mean * Math.min(byCycles, byTime) + ofCycle;
  return left > 0 ? left : null;
}

function begin({ cycles, forSec, modules, spentMs }: Extract<Progress, { type: "started" }>, nowMs: number): LiveState {
  return {
    modules: new Map(modules.map((name) => [name, idle(name, true)])),
    cycle: 0,
    cycles,
    forMs: forSec === undefined ? null : forSec * 1000,
    spentMs,
    startedMs: nowMs,
    cycleStartedMs: nowMs,
    cyclesTookMs: [],
    judged: 0,
    stage: "going",
    pulling: [],
    stopping: [],
  };
}

function idle(name: string, tested: boolean): ModuleState {
  return {
    name,
    tested,
    phases: [],
    startedMs: null,
    notReady: false,
    testing: null,
    memory: new Map(),
    result: null,
    worst: null,
  };
}

function nextCycle(state: LiveState, cycle: number, nowMs: number): LiveState {
  const modules = [...state.modules.values()].filter(({ tested }) => tested)
    .map((module) => module.result?.status === "SKIP" ? module : { ...idle(module.name, true), worst: module.worst });
  const took = state.cycle === 0 ? [] : [nowMs - state.cycleStartedMs];
  return {
    ...state,
    modules: new Map(modules.map((module) => [module.name, module])),
    cycle,
    cycleStartedMs: nowMs,
    cyclesTookMs: [...state.cyclesTookMs, ...took],
  };
}

function change(state: LiveState, name: string, by: (module: ModuleState) => Partial<ModuleState>): LiveState {
  const module = state.modules.get(name) ?? idle(name, false);
  return { ...state, modules: new Map([...state.modules, [name, { ...module, ...by(module) }]]) };
}

/** The first of the worst kind; null if all went well. */
function worse(before: Result | null, now: Result): Result | null {
  if (now.status === "FAIL") return before?.status === "FAIL" ? before : now;
  return now.status === "WARN" ? before ?? now : before;
}

function phaseOf(module: ModuleState, event: { phase: Phase; done: boolean }, nowMs: number): Partial<ModuleState> {
  const others = module.phases.filter((phase) => phase !== event.phase);
  if (event.done) return { phases: others };
  const own = event.phase !== "dependencies" && event.phase !== "slot";
  return { phases: [...others, event.phase], startedMs: module.startedMs ?? (own ? nowMs : null) };
}
