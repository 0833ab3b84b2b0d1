/**
 * What can end a run, and the exit code it ends with. A failure is data in three parts: what failed, why (with the
 * value seen), and what to do next. Whatever concerns a single module is evidence instead (evidence.ts) and never thrown.
 */

/** The exit codes of the program, a sentence each. The help text and the README show this table. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: "every module is PASS, WARN or SKIP" },
  failed: {
    code: 1,
    meaning: "a module is FAIL (--strict: or WARN), something was left behind, or compare found something worse",
  },
  usage: { code: 2, meaning: "wrong usage or configuration; nothing was touched" },
  environment: {
    code: 3,
    meaning: "no run could be made: no engine, compose file or place to write, or the core does not start",
  },
  bug: { code: 4, meaning: "a bug in this program" },
  interrupted: { code: 130, meaning: "interrupted by Ctrl+C, SIGTERM or another signal" },
} as const;

export type ExitName = keyof typeof EXIT_CODES;

export interface FailureData {
  exit: ExitName;
  /** What failed, with the value seen and why: the first sentence stands alone. */
  what: string;
  /** What to do next; empty if there is nothing to add. */
  next: string;
  /** Output of the tool that failed, if there is any. */
  detail?: string;
}

/** Ends the run. The code nearest the cause throws it; the command line alone turns it into text and exit code. */
export class Failure extends Error {
  readonly data: FailureData;

  constructor(data: FailureData) {
    super(data.what);
    this.name = "Failure";
    this.data = data;
  }
}

export function usageFailure(what: string, next = ""): Failure {
  return new Failure({ exit: "usage", what, next });
}

export function environmentFailure(what: string, next = "", detail = ""): Failure {
  return new Failure({ exit: "environment", what, next, ...(detail === "" ? {} : { detail }) });
}

/** The message of an error; anything may be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
