/**
 * Services that are ready when they have printed a line. A line stays printed: such a check is neither lost nor flaps in one start.
 * What takes the place of both is another start, which has to print the line again, and an end.
 */

import { BEGIN_PAGE, type Defect, type ReadyBy, type ServicePlan } from "../defect.ts";

/** The stand-in prints it when it listens. */
const LOG_CHECK: { readyBy: ReadyBy } = { readyBy: { kind: "log", line: "^listens on " } };

/** Its first start prints the line and ends when the subject is ready. */
const ENDS_ONCE: ServicePlan = {
  ...LOG_CHECK,
  restart: "always",
  env: { FAULT_FROM_PAGE: BEGIN_PAGE, FAULT_EXIT_AFTER: "0.5", FAULT_AT_STARTS: "1" },
};

/** Only its first start prints the line. */
const PRINTS_ONCE: ServicePlan = { ...LOG_CHECK, env: { FAULT_SILENT_FROM_START: "2" } };

const RESTARTED = { status: "FAIL", codes: ["restarted"], restarts: 1, begins: "subject", soakSec: 4 } as const;
const NEVER = { status: "FAIL", codes: ["health_timeout"], timeoutSec: 2 } as const;

export const LOG: readonly Defect[] = [
  {
    ...NEVER,
    name: "never-printed",
    what: "prints other lines only",
    subject: { ...LOG_CHECK, env: { FAULT_NOT_LISTENING: "1" } },
  },
  {
    ...NEVER,
    name: "printed-by-the-start-before",
    what: "its container printed the line when it was started before, and does not print it now",
    engines: ["compose"],
    earlier: { ...PRINTS_ONCE, is: "stopped" },
    subject: PRINTS_ONCE,
  },
  {
    name: "late-in-time",
    what: "prints its line after half of the timeout",
    status: "PASS",
    codes: [],
    subject: { ...LOG_CHECK, env: { FAULT_START_AFTER: "4" } },
    timeoutSec: 8,
  },
  {
    ...RESTARTED,
    name: "not-printed-again",
    what: "ends once after it was ready, is started again, and does not print its line again",
    subject: { ...ENDS_ONCE, env: { ...ENDS_ONCE.env, FAULT_SILENT_FROM_START: "2" } },
  },
  {
    ...RESTARTED,
    name: "printed-again",
    what: "ends once after it was ready, is started again, and prints its line again",
    subject: ENDS_ONCE,
  },
  {
    name: "ends-after-line",
    what: "prints its line, and ends with 3 soon after it",
    status: "FAIL",
    codes: ["exited"],
    subject: { ...LOG_CHECK, env: { FAULT_EXIT_AFTER: "1", FAULT_EXIT_CODE: "3" } },
    soakSec: 4,
  },
  {
    name: "killed",
    what: "somebody kills it after it has printed its line",
    status: "FAIL",
    codes: ["exited"],
    subject: LOG_CHECK,
    act: "kill",
    soakSec: 4,
  },
];
