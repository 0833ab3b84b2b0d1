/**
 * Writes the end of a journal that a kill cut off, after its last whole line. No more than a block of a long journal is
 * held.
 */

import { join } from "@std/path";
import type { Files, Host } from "../host/host.ts";
import { temporaryOf } from "../host/temporary.ts";
import type { JournalEntry, JournalLine } from "../model/evidence.ts";
import { chained } from "./lines/chain.ts";
import { cannotReadBack, orCannotWrite } from "./failures.ts";
import { JOURNAL } from "./extracts.ts";

export interface Cut {
  dir: string;
  /** Whole lines, and the hash and the time of the last of them. */
  count: number;
  hash: string;
  ms: number;
}

/**
 * Writes the journal anew with its lines unchanged, since what is added must not follow half a line. Throws a Failure
 * if it can no longer be read, or not be written.
 */
export async function endJournal(
  { clock, files, pid }: Pick<Host, "clock" | "files" | "pid">,
  { count, dir, hash, ms }: Cut,
  entries: readonly JournalEntry[],
): Promise<void> {
  const at = new Date(clock.wall()).toISOString();
  const texts = entries.map((entry) => JSON.stringify({ at, ms, ...entry } satisfies JournalLine));
  const path = join(dir, JOURNAL);
  const temporary = temporaryOf(path, pid);
  try {
    const file = await orCannotWrite(dir, () => files.openAppend(temporary, { like: path }));
    try {
      let left = count;
      for await (const lines of read(files, path)) {
        if (left <= 0) break;
        await orCannotWrite(dir, () => file.append(textOf(lines.slice(0, left))));
        left -= lines.length;
      }
      if (left > 0) throw cannotReadBack(path, new Error(`it has fewer than the ${count} lines that it had`));
      await orCannotWrite(dir, () => file.append(textOf(chained(texts, hash))));
    } finally {
      await orCannotWrite(dir, () => file.close());
    }
    await orCannotWrite(dir, () => files.rename(temporary, path));
  } catch (error) {
    await files.remove(temporary).catch(() => {});
    throw error;
  }
}

async function* read(files: Pick<Files, "lineBlocks">, path: string): AsyncGenerator<readonly string[]> {
  try {
    yield* files.lineBlocks(path);
  } catch (error) {
    throw cannotReadBack(path, error);
  }
}

function textOf(lines: Iterable<string>): string {
  return [...lines].map((line) => `${line}\n`).join("");
}
