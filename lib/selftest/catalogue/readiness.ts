/** Services that run and do not become ready, and slow ones that do. */

import type { Defect } from "../defect.ts";

const TIMEOUT = { status: "FAIL", codes: ["health_timeout"], timeoutSec: 2 } as const;
const PASS = { status: "PASS", codes: [] } as const;

export const READINESS: readonly Defect[] = [
  { ...TIMEOUT, name: "never-listens", what: "listens on no port", subject: { env: { FAULT_NOT_LISTENING: "1" } } },
  { ...TIMEOUT, name: "answers-500", what: "answers 500", subject: { env: { FAULT_HEALTH_STATUS: "500" } } },
  { ...TIMEOUT, name: "answers-404", what: "answers 404", subject: { env: { FAULT_HEALTH_STATUS: "404" } } },
  {
    ...TIMEOUT,
    name: "redirect-loop",
    what: "redirects to itself",
    subject: { env: { FAULT_HEALTH_ODD: "redirect-loop" } },
  },
  { ...TIMEOUT, name: "hangs", what: "accepts, and never answers", subject: { env: { FAULT_HEALTH_ODD: "hang" } } },
  {
    ...TIMEOUT,
    name: "closes",
    what: "closes each connection at once",
    subject: { env: { FAULT_HEALTH_ODD: "close" } },
  },
  {
    ...TIMEOUT,
    name: "endless-body",
    what: "answers 200 with a body without an end",
    subject: { env: { FAULT_HEALTH_ODD: "endless" } },
  },
  { ...TIMEOUT, name: "unpublished", what: "publishes no port", subject: { unpublished: true } },
  {
    ...TIMEOUT,
    name: "too-late",
    what: "listens long after the timeout",
    subject: { env: { FAULT_START_AFTER: "30" } },
  },
  {
    ...PASS,
    name: "late-in-time",
    what: "listens after 80 % of the timeout",
    subject: { env: { FAULT_START_AFTER: "8" } },
    timeoutSec: 10,
  },
  {
    ...PASS,
    name: "check-unhealthy-at-first",
    what: "Docker's health check fails at first, and has recovered when it is ready",
    engines: ["compose"],
    subject: { env: { FAULT_CHECK_FAILS_UNTIL: "1.5", FAULT_START_AFTER: "1.5" }, check: true },
    soakSec: 2,
  },
];
