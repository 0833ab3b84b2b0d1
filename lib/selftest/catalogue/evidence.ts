/** Evidence that is missing or false: without evidence there is no PASS, and a clock that jumps is no defect. */

import type { Defect } from "../defect.ts";

const MISSING = { status: "WARN", codes: ["metrics_missing"] } as const;

export const EVIDENCE: readonly Defect[] = [
  { ...MISSING, name: "no-samples", what: "memory and CPU cannot be measured", tamper: "no samples" },
  { ...MISSING, name: "events-cut", what: "the engine's event stream is cut", tamper: "event stream cut", soakSec: 1 },
  {
    ...MISSING,
    name: "engine-silent",
    what: "the engine does not answer when the window ends, as when its daemon is restarted",
    tamper: "engine silent at the end",
  },
  {
    name: "clock-stepped",
    what: "this host's clock is set back an hour in the middle",
    status: "PASS",
    codes: [],
    tamper: "clock stepped",
  },
];
