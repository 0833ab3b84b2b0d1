/** How services end. */

import type { Defect } from "../defect.ts";

const UNCLEAN = { status: "WARN", codes: ["unclean_stop"] } as const;

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
    ...UNCLEAN,
    name: "crashes-on-sigterm",
    what: "ends with 139 (SIGSEGV) on SIGTERM",
    subject: { env: { FAULT_STOP_CODE: "139" } },
  },
  {
    ...UNCLEAN,
    name: "fails-on-sigterm",
    what: "ends with 1 on SIGTERM, after a second",
    subject: { env: { FAULT_STOP_CODE: "1", FAULT_STOP_SLEEP: "1" } },
  },
  {
    ...UNCLEAN,
    name: "other-signals-code",
    what: "ends with 130 on SIGTERM: that is the code of SIGINT",
    subject: { env: { FAULT_STOP_CODE: "130" } },
  },
  {
    name: "ends-with-143",
    what: "ends with 143 on SIGTERM, as a program without a handler does",
    status: "PASS",
    codes: [],
    subject: { env: { FAULT_STOP_CODE: "143" } },
  },
  {
    name: "core-crashes-on-sigterm",
    what: "the core ends with 134 (SIGABRT) on SIGTERM, which is not the subject's fault",
    status: "PASS",
    codes: [],
    core: { core: { env: { FAULT_STOP_CODE: "134" } } },
    also: { baseline: ["unclean_stop"] },
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
