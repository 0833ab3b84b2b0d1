/**
 * Everything a config file may change: thresholds, the level of each verdict rule, and the module map. The tables are the
 * single source of defaults; the config parser, config/example.yaml and the README are tested against them.
 */

import type { Core, ModuleMap } from "./module.ts";
import type { ProcessMap } from "./process.ts";

interface Threshold {
  default: number;
  min: number;
  max: number;
  help: string;
}

function pct(standard: number, help: string): Threshold {
  return { default: standard, min: 0, max: 100_000, help };
}

/** Every number that a rule or a wait uses. The unit is the last word of the name. */
export const THRESHOLDS = {
  health_ok_pct: { default: 95, min: 0, max: 100, help: "fewer probes answered 2xx than this: health_lost" },
  probe_timeout_ms: {
    default: 0,
    min: 0,
    max: 600_000,
    help: "a probe without an answer by then counts as failed; 0: as --timeout-sec",
  },
  probe_interval_ms: { default: 100, min: 10, max: 60_000, help: "pause between probes until min_probes is reached" },
  probe_idle_interval_ms: { default: 500, min: 10, max: 60_000, help: "pause between probes after that" },
  min_probes: {
    default: 20,
    min: 1,
    max: 100_000,
    help: "probes per endpoint that a p95 needs; the window lasts for them",
  },
  latency_p95_ms: { default: 500, min: 1, max: 600_000, help: "health p95 over this: high_latency" },
  sample_interval_ms: { default: 500, min: 50, max: 60_000, help: "pause between samples of memory and CPU" },
  mem_limit_pct: { default: 90, min: 1, max: 100, help: "peak memory over this share of the limit: near_mem_limit" },
  leak_step_mib: {
    default: 50,
    min: 1,
    max: 1_000_000,
    help: "settled memory grows by more in one cycle: leak_suspected",
  },
  leak_rise_mib: {
    default: 20,
    min: 1,
    max: 1_000_000,
    help: "steady rise over all cycles, or over a soak, of more: leak_suspected",
  },
  leak_min_cycles: { default: 4, min: 3, max: 10_000, help: "cycles that a steady rise needs" },
  regressed_ready_pct: pct(
    10,
    "time to ready is longer than the baseline's by more, and by more ms than below: regressed",
  ),
  regressed_ready_ms: { default: 50, min: 0, max: 600_000, help: "the smallest rise in time to ready that counts" },
  regressed_p95_pct: pct(10, "health p95 is higher than the baseline's by more, and by more ms than below: regressed"),
  regressed_p95_ms: { default: 5, min: 0, max: 600_000, help: "the smallest rise in p95 that counts" },
  regressed_mem_pct: pct(
    10,
    "peak memory is higher than the baseline's by more, and by more MiB than below: regressed",
  ),
  regressed_mem_mib: { default: 5, min: 0, max: 1_000_000, help: "the smallest rise in peak memory that counts" },
  regressed_cpu_pct: pct(
    20,
    "mean CPU is higher than the baseline's by more, and by more points than below: regressed",
  ),
  regressed_cpu_points: {
    default: 5,
    min: 0,
    max: 10_000,
    help: "the smallest rise in CPU that counts, in % of a core",
  },
  regressed_stop_pct: pct(20, "a stop takes longer than the baseline's by more, and by more ms than below: regressed"),
  regressed_stop_ms: { default: 200, min: 0, max: 600_000, help: "the smallest rise in time to stop that counts" },
  regressed_busy_pct: pct(
    50,
    "work took longer by more in one of the runs for want of a core: their times are not judged",
  ),
  regressed_alarm_pct: {
    default: 5,
    min: 0.01,
    max: 50,
    help: "share of comparisons of equal runs in which any figure may be reported as worse",
  },
  flaky_allowed_pct: {
    default: 0,
    min: 0,
    max: 100,
    help: "a test that failed in some cycles, and is shown to fail at most so often, is tests_flaky; 0: none is",
  },
  up_timeout_sec: { default: 120, min: 1, max: 86_400, help: "limit of one start of services by the engine" },
  pull_timeout_sec: { default: 900, min: 1, max: 86_400, help: "limit of pulling an image that is missing" },
  build_timeout_sec: { default: 900, min: 1, max: 86_400, help: "limit of building the images that are missing" },
} as const satisfies Record<string, Threshold>;

/** Probes in a row that fail at the end of a window and make it health_lost, whatever the share before. */
export const LAST_PROBES = 3;

/** How long one request to a health page may take. */
export function probeLimitMs({ thresholds, timeoutSec }: { thresholds: Thresholds; timeoutSec: number }): number {
  return thresholds.probe_timeout_ms > 0 ? thresholds.probe_timeout_ms : timeoutSec * 1000;
}

