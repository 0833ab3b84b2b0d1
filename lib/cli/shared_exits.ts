/** What several commands end with, in the same words. */

import { EXIT_CODES } from "../model/failure.ts";
import type { Exits } from "./command.ts";

export const BUG = EXIT_CODES.bug.meaning;
export const INTERRUPTED = EXIT_CODES.interrupted.meaning;
export const USAGE = "wrong usage or configuration; nothing was touched";

export const RUN_EXITS: Exits = {
  ok: EXIT_CODES.ok.meaning,
  failed: "a module is FAIL (--strict: or WARN), or something was left behind; --exit-zero: 0 instead",
  usage: USAGE,
  environment:
    "no run could be made: engine, compose file, baseline or a place to write is missing, or the core does not start",
  bug: BUG,
  interrupted: INTERRUPTED,
};
