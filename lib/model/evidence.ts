/**
 * What a run observes, as the lines of journal.ndjson: appended as it happens, never changed. Times: `at` is UTC with
 * offset; `ms` counts milliseconds since the run began on a monotonic clock. A figure that is not available is null,
 * with the reason beside it, and never 0.
 */

import type { Baseline } from "./baseline.ts";
import type { EngineWords } from "./engine_words.ts";
import type { FailureData } from "./failure.ts";
import type { MetricsSource, RuleLevels, Thresholds } from "./settings.ts";

/** The version of the journal and of REPORT.json. */
export const SCHEMA_VERSION = 2;

export type ContainerStatus = "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
export type HealthCheckStatus = "starting" | "healthy" | "unhealthy";

/** One look at a container, from `docker inspect`. */
export interface ContainerState {
  id: string;
  name: string;
  service: string;
  image: string;
  status: ContainerStatus;
  /** Process id of PID 1 in the engine's process table; null if it is not running. */
  pid: number | null;
  exitCode: number | null;
  oomKilled: boolean;
  restartCount: number;
  /** When the engine began to create it; null or missing if the engine does not say. */
  createdAt?: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** Docker's own health check; null if the service has none. */
  health: HealthCheckStatus | null;
  /** Output of the last look of the container's own health check; null if there is none. */
  healthOutput: string | null;
  /**
   * How many of the health check's runs that Docker keeps passed, and how many failed; missing if there is no check.
   */
  checks?: { passed: number; failed: number };
  /** The time that the container's own health check allows for starting; missing if it allows none. */
  startPeriodMs?: number;
  /** Memory limit in bytes; null if none is set. */
  memLimitBytes: number | null;
  /** Seconds between SIGTERM and SIGKILL at a stop. */
  stopGraceSec: number;
  /** Number of the signal that asks it to stop; missing if that is SIGTERM. */
  stopSignal?: number;
  /** The engine's error text when it could not start the container; null if there is none. */
  error: string | null;
}

/**
 * How a page is requested: at the port that the service publishes, at its container's own address, at its port on this
 * host if it shares the host's network, through `docker exec` in the container, at the port of a process on this host, or at the
 * address that the user gave, whoever answers there.
 */
export const WAYS = ["published", "container address", "host network", "exec", "process", "declared URL"] as const;
export type Way = (typeof WAYS)[number];

/** What is watched of a check once it has passed: answers and how long they take, answers alone, or the engine's events. */
export const WATCHED = ["latency", "answers", "events"] as const;
export type Watched = (typeof WATCHED)[number];

/** What says how a service is checked, and where. */
export type CheckSource =
  | "config file"
  | "health check"
  | "published port"
  | "exposed port"
  | "module map"
  | "service's port";

/** An event of a container, as the engine reported it. */
export interface EngineEvent {
  /** The engine's own clock, UTC. */
  time: string;
  /**
   * `create`, `start`, `die`, `oom`, `kill`, `stop` and `destroy`; `healthy` and `unhealthy`, which its health check turned; all
   * else as the engine calls it.
   */
  action: string;
  containerId: string;
  container: string;
  service: string;
  exitCode: number | null;
  /** Number of the signal, for `kill`. */
  signal: number | null;
}

/** What the kernel counts as pressure (PSI), each in the order in which lines have it. */
export const WAITS = ["cpuSomeUsec", "cpuFullUsec", "memSomeUsec", "memFullUsec", "ioSomeUsec", "ioFullUsec"] as const;

/**
 * For how long since the container started some of its processes, or all that had something to do, waited for CPU, memory or
 * IO, in microseconds. Missing if the kernel does not count it, or if it was not read at that moment.
 */
export type Pressure = { [Wait in (typeof WAITS)[number]]?: number };

/** Memory and CPU of a container at one moment, and at some moments its pressure. */
export interface Sample extends Pressure {
  containerId: string;
  /** Where it was read, in the engine's words: `cgroup v2`, `docker stats`, `/proc`. */
  source: string;
  /** Usage without the inactive page cache, as `docker stats` shows it; of processes the sum of their resident sets. */
  memBytes: number;
  /** The kernel's own highest usage since the container started, page cache included; null if there is none. */
  memPeakKernelBytes: number | null;
  /** Inactive page cache at this moment; null if unknown. */
  memCacheBytes: number | null;
  /** CPU time used since the container started, in microseconds; null if only a share is known. */
  cpuUsec: number | null;
  /** Share of one core, in percent, if the source gives that instead of a counter. */
  cpuPct: number | null;
  /** Processes of the container killed for memory, by the kernel's counter; null if there is none. */
  oomKills: number | null;
}

/** Where a kill for memory leaves a trace: all but the container's own counter stay when the container is gone. */
export const KILL_TRACES = ["kernel log", "kernel counter", "parent cgroup"] as const;
export type KillTrace = (typeof KILL_TRACES)[number];

