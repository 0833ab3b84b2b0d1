/** Healthy services, some of which look otherwise at first: each must PASS. */

import type { Defect } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;

export const HEALTHY: readonly Defect[] = [
  { ...PASS, name: "plain", what: "answers, passes its tests, ends on SIGTERM" },
  { ...PASS, name: "three-cycles", what: "the same, three times", cycles: 3 },
  { ...PASS, name: "soak", what: "watched for two more seconds", soakSec: 2 },
  { ...PASS, name: "chain", what: "depends on a module that depends on another", chain: { first: {}, second: {} } },
  { ...PASS, name: "restart-policy", what: "would be restarted, and need not be", subject: { restart: "always" } },

  {
    ...PASS,
    name: "answers-202",
    what: "its health page answers 202",
    subject: { env: { FAULT_HEALTH_STATUS: "202" } },
  },
];
