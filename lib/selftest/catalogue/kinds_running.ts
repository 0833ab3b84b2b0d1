/**
 * Services that are ready when they run. That is true at once, and as long as they run: such a check cannot fail, flap or be lost by
 * itself. What takes the place of these is how the service ends, and whether it is started again.
 */

import { BEGIN_PAGE, type Defect, type ReadyBy } from "../defect.ts";

const RUNNING_CHECK: { readyBy: ReadyBy } = { readyBy: { kind: "running" } };

/** Its trouble begins when it is ready. */
const LATER = { FAULT_FROM_PAGE: BEGIN_PAGE, FAULT_EXIT_AFTER: "0.5" } as const;

const EXITED = { status: "FAIL", codes: ["exited"], soakSec: 5 } as const;
const RESTARTED = { status: "FAIL", codes: ["restarted"], soakSec: 5 } as const;
const PASS = { status: "PASS", codes: [] } as const;

export const RUNNING: readonly Defect[] = [
  {
    name: "never-runs",
    what: "its command does not exist",
    status: "FAIL",
    codes: ["start_failed"],
    subject: { ...RUNNING_CHECK, command: ["/no/such/command"] },
  },
  {
    ...PASS,
    name: "late-in-time",
    what: "is started only after a job of two seconds has ended",
    subject: RUNNING_CHECK,
    helpers: { job: { completes: true, env: { FAULT_EXIT_AFTER: "2", FAULT_EXIT_CODE: "0" } } },
  },
  {
    ...PASS,
    name: "silent",
    what: "listens on no port, which the check does not ask for",
    subject: { ...RUNNING_CHECK, env: { FAULT_NOT_LISTENING: "1" } },
  },
  {
    ...EXITED,
    name: "exits-at-once",
    what: "ends with 1 at once: it may have been seen running before",
    subject: { ...RUNNING_CHECK, env: { FAULT_EXIT_CODE: "1" } },
  },
  {
    ...EXITED,
    name: "exits-later",
    what: "ends with 7 after it was ready",
    subject: { ...RUNNING_CHECK, env: { ...LATER, FAULT_EXIT_CODE: "7" } },
    begins: "subject",
  },
  { ...EXITED, name: "killed", what: "somebody kills it", subject: RUNNING_CHECK, act: "kill" },
  {
    ...RESTARTED,
    name: "restarts-once",
    what: "ends once after it was ready, and is started again",
    restarts: 1,
    subject: { ...RUNNING_CHECK, restart: "always", env: { ...LATER, FAULT_AT_STARTS: "1" } },
    begins: "subject",
  },
  {
    ...RESTARTED,
    name: "crash-loop",
    what: "ends a second after each start, and is started again",
    restarts: "many",
    subject: { ...RUNNING_CHECK, restart: "always", env: { FAULT_EXIT_AFTER: "1" } },
  },
];