/** One or several processes of a container that the kernel killed for memory, by a trace beside the samples. */
export interface MemoryKill {
  by: KillTrace;
  containerId: string;
  service: string;
  /** Id and name of the process, in the engine's process table; null if the trace does not say. */
  pid: number | null;
  task: string | null;
  /** What was seen, for people. */
  trace: string;
}

/** Outcome of one attempt at a check. */
export interface ProbeOutcome {
  ok: boolean;
  /** Time until the answer's status line and body were read, or the attempt was given up; without `lateMs`. */
  latencyMs: number;
  /** How much of the wait this program itself could not run; missing if it always could. */
  lateMs?: number;
  /** How much of the latency went by because more processes wanted a core than the host has; missing if none. */
  starvedMs?: number;
  /** HTTP status; null if no answer came. */
  status: number | null;
  /** Why it counts as failed; null if it does not. */
  error: string | null;
}

export interface TestCounts {
  passed: number;
  failed: number;
  errors: number;
  skipped: number;
}

/**
 * What became of the single tests of a file in one run of it, by their places in a list of names: those that are in neither list
 * passed.
 */
export interface TestCases {
  /** Which list, of a `test_list` line that came before. */
  list: string;
  /** Failed, or had an error. */
  failed: number[];
  skipped: number[];
}

/** One test file, or what stands for one, run once. */
export interface TestRun {
  /** Who ran it, as sentences name it: `pytest`, `the command`. */
  runner: string;
  file: string;
  /** Its exit code; null if a signal ended it, or it was not run. */
  returnCode: number | null;
  signal: string | null;
  timedOut: boolean;
  /** Why it was found but could not be run; missing if it could. */
  notRun?: string;
  /** Why it is not known how it ended, though it was run; missing if that is known. */
  endUnknown?: string;
  /** The project's own settings that keep it from being run; missing if there are none. */
  leftOut?: string;
  /** The runner says that there is no test in it; missing if it does not say so. */
  isEmpty?: true;
  /** What the runner means by its exit code, beyond that a test failed; missing if it is nothing more. */
  meaning?: string;
  /** A package without which it could not be imported; missing if there is none. */
  lacks?: string;
  /** Why not everything in it ran to its end, whatever the exit code; missing if all did, or if that is not known. */
  unfinished?: string;
  /** Why an exit code of 0 does not prove that its tests ran, and what to do; missing if it does, or if it is another code. */
  unproven?: string;
  /** Ids of processes that it left and that could not be ended; missing if there are none. */
  survivors?: string;
  /** Name of the container that was made for it and could not be removed; missing if there is none. */
  containerLeft?: string;
  /** It could not be seen whether it left processes; missing if it could. */
  strayUnseen?: true;
  durationMs: number;
  limitMs: number;
  /** How much of the time did not count against the limit, since the host was busy; missing if all did. */
  starvedMs?: number;
  /** null if the runner left no readable count. */
  counts: TestCounts | null;
  /** Missing if its single tests are not known, as after a kill, or of a command that writes no XML. */
  cases?: TestCases;
  /** The first failing test and its message; null if none is known. */
  firstFailure: string | null;
  /** Why the first of the skipped tests was skipped; missing if none was, or if it is not known. */
  skipReason?: string;
  /** Path of the output below the audit dir. */
  output: string;
  /** The command that runs it again by hand, from the project dir; missing if there is none. */
  again?: string[];
  /** Its place among the files that ran in the same process, from 1; missing if it had a process of its own. */
  place?: number;
  /** How long it took, in a process that files share, until its tests were collected; missing if that is not known. */
  collectMs?: number;
  /** Why it had to have a process of its own, though files share one; missing if it had not. */
  apart?: string;
  /** Why the files after it began in another process; missing if they did not. */
  anew?: string;
}

/** A search for test files that found none. */
export interface TestSearch {
  patterns: readonly string[];
  dir: string;
  /** Files of any name below the folder; null if there is no such folder. */
  files: number | null;
  /** The file that comes nearest to a pattern and belongs to no module; null if none does. */
  nearest: string | null;
  /** Files that match a pattern but belong to another module, by a longer pattern; missing if there are none. */
  taken?: readonly { file: string; module: string }[];
}

/** A health check that the engine should have run by then, and had not. */
export interface Overdue {
  /** How long the container had been up. */
  upMs: number;
  intervalMs: number;
}

