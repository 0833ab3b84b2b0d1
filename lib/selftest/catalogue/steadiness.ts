/** Services that become ready and do not stay so, and some that only look like it. */

import type { Defect } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;

export const STEADINESS: readonly Defect[] = [
  {
    name: "dies-after-ready",
    what: "ends with 7 when it has answered for a while",
    status: "FAIL",
    codes: ["exited"],
    subject: { env: { FAULT_EXIT_AFTER: "2", FAULT_EXIT_CODE: "7" } },
    soakSec: 5,
  },
  {
    name: "health-lost",
    what: "answers 503 from two seconds on",
    status: "FAIL",
    codes: ["health_lost"],
    subject: { env: { FAULT_LOST_AFTER: "2" } },
    soakSec: 5,
  },
  {
    name: "flaps-1-in-3",
    what: "every third answer is a 503",
    status: "FAIL",
    codes: ["health_lost"],
    subject: { env: { FAULT_FAIL_EVERY: "3" } },
  },
  {
    name: "flaps-1-in-50",
    what: "every fiftieth answer is a 503",
    status: "WARN",
    codes: ["flapping"],
    subject: { env: { FAULT_FAIL_EVERY: "50" } },
    thresholds: { min_probes: 70 },
  },
  {
    name: "slow",
    what: "answers after 0.8 s",
    status: "WARN",
    codes: ["high_latency"],
    subject: { env: { FAULT_HEALTH_SLEEP: "0.8" } },
    thresholds: { min_probes: 4 },
  },
  {
    ...PASS,
    name: "slow-tail",
    what: "every fortieth answer takes 0.8 s: p95 is fine, p99 is not",
    subject: { env: { FAULT_HEALTH_SLEEP: "0.8", FAULT_SLOW_EVERY: "40" } },
    thresholds: { min_probes: 70 },
  },
  {
    name: "check-turns-unhealthy",
    what: "Docker's health check fails from two seconds on, while its page answers",
    engines: ["compose"],
    status: "FAIL",
    codes: ["unhealthy"],
    subject: { env: { FAULT_CHECK_FAILS_AFTER: "2" }, check: true },
    soakSec: 8,
  },
];
