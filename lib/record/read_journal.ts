/** Reads the file of a journal line by line, and checks each line. */

import { type Files, LinesError } from "../host/host.ts";
import type { JournalLine } from "../model/evidence.ts";
import { environmentFailure, messageOf, usageFailure } from "../model/failure.ts";

export interface Wanted {
  path: string;
  /** What fails when it cannot be read, such as `Cannot judge`. */
  what: string;
  /** What to do then. */
  next: string;
}

/** What to do about a journal that is not as the run wrote it, in whichever command. */
export const AS_WRITTEN =
  "It must be the journal as the run wrote it: take it from where the run wrote it, or run it again";

/**
 * Passes the lines to `take` one by one, so that little more of a long journal is held than `take` keeps; a last line
 * that a kill cut short is left out. `between` is awaited now and then, between two lines. Resolves to the number of
 * lines and the last hash. Throws a usage Failure that names the first line that is not as a
 * run writes it, and an environment Failure for a file that cannot be read.
 */
export async function readJournal(
  files: Pick<Files, "lineBlocks">,
  { next, path, what }: Wanted,
  take: (line: JournalLine) => void,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<{ count: number; hash: string }> {
  // Loaded only here, since the schema takes a while to load, and most commands read no journal.
  const { BadLine, LineReader, OtherVersion } = await import("./line_reader.ts");
  const reader = new LineReader();
  const fails = (error: unknown) => `${what} "${path}": ${messageOf(error)}`;
  let isReading = true;
  try {
    for await (const lines of files.lineBlocks(path)) {
      isReading = false;
      reader.read(lines, take);
      await between();
      isReading = true;
    }
  } catch (error) {
    if (error instanceof BadLine || error instanceof LinesError) throw usageFailure(fails(error), next);
    if (error instanceof OtherVersion) {
      throw usageFailure(fails(error), `Use the version that wrote it, ${error.writer}`);
    }
    // What `take` throws is not the file's fault.
    throw isReading ? environmentFailure(fails(error), "See whether it can be read") : error;
  }
  return { count: reader.count, hash: reader.hash };
}