/** How a service went down. */
export interface StopOutcome {
  service: string;
  containerId: string;
  container: string;
  durationMs: number;
  /** Whether it had to be killed after its grace period. */
  killed: boolean;
  /**
   * It was not ready and had no handler for its stop signal when it was asked to stop; missing if it could hear that.
   */
  unheard?: true;
  /** It had ended after its window, before it was asked to; missing if nothing said so. */
  endedBefore?: true;
  graceSec: number;
  /** Number of its stop signal; missing if that is SIGTERM. */
  signal?: number;
  /** How much of the time went by because more processes wanted a core than the host has; missing if none. */
  starvedMs?: number;
  exitCode: number | null;
  /** Whether a later look found the container gone (or, if it existed before the run, not running). */
  verified: boolean;
  error: string | null;
}

/**
 * What a module spends its time on in a cycle. `slot` (until it is its turn, or there is memory for it) and
 * `dependencies` are waiting, `look` is the harness's own; `probes` and `tests` run side by side.
 */
export const PHASES = ["slot", "dependencies", "start", "ready", "probes", "tests", "soak", "look", "stop"] as const;
export type Phase = (typeof PHASES)[number];

export interface EngineInfo {
  name: string;
  /** Name → version, such as `docker` → `20.10.24`. */
  versions: Record<string, string>;
  cgroup: string | null;
  words: EngineWords;
}

export interface HostInfo {
  hostname: string;
  os: string;
  arch: string;
  pid: number;
  /**
   * When the run's process started, in the kernel's ticks since the boot, and which boot that is; if the system says
   * so.
   */
  start?: number;
  boot?: string;
}

/** What a demonstration planted: `module` should get the verdict, the service of `culprit` misbehaved. */
export interface Demonstration {
  faults: readonly { name: string; module: string; culprit: string }[];
}

export interface RunStarted {
  type: "run_started";
  schemaVersion: number;
  tool: { name: string; version: string };
  mode: string;
  /** null: as many as begin within `forSec`. */
  cycles: number | null;
  /** No cycle begins after this time; missing if only the cycles count. */
  forSec?: number;
  /** How many modules could be at work at once. */
  jobs: number;
  /** Modules to be tested, in the order of the plan. */
  selected: string[];
  /** Modules that the mode keeps up around all others. */
  core: string[];
  /** The core's modules without which nothing can be tested, and which --keep-core leaves up. */
  foundation: string[];
  /** The core's modules that stay up from the first cycle to the last one. */
  kept: string[];
  /** Every module of the plan → its services. */
  services: Record<string, string[]>;
  /** Every module of the plan → services of no module that the engine starts for it, watched and judged with it. */
  helpers: Record<string, string[]>;
  /** Every module of the plan → the modules of the plan that it depends on directly. */
  dependsOn: Record<string, string[]>;
  /** Services that may end with 0 by design: others wait for their completion, or a check of kind `completed` does. */
  oneShot: string[];
  /** Services of which the project wants several containers; missing if there are none. */
  several?: string[];
  /** The module map is the project's own, and not the built-in one. */
  ownMap?: true;
  project: { name: string; dir: string; composeFiles: string[] };
  /** Identifies the project among all engines: another one may have a project of the same name. */
  identity?: string;
  engine: EngineInfo;
  host: HostInfo;
  timeoutSec: number;
  soakSec: number;
  keepCore: boolean;
  strict: boolean;
  metricsSource: MetricsSource;
  thresholds: Thresholds;
  rules: RuleLevels;
  /** The earlier run that it is compared with, if one was given: whole, so that the verdict needs nothing else. */
  baseline?: Baseline;
  /** Only in a demonstration, which brings its own services. */
  demo?: Demonstration;
}

/** What the user requested, so that the run can be resumed after it was cut short, if none of this has changed. */
export interface RunRequest {
  /** Where the command was given, and its arguments. */
  cwd: string;
  args: string[];
  /** Name of an option → its value as JSON. */
  options: Record<string, string>;
  /** Module → digest of its entry in the map. */
  modules: Record<string, string>;
  /** Service → digest of what the project declares for it. */
  services: Record<string, string>;
  /** Path of a test file, or of what pytest reads with it, below the tests dir → digest of its text. */
  tests: Record<string, string>;
}

/** Which module in which cycle a line is about. */
interface Where {
  cycle: number;
  module: string;
}

