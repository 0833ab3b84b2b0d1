/** Services that say by grpc.health.v1 whether they are well. */

import type { Defect, ServicePlan } from "../defect.ts";

function service(env: Readonly<Record<string, string>> = {}): ServicePlan {
  return { readyBy: { kind: "grpc" }, env: { SPEAKS: "grpc", ...env } };
}

export const GRPC: readonly Defect[] = [
  {
    name: "never-listens",
    what: "listens on no port",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: service({ FAULT_NOT_LISTENING: "1" }),
    timeoutSec: 2,
  },
  {
    name: "speaks-no-grpc",
    what: "serves pages, and no gRPC",
    status: "FAIL",
    codes: ["health_timeout"],
    subject: { readyBy: { kind: "grpc" } },
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
    what: "it is not serving at every fiftieth question",
    status: "WARN",
    codes: ["flapping"],
    subject: service({ FAULT_FAIL_EVERY: "50" }),
    thresholds: { min_probes: 70 },
  },
  {
    name: "lost",
    what: "is not serving from two seconds on",
    status: "FAIL",
    codes: ["health_lost"],
    subject: service({ FAULT_LOST_AFTER: "2" }),
    soakSec: 5,
  },
];
