/** Jobs: services that are ready when they have ended with 0. */

import type { Defect, ReadyBy } from "../defect.ts";

const JOB: { readyBy: ReadyBy } = { readyBy: { kind: "completed" } };

const EXITED = { status: "FAIL", codes: ["exited"] } as const;
const PASS = { status: "PASS", codes: [] } as const;

export const COMPLETED: readonly Defect[] = [
  {
    name: "never-ends",
    what: "goes on, though it is to end",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: JOB,
  },
  {
    ...PASS,
    name: "at-once",
    what: "ends with 0 at once",
    subject: { ...JOB, env: { FAULT_EXIT_AFTER: "0", FAULT_EXIT_CODE: "0" } },
  },
  {
    ...PASS,
    name: "late-in-time",
    what: "ends with 0 after two seconds",
    subject: { ...JOB, env: { FAULT_EXIT_AFTER: "2", FAULT_EXIT_CODE: "0" } },
  },
  {
    ...EXITED,
    name: "fails-at-once",
    what: "ends with 9 at once",
    subject: { ...JOB, env: { FAULT_EXIT_AFTER: "0", FAULT_EXIT_CODE: "9" } },
  },
  {
    ...EXITED,
    name: "fails-late",
    what: "ends with 3 after two seconds",
    subject: { ...JOB, env: { FAULT_EXIT_AFTER: "2", FAULT_EXIT_CODE: "3" } },
  },
];
