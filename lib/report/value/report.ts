/**
 * The shape of REPORT.json. Readers rely on `timestamp`, `mode`, `cycles`, `modules_tested`, `summary`, `modules` and, per
 * module, `name`, `status`, `metrics`, `test_results` and `errors`; anything may be added, none of these renamed. A figure that
 * was not seen is null, never 0; the unit is the last word of a key.
 */

import type { FigureName } from "../../model/baseline.ts";
import type { CheckSource, ContainerStatus, Phase, TestCounts, Way } from "../../model/evidence.ts";
import type { TestOutcome } from "../../model/outcome.ts";
import type { ExitName } from "../../model/failure.ts";
import type { Role, StartFailure } from "../../model/record.ts";
import type { Status } from "../../model/outcome.ts";
import type { MetricsSource, ReasonCode, RuleLevels, Thresholds } from "../../model/settings.ts";
import type { Ending } from "../../judge/run_outcome.ts";
import type { ReportComparison } from "./comparison.ts";
import type { ReportTiming } from "./timing.ts";

export interface Report {
  schema_version: number;
  tool: { name: string; version: string } | null;
  /** Start of the run, UTC, without offset, with six digits of the second: `2025-12-22T21:50:59.435007`. */
  timestamp: string | null;
  /** UTC, with `Z`, as the two below. */
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number;
  mode: string | null;
  /** As requested; the `cycle_results` of the modules say how many took place. */
  cycles: number | null;
  /** The result of the whole run: what REPORT.html shows at its top, and the exit code of the run. */
  verdict: ReportVerdict;
  /** What interrupted the run; null if nothing did. */
  interrupted: string | null;
  /** What the run started and could not remove, a sentence each. */
  left_behind: string[];
  failure: ReportFailure | null;
  /** Whether the run finished, whatever the result. */
  finished: boolean;
  notices: string[];
  project: { name: string; dir: string; compose_files: string[] } | null;
  engine: { name: string; versions: Record<string, string>; cgroup: string | null } | null;
  host: { hostname: string; os: string; arch: string } | null;
  settings: ReportSettings | null;
  thresholds: Thresholds | null;
  rules: RuleLevels | null;
  /** By status: `failed` counts only modules with FAIL, not those with WARN or SKIP. */
  summary: { total_modules: number; passed: number; failed: number; warned: number; skipped: number };
  /** Names of the selected modules, in the order of the plan, skipped ones included. */
  modules_tested: string[];
  /** The same by name, in the same order. A map, since an object would put a module called "7" first. */
  modules: ReadonlyMap<string, ReportModule>;
  /** Modules only brought up for these, by name, in the order of the plan: judged in the same way, and not counted above. */
  also_run: ReadonlyMap<string, ReportModule>;
  timing: ReportTiming;
  /** For each cycle that finished: the share of its time in which this program waited for a core of a busy host. */
  cpu_wait_pct: number[];
  /** With an earlier run; null if none was given. */
  comparison: ReportComparison | null;
  /** The parts of the run, each done at one go, in order; only if the run was resumed. */
  parts?: ReportPart[];
}

export interface ReportPart {
  started_at: string | null;
  /** What had cut the part before short; null for the first. */
  after: string | null;
  /** Time since the end of the part before; null for the first, and if the clock was set back in between. */
  away_ms: number | null;
  host: { hostname: string; boot: string | null };
  engine: { name: string; versions: Record<string, string>; cgroup: string | null };
  /** Medians over the cycles of this part that were seen to their end. */
  services: ({ module: string; service: string; cycles: number } & Record<FigureName, number | null>)[];
}

export interface ReportFailure {
  exit: ExitName;
  exit_code: number;
  what: string;
  next: string;
  detail: string | null;
}

export interface ReportVerdict {
  status: Status;
  exit_code: number;
  /** A sentence without its final period. */
  text: string;
  /** Why the run is incomplete, and what it left behind. */
  endings: Ending[];
}

export interface ReportSettings {
  timeout_sec: number;
  soak_sec: number;
  keep_core: boolean;
  strict: boolean;
  metrics_source: MetricsSource;
}

export interface ReportModule {
  name: string;
  /** Why it was brought up without being tested; absent if it was tested. */
  role?: Role;
  status: Status;
  /** Why it was skipped or not tested to the end; else null. */
  skipped: string | null;
  /** Why it is not PASS, each sentence once: what makes it FAIL, then what makes it WARN. Empty for a PASS. */
  errors: string[];
  /** Those of `errors` that only make it WARN. */
  warnings: string[];
  reasons: ReportReason[];
  /** By container, or by service if no container of it was ever seen. Over all cycles. */
  metrics: Record<string, ReportContainer>;
  /** Memory over cycles and soaks, by service. */
  leaks: Record<string, ReportLeak>;
  /** By file; the worst outcome of all cycles. */
  test_results: Record<string, ReportTest>;
  durations: ReportDurations;
  cycle_results: ReportCycle[];
  /** Cycles that were cut short, and begun anew when the run was resumed; absent if there are none. */
  cut_short?: ReportCycle[];
}

/** Settled memory is compared at the same point of each cycle; `soak` figures use the samples within a soak. */
export interface ReportLeak {
  /** Cycles that have a settled memory. */
  cycles_compared: number;
  settled_first_mib: number | null;
  settled_last_mib: number | null;
  /** The largest growth from one of them to the next; below 0 if memory only fell. */
  settled_step_max_mib: number | null;
  /** Slope over the cycles (Theil–Sen). */
  settled_rise_mib_per_cycle: number | null;
  /** The smallest leak that this run could have seen, by its noise, its cycles and the thresholds. */
  leak_detectable_mib_per_cycle: number | null;
  soak_samples: number;
  /** Slope over the soak; the steepest if there are several soaks. */
  soak_rise_mib_per_min: number | null;
  leak_detectable_mib_per_min: number | null;
  /** Why no leak could have been seen, and what to do; null if one could. */
  leak_undetectable_why: string | null;
}