export type ThresholdName = keyof typeof THRESHOLDS;
export type Thresholds = Record<ThresholdName, number>;

export const LEVELS = ["off", "warn", "fail"] as const;
export type Level = (typeof LEVELS)[number];

/**
 * The verdict rules: default level, and when each applies. They are in the order in which reasons are given: a cause
 * before its consequences, so that the first reason of a crash loop is not that nothing answered.
 */
export const RULES = {
  oom_killed: { level: "fail", when: "the kernel killed a process of the container for memory, PID 1 or a child" },
  restarted: { level: "fail", when: "the restart count rose in the window, or the container was replaced" },
  start_failed: { level: "fail", when: "the engine could not create or start a service" },
  dependency_failed: { level: "fail", when: "a dependency did not become healthy; the module itself is not started" },
  dependency_unstable: {
    level: "warn",
    when: "in its window, a dependency or the core was killed for memory, restarted, ended or unhealthy",
  },
  exited: { level: "fail", when: "a service was not running at the end of the window" },
  unhealthy: {
    level: "fail",
    when: "the container's own health check turned unhealthy in the window, or had not passed at its end",
  },
  health_timeout: { level: "fail", when: "an endpoint's check did not pass (a page: no 2xx) within the timeout" },
  health_lost: {
    level: "fail",
    when:
      "after ready, under 95 % of an endpoint's probes were answered 2xx within the timeout, or none of the last three",
  },
  tests_failed: {
    level: "fail",
    when: "a test failed, or what ran it ended in any other way that is not success",
  },
  tests_timeout: { level: "fail", when: "tests outlived their limit; their whole process group was killed" },
  tests_flaky: {
    level: "warn",
    when:
      "a test failed in some cycles and passed in others, and is shown to fail at most as often as --flaky-allowed says",
  },
  stop_failed: { level: "fail", when: "a service could not be stopped and removed" },
  no_tests: { level: "warn", when: "the module has no test, none was collected, or every test was skipped" },
  high_latency: { level: "warn", when: "health p95 over 500 ms while still answering" },
  flapping: { level: "warn", when: "after ready, some probes failed, but fewer than make health_lost" },
  near_mem_limit: { level: "warn", when: "peak memory over 90 % of the limit, and nothing was killed for it" },
  leak_suspected: {
    level: "warn",
    when: "settled memory grows over 50 MiB from one cycle to the next, or rises steadily over the cycles or a soak",
  },
  slow_stop: { level: "warn", when: "the service ignored SIGTERM and had to be killed" },
  outdated: {
    level: "warn",
    when: "a container that ran before differs from what the project says now, and was tested as it is",
  },
  unclean_stop: {
    level: "warn",
    when: "after its stop signal the service ended with an exit code other than 0 or that signal's own: it crashed",
  },
  regressed: {
    level: "warn",
    when: "a figure is worse than the baseline's (--baseline), beyond its limit and beyond chance",
  },
  metrics_missing: { level: "warn", when: "a figure that a rule needs is missing" },
  flaky: { level: "warn", when: "the verdict differs between cycles" },
} as const satisfies Record<string, { level: Level; when: string }>;

export type ReasonCode = keyof typeof RULES;
export type RuleLevels = Record<ReasonCode, Level>;

export const METRICS_SOURCES = ["auto", "cgroup", "stats"] as const;
export type MetricsSource = (typeof METRICS_SOURCES)[number];

/** What has a pytest of its own: each test file, or each module. */
export const TESTS_PER = ["file", "module"] as const;
export type TestsPer = (typeof TESTS_PER)[number];
export const DEFAULT_TESTS_PER: TestsPer = "file";

export interface Settings {
  thresholds: Thresholds;
  rules: RuleLevels;
  /** Where memory and CPU are read: the cgroup's files, the engine's own figures, or the first that can be reached. */
  metricsSource: MetricsSource;
  modules: ModuleMap;
  /** Whether the map starts from nothing, and not from the built-in one. */
  ownMap?: true;
  core: Core;
  /** One of lib/engine/registry.ts; the command line may override it. */
  engine: string;
  /** The docker context of the Compose engine; absent: what docker itself takes. The command line may override it. */
  context?: string;
  /** The command line may override it. */
  testsPer: TestsPer;
  /** What the process engine runs; Compose has its own file. */
  services: ProcessMap;
}

export function defaultThresholds(): Thresholds {
  return Object.fromEntries(Object.entries(THRESHOLDS).map(([name, spec]) => [name, spec.default])) as Thresholds;
}

export function defaultRules(): RuleLevels {
  return Object.fromEntries(Object.entries(RULES).map(([code, rule]) => [code, rule.level])) as RuleLevels;
}
