/** The end of a journal that a kill cut off: written behind its last whole line. Of a long run, no more than a block is held. */

import { join } from "@std/path";
import type { Host } from "../host/host.ts";
import { temporaryOf } from "../host/temporary.ts";
import type { JournalEntry, JournalLine } from "../model/evidence.ts";
import { chained } from "./lines/chain.ts";
import { cannotWrite } from "./failures.ts";
import { JOURNAL } from "./extracts.ts";

export interface Cut {
  dir: string;
  /** Whole lines, and the hash and the time of the last of them. */
  count: number;
  hash: string;
  ms: number;
  isChained: boolean;
}

/**
 * The journal is written anew, its lines as they stand there, since what is added must not stand behind half a line. Throws a
 * Failure if it cannot be written.
 */
export async function endJournal(
  { clock, files, pid }: Pick<Host, "clock" | "files" | "pid">,
  { count, dir, hash, isChained, ms }: Cut,
  entries: readonly JournalEntry[],
): Promise<void> {
  const at = new Date(clock.wall()).toISOString();
  const texts = entries.map((entry) => JSON.stringify({ at, ms, ...entry } satisfies JournalLine));
  const path = join(dir, JOURNAL);
  const temporary = temporaryOf(path, pid);
  try {
    const file = await files.openAppend(temporary);
    try {
      let left = count;
      for await (const lines of files.lineBlocks(path)) {
        if (left <= 0) break;
        await file.append(textOf(lines.slice(0, left)));
        left -= lines.length;
      }
      await file.append(textOf(isChained ? chained(texts, hash) : texts));
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary).catch(() => {});
    throw cannotWrite(dir, error);
  }
}

function textOf(lines: Iterable<string>): string {
  return [...lines].map((line) => `${line}\n`).join("");
}
