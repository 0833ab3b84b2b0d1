/** What each command can end with, in its own words: the help of a command shows these, that of the program all codes. */

import { EXIT_CODES, type ExitName } from "../model/failure.ts";
import type { CommandName } from "./shared_options.ts";

type Exits = Partial<Record<ExitName, string>>;

const BUG = EXIT_CODES.bug.meaning;
const INTERRUPTED = EXIT_CODES.interrupted.meaning;
const USAGE = "wrong usage or configuration; nothing was touched";
const FAILED = "a module is FAIL (--strict: or WARN), or something was left behind; --exit-zero: 0 instead";

const RUN: Exits = {
  ok: EXIT_CODES.ok.meaning,
  failed: FAILED,
  usage: USAGE,
  environment: "something is missing: engine, compose file, baseline, a place to write",
  bug: BUG,
  interrupted: INTERRUPTED,
};

export const EXITS: Record<CommandName, Exits> = {
  run: RUN,
  demo: { ...RUN, environment: "something is missing, such as a place to write" },
  resume: {
    ...RUN,
    failed: "a module is FAIL (or WARN, if the run was begun with --strict), or something was left behind",
    usage: "wrong usage, no run to go on with, or something has changed since it began; nothing was touched",
    environment: "something is missing: engine, compose file, a place to write; or the run is still going on",
  },
  plan: {
    ok: "the plan was told",
    usage: "wrong usage or configuration, or no run to predict from",
    environment: "a file cannot be read",
    bug: BUG,
  },
  clean: {
    ok: "nothing is left",
    usage: USAGE,
    environment: "the engine is missing, or something could not be removed",
    bug: BUG,
  },
  judge: {
    ...RUN,
    usage: "wrong usage or configuration, no run to judge, or a journal that is not as the run wrote it",
    environment: "the record cannot be read, no place to write, or the run ended so",
    bug: `${BUG}, or the run ended so`,
    interrupted: "the run was interrupted or killed",
  },
  report: {
    ok: "the reports were written or printed, whatever the verdict",
    usage: "wrong usage, no run to report on, or a journal that is not as the run wrote it",
    environment: "the record cannot be read, or no place to write",
    bug: BUG,
  },
  compare: {
    ok: "nothing got worse, as far as the cycles tell",
    failed: "something got worse",
    usage: "wrong usage, or not judged: other hosts or engines, no figure in both, or NEW " +
      "was interrupted, failed or killed",
    environment: "a record cannot be read",
    bug: BUG,
  },
  history: {
    ok: "the runs were listed, whatever their verdicts",
    usage: "wrong usage, or no folder of runs",
    environment: "index.html could not be written, or is not of this program",
    bug: BUG,
  },
  selftest: {
    ok: "every defect was judged right",
    failed: "a defect was judged wrong",
    usage: USAGE,
    environment: "something is missing: engine, image, a place to write",
    bug: BUG,
    interrupted: INTERRUPTED,
  },
  review: {
    ok: "the review was written, or shown what would be sent",
    usage: "wrong usage, no run to review, a journal that is not as the run wrote it, or no endpoint named",
    environment: "no answer came, or no place to write",
    bug: BUG,
    interrupted: INTERRUPTED,
  },
};
