/** Trials for tests: right unless the test says otherwise. */

import type { Trial } from "../../lib/selftest/trial.ts";

export function trial(over: Partial<Trial>): Trial {
  return {
    id: "start/exits-1",
    engine: "process",
    status: "FAIL",
    codes: ["exited"],
    incidents: { restarts: 0, replaced: false, killedForMemory: null },
    also: {},
    harmed: [],
    why: ['"subject" was not running at the end'],
    outcome: "right",
    durationMs: 1234,
    dir: "/tmp/x/audit",
    ...over,
  };
}
