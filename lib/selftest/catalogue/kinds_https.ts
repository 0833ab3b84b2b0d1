/** Services whose page is asked for by TLS, with a certificate that no one has signed. */

import type { Defect, ServicePlan } from "../defect.ts";

function service(env: Readonly<Record<string, string>> = {}): ServicePlan {
  return { readyBy: { kind: "https", insecure: true }, env: { SPEAKS: "https", ...env } };
}

export const HTTPS: readonly Defect[] = [
  {
    name: "never-listens",
    what: "listens on no port",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: service({ FAULT_NOT_LISTENING: "1" }),
    timeoutSec: 2,
  },
  {
    name: "not-trusted",
    what: "its page answers, with a certificate that nobody trusts",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: { readyBy: { kind: "https" }, env: { SPEAKS: "https" } },
    timeoutSec: 2,
  },
  {
    name: "late-in-time",
    what: "listens after half of the timeout",
    status: "PASS",
    codes: [],
    subject: service({ FAULT_START_AFTER: "4" }),
    timeoutSec: 8,
  },
  {
    name: "flaps",
    what: "every fiftieth answer is a 503",
    status: "WARN",
    codes: ["flapping"],
    subject: service({ FAULT_FAIL_EVERY: "50" }),
    thresholds: { min_probes: 70 },
  },
  {
    name: "lost",
    what: "answers 503 from two seconds on",
    status: "FAIL",
    codes: ["health_lost"],
    subject: service({ FAULT_LOST_AFTER: "2" }),
    soakSec: 5,
  },
];