export interface ReportReason {
  code: ReasonCode;
  level: "warn" | "fail";
  text: string;
  service: string | null;
}

/** Sums over the cycles: of the time from first to last moment of each, and of each phase; phases may overlap. */
export interface ReportDurations {
  total_ms: number | null;
  phases_ms: Partial<Record<Phase, number>>;
}

export interface ReportCycle {
  cycle: number;
  status: Status;
  reasons: ReportReason[];
  duration_ms: number | null;
  /** When the window opened and closed, in milliseconds since the run began. */
  window: { opened_ms: number | null; closed_ms: number | null };
  /** Gaps in the engine's event stream in that time, a sentence each. */
  event_gaps: string[];
  phases: { phase: Phase; start_ms: number; duration_ms: number }[];
  metrics: Record<string, ReportContainer>;
  test_results: Record<string, ReportTest>;
  /** Why tests could not be run; null if all could, or were not meant to. */
  tests_unavailable: string | null;
  start_failures: StartFailure[];
  dependency_failures: { dependency: string; why: string }[];
}

export interface ReportContainer {
  service: string;
  /** `helper`: a service of no module that the engine started for this one; absent for the module's own. */
  role?: "helper";
  url: string | null;
  /** How the page was requested, and what said where it is; null if it was not requested. */
  way: Way | null;
  page_source: CheckSource | null;
  /** Why there is no URL to probe; null if there is one, or if none is declared. */
  no_url_why: string | null;
  /** Whether it was running already and was tested as it was. */
  in_place: boolean;
  stats: ReportStats;
  /** Latencies of the probes answered with 2xx, in order. */
  health_latency_ms: number[];
  health: ReportHealth;
  /** Further pages of the service: the fields above are of the first page. */
  more_pages: ReportPage[];
  /** How it was stopped, in the last cycle in which it was. */
  stop: {
    duration_ms: number;
    killed: boolean;
    exit_code: number | null;
    grace_sec: number;
    verified: boolean;
    error: string | null;
  } | null;
  /**
   * Where the log is, below the audit dir, and its last lines; with several cycles, only the first ten that did not pass and
   * the last one have lines.
   */
  log: { path: string; tail: string[] } | null;
}

export interface ReportStats {
  /** At the last look of the last cycle; null if no container was found then. */
  status: ContainerStatus | null;
  /** The container's own count at the last look, from the engine; the highest of all cycles; null if it was never seen. */
  restart_count: number | null;
  /** How often it was restarted within the windows, by all signs together; null if no container was ever seen. */
  restarts_in_window: number | null;
  replaced: boolean | null;
  restart_signs: string[];
  oom_killed: boolean | null;
  oom_signs: string[];
  oom_pid1: boolean | null;
  /** null while it runs. */
  exit_code: number | null;
  mem_peak_mib: number | null;
  /** The kernel's own highest use since the container started, page cache included. */
  mem_peak_kernel_mib: number | null;
  mem_mean_mib: number | null;
  mem_settled_mib: number | null;
  mem_limit_mib: number | null;
  /** Shares of one core. */
  cpu_mean_pct: number | null;
  cpu_max_pct: number | null;
  /** Share of the mean's time in which this program's own requests came in quick succession; 0: the mean is of calm time. */
  cpu_probed_pct: number | null;
  /** Samples with a CPU value, the longest time between two of them, and where they came from. */
  cpu_samples: number;
  cpu_gap_max_ms: number | null;
  cpu_source: string | null;
  /** The evidence for restarts and kills for memory: looks at the container (two in a cycle), engine events about it. */
  looks: number;
  events: number;
  /** Samples with the kernel's own counter of kills for memory; 0 if the kernel has none. */
  oom_counter_samples: number;
  samples: number;
  /** The longest time in which no sample was taken, between two samples of a cycle. */
  sample_gap_max_ms: number | null;
  /** How memory was read, such as `cgroup v2`. */
  mem_source: string | null;
  /** Why samples are missing, each reason once. */
  samples_missing: string[];
}

export interface ReportPage {
  url: string | null;
  way: Way | null;
  page_source: CheckSource | null;
  no_url_why: string | null;
  health_latency_ms: number[];
  health: ReportHealth;
}

export interface ReportHealth {
  probes: number;
  failed: number;
  /** The longest time between two answers of a cycle. */
  probe_gap_max_ms: number | null;
  ok_pct: number | null;
  min_ms: number | null;
  median_ms: number | null;
  p95_ms: number | null;
  max_ms: number | null;
  /** The longest of all cycles; null if it did not become ready in each of them. */
  ready_after_ms: number | null;
  /** The last answer before the wait for it was given up; null if it became ready. */
  not_ready_why: string | null;
}

export interface ReportTest {
  /** The exit code of what ran it; 124 if it ran out of time; null if a signal ended it. */
  return_code: number | null;
  passed: boolean;
  outcome: TestOutcome;
  timed_out: boolean;
  signal: string | null;
  counts: TestCounts | null;
  first_failure: string | null;
  duration_ms: number;
  limit_ms: number;
  /** Path below the audit dir. */
  output: string;
}
