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
  MemoryKill,
  Overdue,
  Phase,
  Pressure,
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
  /** How it is requested; null if it is not. */
  way: Way | null;
  /** The source of its port and path; null if there is none. */
  source: CheckSource | null;
  /** Why there is no URL; null if there is one, or none is declared. */
  noUrlWhy: string | null;
  ready: { afterMs: number; attempts: number } | null;
  notReady: NotReady | null;
  /** Requests after ready, in order. */
  probes: Timed<TimedProbe>;
}

/** What was seen of one service of a module during one cycle's window; the page is the first that is declared for it. */
export interface ServiceEvidence extends PageEvidence {
  service: string;
  /** The other pages, in their order: each is judged on its own. */
  morePages: PageEvidence[];
  /** Whether the container was running before the run and was tested in place. */
  inPlace: boolean;
  /** It is one that others wait for to complete: the engine runs it again for each of them. Missing: it is not. */
  completes?: true;
  /** The project wants several containers of it, of which the first one that is up is looked at. Missing: it wants one. */
  several?: true;
  /**
   * true: it differs from what the project declares now. A text: why that could not be determined. Missing: it does not
   * differ.
   */
  outdated?: true | string;
  firstLook: ContainerState | null;
  lastLook: ContainerState | null;
  /** The looks, first or last, that did not find it. */
  missingAt: ("first" | "last")[];
  /** What was last seen of it in the cycle before, if it stays up over the cycles; null otherwise. */
  before: { look: ContainerState | null; sample: TimedSample | null } | null;
  /**
   * Engine events of the service within the window; if it stays up over the cycles, also of the time since the cycle
   * before.
   */
  events: TimedEvent[];
  /** Kills for memory in its containers, by traces outside of them; missing if there are none. */
  kills?: TimedKill[];
  /** Why a kill for memory of a container that ended may have been missed; missing if it would have been seen. */
  killUnseen?: string;
  /** How many of the events came before ready. */
  eventsBeforeReady: number;
  samples: Timed<TimedSample>;
  /** The samples with which pressure was read. */
  pressures: Timed<TimedPressure>;
  /** Reasons why samples could not be taken, each once. */
  samplesMissing: string[];
  /** The container's own health check, run once by this program at the window's end; missing if that was not due. */
  checkRun?: { why: string | null; overdue?: Overdue };
  stop: StopOutcome | null;
  /** Whether it was to be stopped and no line says how that went. */
  stopUnseen: boolean;
  log: { path: string; tail: string[] } | null;
}

/** Without what the moment says of pressure. */
export type TimedSample = Omit<Sample, keyof Pressure> & { ms: number };

export type TimedPressure = Pick<Sample, "containerId" | keyof Pressure> & { ms: number };

/** `ms`: when it was written down. */
export type TimedEvent = EngineEvent & { ms: number };

/** `ms`: when it was seen. */
export type TimedKill = MemoryKill & { ms: number };

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
  /** Path of the engine's output below the audit dir; null if there is none. */
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
  /** Which part of the run it was seen in, from 0; missing in the first. */
  part?: number;
  /** The first part whose memory can be compared with that of this cycle; missing in the first part. */
  stratum?: number;
  openedMs: number | null;
  closedMs: number | null;
  startFailures: StartFailure[];
  dependencyFailures: { dependency: string; why: string }[];
  services: ServiceEvidence[];
  /** null if test files were not searched for. */
  testFiles: string[] | null;
  /** How they were searched for, if there are none. */
  testSearch?: TestSearch;
  /** Why tests could not be run; null if all could. */
  testsUnavailable: string | null;
  tests: TestRun[];
  /** Gaps in the engine's event stream while the window was open, a sentence each. */
  eventGaps: string[];
  phases: PhaseSpan[];
}

export interface ModuleEvidence {
  name: string;
  skipped: string | null;
  cycles: CycleEvidence[];
  /** Cycles that were cut short before the run was resumed, and begun anew then; missing if none was. */
  cutShort?: CycleEvidence[];
}

/** What was done in one go; a resumed run has several parts. */
export interface RunPart {
  startedAt: string | null;
  startMs: number;
  host: HostInfo;
  engine: EngineInfo;
  /** What cut the part before short; null for the first. */
  after: string | null;
  /**
   * Time between the end of the part before and this one, by the wall clock; null for the first, and if that clock was
   * set back.
   */
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
  /** Whether the run finished, whatever the result. */
  finished: boolean;
  modules: ModuleEvidence[];
  /** What the user requested; missing in demonstrations. */
  request?: RunRequest;
  /** Missing if the run was never resumed. */
  parts?: RunPart[];
  /** Names of the single tests of a file, by the list's name; missing if there are none. */
  testLists?: Map<string, readonly string[]>;
  /** The last cycle that finished; missing before the first one has. */
  cyclesFinished?: number;
  /** The time that the run was to take was over before its cycles; `run.cycles` is then what took place. */
  timeOver?: true;
  /** How busy the host was in each finished cycle: the share of its time in which this program waited for a core. */
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
  /** Why it is a SKIP, or was not seen to its end; null otherwise. */
  skipped: string | null;
  /** All cycles' reasons, and those that only several cycles together give. */
  reasons: Reason[];
  cycles: CycleVerdict[];
  /** The verdicts of cycles that were cut short before the run was resumed; missing if none was. */
  cutShort?: CycleVerdict[];
}

/** Why a module that is not tested was brought up: the mode keeps it up around all others, or others need it. */
export type Role = "core" | "dependency";

/** Judged by what was seen of its services; it needs no tests, and no figures that take time. */
export interface AlsoRunVerdict extends ModuleVerdict {
  role: Role;
}

/** All pages of a service, the first one first. */
export function pagesOf(seen: ServiceEvidence): PageEvidence[] {
  return [seen, ...seen.morePages];
}

export interface JudgedRun {
  evidence: RunEvidence;
  /** The selected modules, in the order of the plan. */
  modules: ModuleVerdict[];
  /** Modules that were only brought up for them, in the order of the plan; they count for the exit code too. */
  alsoRun: AlsoRunVerdict[];
  /** Counts of the selected modules alone. */
  summary: { total: number; passed: number; warned: number; failed: number; skipped: number };
}
