/**
 * Services that a command checks: the stand-in's own check, run in the container or on the host, since an image need not have any
 * other program.
 */

import type { Defect, ReadyBy } from "../defect.ts";

const EXEC_CHECK: { readyBy: ReadyBy } = { readyBy: { kind: "exec" } };
const NEVER = { status: "FAIL", codes: ["health_timeout"], timeoutSec: 3 } as const;

export const EXEC: readonly Defect[] = [
  {
    ...NEVER,
    name: "never-passes",
    what: "the command ends with 1, though the page answers",
    subject: { ...EXEC_CHECK, env: { FAULT_CHECK_FAILS_FROM_RUN: "1" } },
  },
  {
    ...NEVER,
    name: "hangs",
    what: "the command never ends",
    subject: { ...EXEC_CHECK, env: { FAULT_HEALTH_HANG: "1" } },
  },
  {
    ...NEVER,
    name: "command-missing",
    what: "there is no such command",
    subject: { readyBy: { kind: "exec", command: ["/no/such/command"] } },
  },
  {
    name: "late-in-time",
    what: "the command fails up to half of the timeout",
    status: "PASS",
    codes: [],
    subject: { ...EXEC_CHECK, env: { FAULT_CHECK_FAILS_UNTIL: "5" } },
    timeoutSec: 10,
  },
  {
    name: "flaps",
    what: "every third run of the command fails",
    status: "WARN",
    codes: ["flapping"],
    subject: { ...EXEC_CHECK, env: { FAULT_CHECK_FAILS_EVERY: "3" } },
    // It is run once a second: a failure in less than 5 % of the runs would take half a minute.
    thresholds: { health_ok_pct: 50 },
  },
  {
    name: "lost",
    what: "the command passes once, and fails from then on",
    status: "FAIL",
    codes: ["health_lost"],
    subject: { ...EXEC_CHECK, env: { FAULT_CHECK_FAILS_FROM_RUN: "2" } },
  },
];
