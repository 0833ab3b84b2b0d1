/**
 * Reads the journal of a run that was cut short, so that the run can be resumed or reported. It is checked as any
 * other, and its extracts are written anew from it, since a kill may have cut their last lines, or kept lines of the
 * journal out of them.
 */

import { join } from "@std/path";
import type { AppendFile, Files } from "../host/host.ts";
import type { JournalLine } from "../model/evidence.ts";
import { orCannotWrite } from "./failures.ts";
import { extractOf, EXTRACTS, JOURNAL } from "./extracts.ts";
import { newFold } from "./fold.ts";
import type { Before } from "./journal.ts";
import { AS_WRITTEN, readJournal } from "./read_journal.ts";

/** How much is written in one go. */
const PIECE = 1 << 16;

/**
 * Throws a Failure if the journal is not as the run wrote it, or the extracts cannot be written. `what`: what fails
 * then, such as `Cannot resume`.
 */
export async function readBefore(files: Files, dir: string, what: string): Promise<Before> {
  const fold = newFold();
  const extracts = await emptied(files, dir);
  const write = async (least: number) => {
    for (const extract of extracts.values()) {
      const text = extract.waiting;
      if (text.length < least) continue;
      extract.waiting = "";
      await orCannotWrite(dir, () => extract.file.append(text));
    }
  };
  let ms = 0;
  const take = (line: JournalLine) => {
    fold.add(line);
    ms = line.ms;
    const extract = extracts.get(extractOf(line.type) ?? "");
    if (extract !== undefined) extract.waiting += `${JSON.stringify(line)}\n`;
  };
  try {
    const path = join(dir, JOURNAL);
    const { count, hash } = await readJournal(
      files,
      { path, what, next: AS_WRITTEN },
      take,
      () => write(PIECE),
    );
    await write(1);
    return { fold, count, hash, ms };
  } finally {
    for (const { file } of extracts.values()) await file.close();
  }
}

interface Extract {
  file: AppendFile;
  /** What is still to be written to it. */
  waiting: string;
}

async function emptied(files: Files, dir: string): Promise<Map<string, Extract>> {
  const opened = new Map<string, Extract>();
  for (const name of EXTRACTS) {
    const path = join(dir, name);
    await orCannotWrite(dir, async () => {
      await files.writeAtomic(path, "");
      opened.set(name, { file: await files.openAppend(path), waiting: "" });
    });
  }
  return opened;
}
