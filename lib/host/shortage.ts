/** What this program itself is short of. It is no fault of the module that it was working on. */

import { environmentFailure, messageOf } from "../model/failure.ts";

/** EAGAIN of fork, ENOMEM, ENFILE and EMFILE, as the system's errors are told. */
const SHORT = /\(os error (?:11|12|23|24)\)/;

/** Throws a Failure that ends the run if the error is one of want: of processes, of memory, of files that may be open. */
export function refuseShortage(error: unknown): void {
  const why = messageOf(error);
  if (!SHORT.test(why)) return;
  throw environmentFailure(
    `This program is short of what it needs itself: ${why}`,
    "Raise its limits (ulimit -n for open files, ulimit -u for processes), free memory, or run fewer modules at once (--jobs)",
  );
}
