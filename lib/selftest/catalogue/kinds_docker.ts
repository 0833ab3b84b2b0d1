/**
 * Services that their container's own health check shows to be ready. Docker's events tell of each change: a check that turns
 * unhealthy is `unhealthy`, whether or not it recovers, and never `flapping`.
 */

import type { Defect, ServicePlan } from "../defect.ts";

const COMPOSE = { engines: ["compose"] } as const;

/** Unhealthy at its first failure. */
const STRICT: ServicePlan = { readyBy: { kind: "docker" }, check: true };
/** Docker calls it starting for as long as a trial lasts. */
const PATIENT: ServicePlan = { readyBy: { kind: "docker" }, check: { intervalSec: 0.5, retries: 100 } };

const UNHEALTHY = { ...COMPOSE, status: "FAIL", codes: ["unhealthy"], soakSec: 5 } as const;

export const DOCKER: readonly Defect[] = [
  {
    ...COMPOSE,
    name: "never-healthy",
    what: "its health check fails from the first time on",
    status: "FAIL",
    codes: ["unhealthy", "health_timeout"],
    subject: { ...STRICT, env: { FAULT_CHECK_FAILS_FROM_RUN: "1" } },
    timeoutSec: 3,
  },
  {
    ...COMPOSE,
    name: "starting-for-ever",
    what: "its health check fails, and Docker still calls it starting",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: { ...PATIENT, env: { FAULT_CHECK_FAILS_FROM_RUN: "1" } },
    timeoutSec: 3,
  },
  {
    ...COMPOSE,
    name: "late-in-time",
    what: "its health check passes after half of the timeout",
    status: "PASS",
    codes: [],
    subject: { ...PATIENT, env: { FAULT_CHECK_FAILS_UNTIL: "5" } },
    timeoutSec: 10,
  },
  {
    ...COMPOSE,
    name: "late-for-docker",
    what: "its health check passes in time, after a failure that is all that Docker has seen of it",
    status: "PASS",
    codes: [],
    subject: {
      readyBy: { kind: "docker" },
      check: { intervalSec: 4, retries: 100 },
      env: { FAULT_CHECK_FAILS_UNTIL: "5" },
    },
    timeoutSec: 10,
  },
  {
    ...UNHEALTHY,
    name: "flaps",
    what: "every fourth run of its health check fails",
    subject: { ...STRICT, env: { FAULT_CHECK_FAILS_EVERY: "4" } },
  },
  {
    ...UNHEALTHY,
    name: "turns-unhealthy",
    what: "its health check passes some times, and fails from then on",
    subject: { ...STRICT, env: { FAULT_CHECK_FAILS_FROM_RUN: "4" } },
  },
  {
    ...COMPOSE,
    name: "no-check",
    what: "it has no health check of its own",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: { readyBy: { kind: "docker" } },
  },
];
