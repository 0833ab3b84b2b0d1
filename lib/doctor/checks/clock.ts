/** The engine's clock against this host's: events, starts and ends are told by the engine's. */

import { duration } from "../../text/units.ts";
import type { Check } from "../check.ts";

/** The time that an answer takes is no more than this, unless the host is very busy. */
const MOST_APART_MS = 5000;

export const CLOCK: Check = {
  title: "Engine",
  look({ answers }) {
    if (answers === null) return [];
    const ahead = answers.engine.clockAheadMs ?? 0;
    const said = { check: "clock", subject: "clock" };
    if (ahead === 0) return [{ ...said, level: "ok", seen: "the engine's clock is this host's", next: "" }];
    const seen = `the engine's clock is ${duration(Math.abs(ahead))} ${ahead > 0 ? "ahead of" : "behind"} this host's`;
    if (Math.abs(ahead) <= MOST_APART_MS) return [{ ...said, level: "ok", seen, next: "" }];
    return [{
      ...said,
      level: "warn",
      seen: `${seen}: times of events are put right by that, as far as it stays the same`,
      next: "Let both follow a time server",
    }];
  },
};
