/** Services that are started again, by their policy or by hand. */

import type { Defect } from "../defect.ts";

const RESTARTED = { status: "FAIL", codes: ["restarted"], soakSec: 5 } as const;

export const RESTARTS: readonly Defect[] = [
  {
    ...RESTARTED,
    name: "crash-loop",
    what: "ends a second after each start, and is started again",
    restarts: "many",
    subject: { restart: "always", env: { FAULT_EXIT_AFTER: "1" } },
  },
  {
    ...RESTARTED,
    name: "once",
    what: "ends once, and is started again",
    restarts: 1,
    subject: { restart: "on-failure", env: { FAULT_EXIT_AFTER: "1.5", FAULT_AT_STARTS: "1" } },
  },
  {
    ...RESTARTED,
    name: "three-times",
    what: "ends at once after each of its first three starts, and stays up after the fourth",
    restarts: 3,
    subject: { restart: "on-failure", env: { FAULT_EXIT_AFTER: "0", FAULT_AT_STARTS: "1,2,3" } },
  },
  {
    ...RESTARTED,
    name: "between-two-looks",
    what: "ends once: only the events show it, no look at its container does",
    restarts: 1,
    subject: { restart: "always", env: { FAULT_EXIT_AFTER: "1.5", FAULT_AT_STARTS: "1" } },
    tamper: "looks frozen",
  },
  {
    ...RESTARTED,
    name: "by-hand",
    what: "`docker restart` by hand",
    engines: ["compose"],
    act: "restart",
    restarts: 1,
  },
  {
    ...RESTARTED,
    name: "replaced",
    what: "its container is replaced by hand",
    engines: ["compose"],
    act: "replace",
    replaced: true,
  },
];
