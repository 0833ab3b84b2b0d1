/** Services that do not come up. */

import { type Defect, MISSING_IMAGE } from "../defect.ts";

const EXITED = { status: "FAIL", codes: ["exited"] } as const;
const START_FAILED = { status: "FAIL", codes: ["start_failed"] } as const;
const NEVER_READY = { status: "FAIL", codes: ["health_timeout"], timeoutSec: 2 } as const;

export const START: readonly Defect[] = [
  { ...EXITED, name: "exits-0", what: "ends with 0 at once", subject: { env: { FAULT_EXIT_CODE: "0" } } },
  { ...EXITED, name: "exits-1", what: "ends with 1 at once", subject: { env: { FAULT_EXIT_CODE: "1" } } },
  { ...EXITED, name: "exits-127", what: "ends with 127 at once", subject: { env: { FAULT_EXIT_CODE: "127" } } },
  {
    ...EXITED,
    name: "exits-before-ready",
    what: "ends with 3 after a second, before it listens",
    subject: { env: { FAULT_START_AFTER: "60", FAULT_EXIT_AFTER: "1", FAULT_EXIT_CODE: "3" } },
  },
  {
    ...START_FAILED,
    name: "image-missing",
    what: "its image is neither present nor buildable",
    engines: ["compose"],
    subject: { image: MISSING_IMAGE },
  },
  {
    ...START_FAILED,
    name: "command-missing",
    what: "its command does not exist",
    subject: { command: ["/no/such/command"] },
  },
  {
    ...START_FAILED,
    name: "command-not-executable",
    what: "its command is a folder",
    subject: { command: ["/etc"] },
  },
  {
    ...START_FAILED,
    name: "port-taken-on-host",
    what: "on the host's network, something else listens on its port",
    engines: ["compose"],
    subject: { onHost: true, env: { FAULT_NOT_LISTENING: "1" } },
    portTaken: true,
  },
  {
    ...START_FAILED,
    name: "profile-off",
    what: "needs a service of a profile that is off",
    engines: ["compose"],
    subject: { profiles: ["own"], needs: { helper: { profiles: ["other"] } } },
  },
  {
    ...NEVER_READY,
    name: "outdated-stopped",
    what: "its stopped container is well, and the project has changed since: it answers nothing",
    engines: ["compose"],
    earlier: { is: "stopped" },
    subject: { env: { FAULT_NOT_LISTENING: "1" } },
  },
  {
    ...NEVER_READY,
    name: "outdated-image",
    what: "its image is built at each start, and what it is built from has changed: it answers nothing",
    engines: ["compose"],
    earlier: { is: "stopped", built: true },
    subject: { built: true, env: { FAULT_NOT_LISTENING: "1" } },
  },
  {
    name: "outdated-running",
    what: "its container runs already, and the project has changed since",
    status: "WARN",
    codes: ["outdated"],
    engines: ["compose"],
    earlier: { is: "running" },
    subject: { env: { FAULT_HEALTH_STATUS: "202" } },
  },
  { ...START_FAILED, name: "port-taken", what: "something else listens on its port", portTaken: true },
  {
    name: "dependency-broken",
    what: "a dependency of its dependency ends with 5 at once",
    status: "FAIL",
    codes: ["dependency_failed"],
    chain: { first: { env: { FAULT_EXIT_CODE: "5" } }, second: {} },
    also: { first: ["exited"], second: ["dependency_failed"] },
  },
  {
    name: "dependency-never-ready",
    what: "its dependency never answers",
    status: "FAIL",
    codes: ["dependency_failed"],
    chain: { first: { env: { FAULT_NOT_LISTENING: "1" } } },
    also: { first: ["health_timeout"] },
    timeoutSec: 2,
  },
];
