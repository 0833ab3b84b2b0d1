/** Services whose port is checked, and no page of theirs. */

import type { Defect, ReadyBy } from "../defect.ts";

const TCP_CHECK: { readyBy: ReadyBy } = { readyBy: { kind: "tcp" } };

export const TCP: readonly Defect[] = [
  {
    name: "never-listens",
    what: "listens on no port; on Docker its port is published all the same",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: { ...TCP_CHECK, env: { FAULT_NOT_LISTENING: "1" } },
    timeoutSec: 2,
  },
  {
    name: "late-in-time",
    what: "listens after half of the timeout",
    status: "PASS",
    codes: [],
    subject: { ...TCP_CHECK, env: { FAULT_START_AFTER: "4" } },
    timeoutSec: 8,
  },
  {
    name: "flaps",
    what: "nobody listens for a second, then somebody does again",
    status: "WARN",
    codes: ["flapping"],
    subject: { ...TCP_CHECK, env: { FAULT_CLOSES_AT: "20", FAULT_CLOSED_FOR: "1" } },
    // A share that does not depend on how many probes this host makes in that second.
    thresholds: { min_probes: 120, health_ok_pct: 50 },
  },
  {
    name: "lost",
    what: "takes some connections, then none any more",
    status: "FAIL",
    codes: ["health_lost"],
    subject: { ...TCP_CHECK, env: { FAULT_CLOSES_AT: "3" } },
  },
  {
    name: "only-connects",
    what: "takes connections and closes them without a word, which is all that the check asks for",
    status: "PASS",
    codes: [],
    subject: { ...TCP_CHECK, env: { FAULT_HEALTH_ODD: "close" } },
  },
];
