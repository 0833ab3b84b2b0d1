/** Services that run and do not become ready, and slow ones that do. */

import type { Defect } from "../defect.ts";

const TIMEOUT = { status: "FAIL", codes: ["health_timeout"], timeoutSec: 2 } as const;
const PASS = { status: "PASS", codes: [] } as const;

/** Compose's own defaults. */
const RARE = { intervalSec: 30, retries: 3 } as const;

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
  {
    ...TIMEOUT,
    name: "listens-on-ipv6",
    what: "listens at [::1] only, and is probed at 127.0.0.1",
    engines: ["process"],
    subject: { env: { HOST: "::1" } },
  },
  {
    ...TIMEOUT,
    name: "listens-inside",
    what: "listens at its container's own 127.0.0.1 alone",
    engines: ["compose"],
    subject: { env: { HOST: "127.0.0.1" } },
  },
  {
    ...PASS,
    name: "listens-on-both",
    what: "listens at all addresses of both families",
    engines: ["process"],
    subject: { env: { HOST: "::" } },
  },
  {
    ...TIMEOUT,
    name: "unpublished",
    what: "has no known port of its own",
    engines: ["process"],
    subject: { unpublished: true },
  },
  {
    ...PASS,
    name: "unpublished-well",
    what: "publishes no port, and answers at its container's own address",
    engines: ["compose"],
    subject: { unpublished: true },
  },
  {
    ...TIMEOUT,
    name: "unpublished-silent",
    what: "publishes no port, and listens on none in its container",
    engines: ["compose"],
    subject: { unpublished: true, env: { FAULT_NOT_LISTENING: "1" } },
  },
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
    ...TIMEOUT,
    name: "check-only-fails",
    what: "has no page, and Docker's health check, due after 30 s, would fail",
    engines: ["compose"],
    subject: { pageless: true, check: RARE, env: { FAULT_CHECK_FAILS_AFTER: "0" } },
  },
  {
    ...PASS,
    name: "check-only-late",
    what: "has no page, and its health check passes after four seconds",
    engines: ["compose"],
    subject: { pageless: true, check: RARE, env: { FAULT_CHECK_FAILS_UNTIL: "4" } },
  },
  {
    name: "check-not-run-fails",
    what: "its page answers, and its health check, which Docker has not run yet, fails",
    engines: ["compose"],
    status: "FAIL",
    codes: ["unhealthy"],
    subject: { check: RARE, env: { FAULT_CHECK_FAILS_AFTER: "0" } },
  },
  {
    ...PASS,
    name: "check-not-run-passes",
    what: "its page answers, and so does its health check, which Docker has not run yet",
    engines: ["compose"],
    subject: { check: RARE },
  },
  {
    name: "check-starting-fails",
    what: "its page answers, and Docker still calls it starting after some failures of its health check",
    engines: ["compose"],
    status: "FAIL",
    codes: ["unhealthy"],
    subject: { check: { intervalSec: 0.5, retries: 100 }, env: { FAULT_CHECK_FAILS_AFTER: "0" } },
    soakSec: 2,
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
