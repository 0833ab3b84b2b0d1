/** The core, dependencies and helpers: they are only brought up for the subject, but judged all the same. */

import { BEGIN_PAGE, type Defect, type ServicePlan } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;
const SHAKEN = { status: "WARN", codes: ["dependency_unstable"], soakSec: 6 } as const;
const LIMIT = { memLimitMib: 256 } as const;

/** Its trouble begins when the subject is ready, however long that takes. */
const LATER = { FAULT_FROM_PAGE: BEGIN_PAGE } as const;

const ENDS_ONCE: ServicePlan = {
  restart: "always",
  env: { ...LATER, FAULT_EXIT_AFTER: "0.5", FAULT_AT_STARTS: "1" },
};

export const DEPENDENCIES: readonly Defect[] = [
  {
    ...SHAKEN,
    name: "core-restarts",
    what: "the core ends once, and is started again",
    core: { core: ENDS_ONCE },
    begins: "core",
    also: { baseline: ["restarted"] },
  },
  {
    ...SHAKEN,
    name: "core-crash-loop",
    what: "the core ends two seconds after each start",
    core: { core: { restart: "always", env: { FAULT_EXIT_AFTER: "2" } } },
    also: { baseline: ["restarted"] },
    soakSec: 8,
  },
  {
    ...SHAKEN,
    name: "core-oom",
    what: "the core is killed for memory, and started again",
    core: {
      core: {
        ...LIMIT,
        restart: "always",
        env: { ...LATER, FAULT_MEMORY: "pid1", FAULT_MEMORY_AFTER: "0.5", FAULT_AT_STARTS: "1" },
      },
    },
    begins: "core",
    also: { baseline: ["oom_killed", "restarted"] },
    soakSec: 15,
  },
  {
    ...SHAKEN,
    name: "core-oom-child",
    what: "a child of the core is killed for memory; the core answers on",
    core: { core: { ...LIMIT, env: { ...LATER, FAULT_MEMORY: "child", FAULT_MEMORY_AFTER: "0.5" } } },
    begins: "core",
    also: { baseline: ["oom_killed"] },
    soakSec: 15,
  },
  {
    ...SHAKEN,
    name: "core-ends",
    what: "the core ends while the subject is watched",
    core: { core: { env: { ...LATER, FAULT_EXIT_AFTER: "0.5", FAULT_EXIT_CODE: "7" } } },
    begins: "core",
    also: { baseline: ["exited"] },
  },
  {
    ...SHAKEN,
    name: "core-health-lost",
    what: "the core answers 503 from some time on",
    core: { core: { env: { ...LATER, FAULT_LOST_AFTER: "0.5" } } },
    begins: "core",
    also: { baseline: ["health_lost"] },
  },
  {
    ...SHAKEN,
    name: "core-unhealthy",
    what: "Docker's health check of the core fails from eight seconds on",
    engines: ["compose"],
    core: { core: { check: true, env: { FAULT_CHECK_FAILS_AFTER: "8" } } },
    also: { baseline: ["unhealthy"] },
    soakSec: 12,
  },
  {
    ...SHAKEN,
    name: "dependency-restarts",
    what: "a module that it depends on, and that is not tested, ends once",
    chain: { first: ENDS_ONCE, second: {} },
    begins: "first",
    also: { first: ["restarted"], second: ["dependency_unstable"] },
  },
  {
    name: "helper-restarts",
    what: "a service of no module that it needs ends once",
    status: "FAIL",
    codes: ["restarted"],
    helpers: { helper: ENDS_ONCE },
    begins: "helper",
    // Long enough that the memory which it takes as it starts again does not look like a leak.
    soakSec: 14,
  },
  {
    name: "one-shot-fails",
    what: "a service that it waits for ends with 9",
    status: "FAIL",
    codes: ["start_failed", "exited"],
    helpers: { setup: { completes: true, env: { FAULT_EXIT_AFTER: "0", FAULT_EXIT_CODE: "9" } } },
  },
  {
    ...PASS,
    name: "core-slow-stop",
    what: "the core ignores SIGTERM, which is not the subject's fault",
    core: { core: { env: { FAULT_IGNORE_TERM: "1" }, stopGraceSec: 1 } },
    also: { baseline: ["slow_stop"] },
  },
  {
    ...PASS,
    name: "all-well",
    what: "core, dependency and helper have a restart policy, but are never restarted",
    core: { core: { restart: "always" } },
    chain: { first: { restart: "always" } },
    helpers: { helper: { restart: "always" } },
    cycles: 2,
  },
  {
    ...PASS,
    name: "core-slow-start",
    what: "the core takes two seconds to listen",
    core: { core: { env: { FAULT_START_AFTER: "2" } } },
  },
  {
    ...PASS,
    name: "one-shot-completes",
    what: "a service that it waits for ends with 0",
    helpers: { setup: { completes: true, env: { FAULT_EXIT_AFTER: "0", FAULT_EXIT_CODE: "0" } } },
  },
];
