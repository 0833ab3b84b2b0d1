/** How services end. */

import type { Defect } from "../defect.ts";

export const STOP: readonly Defect[] = [
  {
    name: "ignores-sigterm",
    what: "ignores SIGTERM and has to be killed",
    status: "WARN",
    codes: ["slow_stop"],
    subject: { env: { FAULT_IGNORE_TERM: "1" }, stopGraceSec: 1 },
  },
  {
    name: "slow-but-clean",
    what: "takes a second to end, within its grace",
    status: "PASS",
    codes: [],
    subject: { env: { FAULT_STOP_SLEEP: "1" }, stopGraceSec: 8 },
  },
  {
    name: "leaves-a-child",
    what: "its child would outlive it, in a session of its own: it ends with the main process, and nothing is left",
    status: "PASS",
    codes: [],
    subject: { env: { FAULT_STRAY: "1" } },
  },
  {
    name: "not-removed",
    what: "it cannot be removed",
    status: "FAIL",
    codes: ["stop_failed"],
    tamper: "removal refused",
  },
];
