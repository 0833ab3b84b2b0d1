/**
 * The faults that `demo --fault KIND` can plant, as data: what goes wrong, the settings that make the stand-in do it, and the
 * verdict and reasons that the module must get for it. Help, README and the test of the whole table read it.
 */

import { AGENT } from "../host/user_agent.ts";
import type { ProcessSpec } from "../model/process.ts";
import type { ReasonCode } from "../model/settings.ts";

export interface FaultKind {
  /** What goes wrong, in a line. */
  does: string;
  status: "WARN" | "FAIL";
  /** The module's reasons, all of them, in the order of the rules. */
  codes: readonly ReasonCode[];
  /** Environment of the stand-in (lib/standin/settings.ts). */
  env?: Readonly<Record<string, string>>;
  /** Changes to the way its process is run. */
  process?: Partial<ProcessSpec>;
  tests?: TestsFault;
  /** What breaks around the service. */
  around?: "port" | "dependency";
  needs?: FaultNeeds;
}

/**
 * `last-…`: a test file is added that runs last, begins the trouble, and waits until the service has ended, came back, or
 * says itself that it is over. So the trouble comes within the window, however slow the machine is.
 */
export type TestsFault = "none" | "skipped" | "fails" | "hangs" | "last-ends" | "last-returns" | "last-stays";

/** Settings without which the fault would not show, or only slowly. Settings that the user gives stay as they are. */
export interface FaultNeeds {
  cycles?: number;
  timeoutSec?: number;
  minProbes?: number;
  probeTimeoutMs?: number;
}

const MIB = 2 ** 20;
/** A wait that is sure to fail need not take long. */
const IN_VAIN: FaultNeeds = { timeoutSec: 6 };

export const FAULTS = {
  "exit-at-once": {
    does: "ends with code 3 before it listens",
    status: "FAIL",
    codes: ["exited"],
    env: { FAULT_EXIT_CODE: "3" },
  },
  "exit-later": {
    does: "answers and passes its tests, then ends with code 7",
    status: "FAIL",
    codes: ["exited"],
    env: { FAULT_EXIT_AFTER: "0.5", FAULT_EXIT_CODE: "7" },
    tests: "last-ends",
  },
  "crash-loop": {
    does: "ends half a second after each start, and is started again each time",
    status: "FAIL",
    codes: ["restarted"],
    env: { FAULT_EXIT_AFTER: "0.5" },
    process: { restart: "always" },
    tests: "last-returns",
  },
  oom: {
    does: "eats memory until it is killed at its limit, and is started again",
    status: "FAIL",
    codes: ["oom_killed", "restarted"],
    env: { FAULT_MEMORY: "pid1" },
    process: { restart: "on-failure" },
    tests: "last-returns",
  },
  "oom-child": {
    does: "its child eats memory until it is killed at the limit; the service lives on",
    status: "FAIL",
    codes: ["oom_killed"],
    env: { FAULT_MEMORY: "child" },
    tests: "last-stays",
  },
  "near-limit": {
    does: "fills 94 % of its memory limit",
    status: "WARN",
    codes: ["near_mem_limit"],
    env: { FAULT_FILL_TO_MIB: "361" },
    process: { memLimitBytes: 384 * MIB },
  },
  leak: {
    does: "holds 70 MiB more at each start",
    status: "WARN",
    codes: ["leak_suspected"],
    env: { FAULT_LEAK_MIB_PER_START: "70" },
    process: { memLimitBytes: 2048 * MIB },
    needs: { cycles: 2 },
  },
  "never-listens": {
    does: "runs, and listens on no port",
    status: "FAIL",
    codes: ["health_timeout"],
    env: { FAULT_NOT_LISTENING: "1" },
    needs: IN_VAIN,
  },
  "health-500": {
    does: "its health page answers 500",
    status: "FAIL",
    codes: ["health_timeout"],
    env: { FAULT_HEALTH_STATUS: "500" },
    needs: IN_VAIN,
  },
  "health-404": {
    does: "has no health page",
    status: "FAIL",
    codes: ["health_timeout"],
    env: { FAULT_HEALTH_STATUS: "404" },
    needs: IN_VAIN,
  },
  "hanging-health": {
    does: "its health page takes the request, and never answers",
    status: "FAIL",
    codes: ["health_timeout"],
    env: { FAULT_HEALTH_HANG: "1" },
    needs: { ...IN_VAIN, probeTimeoutMs: 1500 },
  },
  slow: {
    does: "its health page answers only after 0.7 s",
    status: "WARN",
    codes: ["high_latency"],
    env: { FAULT_HEALTH_SLEEP: "0.7" },
    needs: { minProbes: 8 },
  },
  flapping: {
    does: "every 25th answer of its health page is a 503",
    status: "WARN",
    codes: ["flapping"],
    // Only probes meet the fault: tests would fail by it now and then.
    env: { FAULT_FAIL_EVERY: "25", FAULT_HEALTH_AGENT: AGENT },
    needs: { minProbes: 40 },
  },
  "health-lost": {
    does: "passes its tests, and then its health page answers 503 for good",
    status: "FAIL",
    codes: ["health_lost"],
    env: { FAULT_LOST_AFTER: "0" },
    tests: "last-stays",
  },
  "ignores-sigterm": {
    does: "ignores SIGTERM, and is killed after its grace period of 1 s",
    status: "WARN",
    codes: ["slow_stop"],
    env: { FAULT_IGNORE_TERM: "1" },
    process: { stopGraceSec: 1 },
  },
  "test-fails": {
    does: "has a test that fails",
    status: "FAIL",
    codes: ["tests_failed"],
    tests: "fails",
  },
  "test-hangs": {
    does: "has a test that never ends",
    status: "FAIL",
    codes: ["tests_timeout"],
    tests: "hangs",
    needs: IN_VAIN,
  },
  "no-tests": {
    does: "has no test file",
    status: "WARN",
    codes: ["no_tests"],
    tests: "none",
  },
  "tests-skipped": {
    does: "has tests that are all skipped",
    status: "WARN",
    codes: ["no_tests"],
    tests: "skipped",
  },
  "missing-command": {
    does: "its command does not exist",
    status: "FAIL",
    codes: ["start_failed"],
    process: { command: ["./no-such-program"] },
  },
  "port-taken": {
    does: "its port is taken by another process",
    status: "FAIL",
    codes: ["start_failed"],
    around: "port",
  },
  "broken-dependency": {
    does: "a module that it depends on ends before it listens",
    status: "FAIL",
    codes: ["dependency_failed"],
    env: { FAULT_EXIT_CODE: "5" },
    around: "dependency",
  },
  flaky: {
    does: "ends before it listens in every second cycle",
    status: "FAIL",
    codes: ["exited", "flaky"],
    env: { FAULT_EXIT_CODE: "6", FAULT_EVERY_NTH_START: "2" },
    needs: { cycles: 2 },
  },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export function faultKind(name: FaultName): FaultKind {
  return FAULTS[name];
}
