/** What this program itself is short of. That is not the fault of the module that it was working on. */

import { environmentFailure, type Failure, messageOf } from "../model/failure.ts";
import type { Host } from "./host.ts";

/** The number in the system's error (EAGAIN of fork, ENOMEM, ENFILE and EMFILE) → what to do. */
const MEANS: Readonly<Record<string, string>> = {
  11: "Raise the number of processes that it may have (`ulimit -u`, or pids of its unit or container)",
  12: "Free memory, or raise what its unit or container may have",
  23: "Raise the number of open files of the whole system (`sysctl fs.file-max`)",
  24: "Raise the number of files that it may have open (`ulimit -n`)",
};
const SHORT = /\(os error (11|12|23|24)\)/;

/** The error's message, if it is of a shortage: of processes, of memory, of open files. null for any other. */
export function shortageIn(error: unknown): string | null {
  const why = messageOf(error);
  return SHORT.test(why) ? why : null;
}

/** Throws a Failure that ends the run if the error is of a shortage. */
export function refuseShortage(error: unknown): void {
  const why = shortageIn(error);
  if (why !== null) throw shortageFailure(why);
}

/**
 * Throws a Failure that ends the run if this program has been short of something since it began: what it did not see,
 * and what did not answer it, may be due to that alone, and says nothing about a module.
 */
export function refuseShort({ shortage }: Partial<Pick<Host, "shortage">>): void {
  const why = shortage?.() ?? null;
  if (why !== null) throw shortageFailure(why);
}

/** Why a figure is missing, if this program has been short of something; else null. */
export function shortText({ shortage }: Pick<Host, "shortage">): string | null {
  const why = shortage();
  return why === null ? null : `this program itself ran out of a resource: ${why}`;
}

function shortageFailure(why: string): Failure {
  const means = MEANS[SHORT.exec(why)?.[1] ?? ""] ?? "";
  return environmentFailure(
    `This program itself ran out of a resource: ${why}`,
    `${means}, or run fewer modules at once (--jobs)`,
  );
}
