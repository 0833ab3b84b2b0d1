/** Healthy services, some of which look otherwise at first: each must PASS. */

import { type Defect, MISSING_IMAGE } from "../defect.ts";

const PASS = { status: "PASS", codes: [] } as const;

export const HEALTHY: readonly Defect[] = [
  { ...PASS, name: "plain", what: "answers, passes its tests, ends on SIGTERM" },
  { ...PASS, name: "three-cycles", what: "the same, three times", cycles: 3 },
  { ...PASS, name: "soak", what: "watched for two more seconds", soakSec: 2 },
  { ...PASS, name: "chain", what: "depends on a module that depends on another", chain: { first: {}, second: {} } },
  {
    ...PASS,
    name: "restart-policy",
    what: "has a restart policy, but is never restarted",
    subject: { restart: "always" },
  },

  {
    ...PASS,
    name: "answers-202",
    what: "its health page answers 202",
    subject: { env: { FAULT_HEALTH_STATUS: "202" } },
  },
  { ...PASS, name: "on-host", what: "on the host's network", engines: ["compose"], subject: { onHost: true } },
  {
    ...PASS,
    name: "does-without",
    what: "can do without a service whose image is missing and whose profile is off",
    engines: ["compose"],
    subject: { needs: { extra: { profiles: ["debug"], image: MISSING_IMAGE, optional: true } } },
  },
  {
    ...PASS,
    name: "mended",
    what: "its stopped container answers nothing, and the project has changed since",
    engines: ["compose"],
    earlier: { is: "stopped", env: { FAULT_NOT_LISTENING: "1" } },
  },
  {
    ...PASS,
    name: "built-anew",
    what: "its image is built at each start, and the one of its stopped container answers nothing",
    engines: ["compose"],
    earlier: { is: "stopped", built: true, env: { FAULT_NOT_LISTENING: "1" } },
    subject: { built: true },
  },
  {
    ...PASS,
    name: "runs-already",
    what: "its container runs already, as the project defines it",
    engines: ["compose"],
    earlier: { is: "running" },
  },
];
