/**
 * The run record: everything one run found out, folded from its journal, and the verdicts computed from it. Every report
 * is rendered from a `JudgedRun`, and from nothing else.
 */

import type {
  CheckSource,
  ContainerState,
  EngineEvent,
  EngineInfo,
  HostInfo,
  Phase,
  ProbeOutcome,
  RunRequest,
  RunStarted,
  Sample,
  StopOutcome,
  TestRun,
  TestSearch,
  Watched,
  Way,
} from "./evidence.ts";
import type { FailureData } from "./failure.ts";
import type { Status } from "./outcome.ts";
import type { Timed } from "./rows.ts";
import type { ReasonCode } from "./settings.ts";

/** What was seen of one check of a service, such as a page. */
export interface PageEvidence {
  /** Kind of check; null where nothing was found out about it. */
  kind: string | null;
  watched: Watched;
  /** What is asked, in words; null if nothing can be. */
  what: string | null;
  url: string | null;
  /** How it is asked; null where it is not. */
  way: Way | null;
  /** What said where it is; null where nothing did. */
  source: CheckSource | null;
  /** Why there is no URL; null where there is one or none is declared. */
  noUrlWhy: string | null;
  ready: { afterMs: number; attempts: number } | null;
  notReady: NotReady | null;
  /** Requests after ready, in order. */
  probes: Timed<TimedProbe>;
}

/** What was seen of one service of a module during one cycle's window; the page is the first that is declared for it. */
export interface ServiceEvidence extends PageEvidence {
  service: string;
  /** The others, in their order: each is judged on its own. */
  morePages: PageEvidence[];
  /** Whether the container was running before the run and was tested in place. */
  inPlace: boolean;
  /** Whether it is not what the project says now; the reason why that could not be told. Nothing: it is. */
  outdated?: true | string;
  firstLook: ContainerState | null;
  lastLook: ContainerState | null;
  /** Looked for and not found, at the first or the last look. */
  missingAt: ("first" | "last")[];
  /** What was last seen of it in the cycle before, if it stays up over the cycles; null otherwise. */
  before: { look: ContainerState | null; sample: TimedSample | null } | null;
  /** Engine events of the service within the window; of what stays up, also of the time since the cycle before. */
  events: TimedEvent[];
  /** How many of the events came before ready. */
  eventsBeforeReady: number;
  samples: Timed<TimedSample>;
  /** Reasons why samples could not be had, each once. */
  samplesMissing: string[];
  /** The container's own health check, run once by this program at the window's end; not there where that was not due. */
  checkRun?: { why: string | null };
  stop: StopOutcome | null;
  /** Whether it was to be stopped and nothing says how it went. */
  stopUnseen: boolean;
  log: { path: string; tail: string[] } | null;
}

export type TimedSample = Sample & { ms: number };

/** `ms`: when it was written down. */
export type TimedEvent = EngineEvent & { ms: number };

/** `ms`: when its answer was written down. */
export type TimedProbe = ProbeOutcome & { ms: number };

export interface NotReady {
  afterMs: number;
  attempts: number;
  /** The last answer seen, in words. */
  last: string;
  /** What ended the wait. */
  limit: "timeout" | "exited";
  startPeriodMs?: number;
  starvedMs?: number;
}

export interface StartFailure {
  service: string | null;
  why: string;
  next: string;
  /** Path of the engine's output below the audit dir; null where there is none. */
  output: string | null;
}

export interface PhaseSpan {
  phase: Phase;
  startMs: number;
  durationMs: number;
}

/** One module in one cycle. */
export interface CycleEvidence {
  cycle: number;
  /** Which part of the run it was seen in, from 0; not there of the first. */
  part?: number;
  /** The first part of which memory can be compared with that of this cycle; not there if that is the first of all. */
  stratum?: number;
  openedMs: number | null;
  closedMs: number | null;
  startFailures: StartFailure[];
  dependencyFailures: { dependency: string; why: string }[];
  services: ServiceEvidence[];
  /** null where test files were not looked for. */
  testFiles: string[] | null;
  /** How it was looked for them, if there are none. */
  testSearch?: TestSearch;
  /** Why pytest could not run at all; null where it could. */
  testsUnavailable: string | null;
  tests: TestRun[];
  /** Holes in the engine's event stream while the window was open, a sentence each. */
  eventGaps: string[];
  phases: PhaseSpan[];
}

export interface ModuleEvidence {
  name: string;
  skipped: string | null;
  cycles: CycleEvidence[];
  /** Cycles that were cut short before the run was resumed, and begun anew then; not there if none was. */
  cutShort?: CycleEvidence[];
}

/** What was done at one go: of a run that was resumed, there are several. */
export interface RunPart {
  startedAt: string | null;
  startMs: number;
  host: HostInfo;
  engine: EngineInfo;
  /** What had cut the part before short; null of the first. */
  after: string | null;
  /** Between the end of the part before and this one, by the clock on the wall; null of the first, and if that was set back. */
  awayMs: number | null;
}

/** What a journal says, in order and typed, without judgement. */
export interface RunEvidence {
  run: RunStarted | null;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number;
  notices: string[];
  interrupted: string | null;
  failure: FailureData | null;
  /** What the run started and could not remove, a sentence each. */
  leftBehind: string[];
  /** Whether the run came to its end, whatever the result. */
  finished: boolean;
  modules: ModuleEvidence[];
  /** What it was asked for; not there in journals of old, and of a demonstration. */
  request?: RunRequest;
  /** Not there of a run that was never resumed. */
  parts?: RunPart[];
  /** The last cycle that came to its end; not there before the first one has. */
  cyclesFinished?: number;
  /** Of each cycle that came to its end: how busy the host was, as the share of its time that this program waited for a core. */
  waitPcts?: number[];
}

export interface Reason {
  code: ReasonCode;
  level: "warn" | "fail";
  /** A sentence with the figures seen. */
  text: string;
  service: string | null;
}

export interface CycleVerdict {
  cycle: number;
  status: Status;
  reasons: Reason[];
}

export interface ModuleVerdict {
  name: string;
  status: Status;
  /** Why a SKIP is one; null otherwise. */
  skipped: string | null;
  /** All cycles' reasons, and those that only several cycles together give. */
  reasons: Reason[];
  cycles: CycleVerdict[];
  /** Of those that were cut short before the run was resumed; not there if none was. */
  cutShort?: CycleVerdict[];
}

/** Why a module that is not tested was brought up: the mode has it around all others, or others need it. */
export type Role = "core" | "dependency";

/** Judged by what was seen of its services; no tests, and no figures that take time, are asked of it. */
export interface AlsoRunVerdict extends ModuleVerdict {
  role: Role;
}

/** All pages of a service, the first one first. */
export function pagesOf(seen: ServiceEvidence): PageEvidence[] {
  return [seen, ...seen.morePages];
}

export interface JudgedRun {
  evidence: RunEvidence;
  /** The selected ones, in the order of the plan. */
  modules: ModuleVerdict[];
  /** What was only brought up for them, in the order of the plan: it counts for the exit code as they do. */
  alsoRun: AlsoRunVerdict[];
  /** Of the selected ones alone. */
  summary: { total: number; passed: number; warned: number; failed: number; skipped: number };
}