export type JournalEntry =
  | RunStarted
  | { type: "notice"; text: string }
  | { type: "module_skipped"; module: string; why: string }
  | { type: "cycle_started"; cycle: number }
  /** The time that the run was to take is over: this cycle is its last one. Written before the core is taken down. */
  | { type: "last_cycle"; cycle: number }
  /** `waitPct`: how much of its time on a core this program had to wait for one; null if the host does not say. */
  | { type: "cycle_finished"; cycle: number; waitPct: number | null }
  /**
   * Written before anything is created: the number of the start, its services, which of the project's containers were
   * there before, and which of those were up.
   */
  /** `from`: on the engine's clock. */
  | { type: "starting"; nr: number; from: string; services: string[]; existing: string[]; up: string[] }
  /** Whoever asked the engine for that start is gone, at `to` by the engine's clock; it may still be creating containers. */
  | { type: "start_ended"; nr: number; to: string }
  /** All containers of that start are known. */
  | { type: "start_claimed"; nr: number }
  /** `created`: by this run, which removes it at the end. `started`: existed, stopped; is stopped again. */
  | { type: "owned"; containerId: string; container: string; service: string; how: "created" | "started" }
  | { type: "released"; containerId: string }
  /** Ids of the project's networks before the run: later ones are the run's. */
  | { type: "networks_before"; ids: string[] }
  | ({ type: "request" } & RunRequest)
  /**
   * The run is resumed after it was cut short. `after`: what had cut it short; `awayMs`: for how long, by the wall
   * clock, null if that was set back meanwhile. `ms` of later lines continues from the line before.
   */
  | { type: "resumed"; after: string; awayMs: number | null; host: HostInfo; engine: EngineInfo }
  /**
   * `outdated`: services in place that differ from what the project declares now; `unsure`: those for which that could
   * not be determined, and why.
   */
  | (Where & {
    type: "window_opened";
    inPlace: string[];
    outdated?: string[];
    unsure?: { services: string[]; why: string };
  })
  | (Where & { type: "window_closed" })
  | (Where & { type: "phase"; phase: Phase; startMs: number; durationMs: number })
  | (Where & { type: "start_failed"; service: string | null; why: string; next: string; output: string | null })
  | (Where & { type: "dependency_failed"; dependency: string; why: string })
  /**
   * `page` counts the checks of a service from 0, in the order in which they are declared; missing for the first. `what`: what is
   * asked, as sentences name it; null if it cannot be asked, for the reason `why`.
   */
  | (Where & {
    type: "endpoint";
    service: string;
    page?: number;
    kind: string;
    watched: Watched;
    what: string | null;
    url: string | null;
    way: Way | null;
    source: CheckSource | null;
    why: string | null;
  })
  | (Where & { type: "ready"; service: string; page?: number; afterMs: number; attempts: number; starvedMs?: number })
  | (Where & {
    type: "not_ready";
    service: string;
    page?: number;
    afterMs: number;
    attempts: number;
    last: string;
    limit: "timeout" | "exited";
    /** The part of the limit that the container's own health check asks for, as its start_period. */
    startPeriodMs?: number;
    /** How much of the wait did not count against the limit, since the host was busy. */
    starvedMs?: number;
  })
  /** The container's own health check, which had not passed by then, run once by this program; `why`: why it failed, or null. */
  | (Where & { type: "check_run"; service: string; why: string | null; overdue?: Overdue })
  | (Where & { type: "probe"; service: string; page?: number } & ProbeOutcome)
  | (Where & { type: "look"; when: "first" | "last"; state: ContainerState })
  | (Where & { type: "container_missing"; service: string; when: "first" | "last" })
  | (Where & { type: "sample"; service: string } & Sample)
  | (Where & { type: "sample_missing"; service: string; why: string })
  | ({ type: "event" } & EngineEvent)
  | { type: "gap"; why: string }
  | ({ type: "memory_kill" } & MemoryKill)
  /** Of a container that has ended: why a kill for memory may have left no trace that this program could see. */
  | (Where & { type: "kill_unseen"; service: string; containerId: string; why: string })
  /** `search`: where and by which patterns they were searched for, if there are none. */
  | (Where & { type: "tests_found"; files: string[]; unavailable: string | null; search?: TestSearch })
  /** Names of the single tests of a file: written once for all its runs that had the same ones. */
  | { type: "test_list"; list: string; names: string[] }
  | (Where & { type: "test" } & TestRun)
  | (Where & { type: "stop" } & StopOutcome)
  | (Where & { type: "log_saved"; service: string; container: string; path: string; tail: string[] })
  | { type: "interrupted"; by: string }
  /** What the run started and could not remove, with the command to do it. */
  | { type: "left_behind"; text: string }
  | { type: "run_failed"; failure: FailureData }
  | { type: "run_finished" };

/** A line of journal.ndjson. */
export type JournalLine = JournalEntry & { at: string; ms: number };

/** Whether it runs, or will do so by itself. */
export function isUp({ status }: Pick<ContainerState, "status">): boolean {
  return status === "running" || status === "restarting" || status === "paused";
}

/** Whether its health check is passed now, and was run often enough to have failed for a time: then events have told of it. */
export function canHaveTurned({ checks, health }: Pick<ContainerState, "checks" | "health">): boolean {
  return health === "healthy" && checks !== undefined && checks.passed + checks.failed > 1;
}

/** Whether it has ended with 0, as a job is to. */
export function hasCompleted({ exitCode, status }: Pick<ContainerState, "exitCode" | "status">): boolean {
  return status === "exited" && exitCode === 0;
}
