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
    what: "its child outlives it, in a session of its own; a container ends with its main process",
    engines: ["compose"],
    status: "PASS",
    codes: [],
    subject: { env: { FAULT_STRAY: "1" } },
  },
  {
    name: "leaves-a-child-behind",
    what: "its child outlives it, in a session of its own, and has to be killed",
    engines: ["process"],
    status: "WARN",
    codes: ["slow_stop"],
    subject: { env: { FAULT_STRAY: "1" }, stopGraceSec: 1 },
  },
  {
    name: "not-removed",
    what: "it cannot be removed",
    status: "FAIL",
    codes: ["stop_failed"],
    tamper: "removal refused",
  },
];
