/** Writes the reports of a judged run into its audit dir, each as a temporary file that is then renamed. */

import { join } from "@std/path";
import type { Files, Host } from "../host/host.ts";
import type { JudgedRun } from "../model/record.ts";
import { WRITTEN } from "./formats.ts";
import type { ReadRaw } from "./junit/pytest_cases.ts";

/** Garbage is collected only if more memory than this is in use. */
const MOST_MIB = 18;
/** Characters of a report's text between two collections. */
const CHARS_BETWEEN = 64 * 1024;

/** Makes what `writeReports` and `judge` call to keep the memory of this program small. */
export function roomMaker(host: Pick<Host, "collectGarbage">): () => void {
  return () => host.collectGarbage(MOST_MIB);
}

/**
 * The folder must exist. `evidence` names the run's own audit dir if the reports are written elsewhere, and with `up` the path
 * of their links to it, such as `../`. `makeRoom` is called before each report is made, and now and then meanwhile. Returns the
 * paths written; throws what `files` throws if it cannot write.
 */
export async function writeReports(
  files: Pick<Files, "kind" | "readText" | "writeAtomic">,
  dir: string,
  judged: JudgedRun,
  evidence: { dir: string; up?: string } = { dir },
  makeRoom: () => void = () => {},
): Promise<string[]> {
  const readRaw = rawReader(files, evidence.dir);
  const { up = "" } = evidence;
  const written: string[] = [];
  for (const { file, load } of WRITTEN) {
    const render = await load();
    const path = join(dir, file);
    makeRoom();
    // Each is written before the next is made: if the program ends in between, the first ones exist.
    if (judged.evidence.finished) {
      await files.writeAtomic(path, withRoom(await render({ judged, readRaw, up, makeRoom }), makeRoom));
    } else {
      // The evidence of a running run changes: each report is made anew, and whole before it is written, to show one moment.
      await files.writeAtomic(path, [...await render({ judged: { ...judged }, readRaw, up })]);
    }
    written.push(path);
  }
  return written;
}

function* withRoom(pieces: Iterable<string>, makeRoom: () => void): Generator<string> {
  let chars = 0;
  for (const piece of pieces) {
    yield piece;
    chars += piece.length;
    if (chars < CHARS_BETWEEN) continue;
    chars = 0;
    makeRoom();
  }
}

/** If evidence cannot be read, the report has less detail, but it always has a verdict. */
export function rawReader(files: Pick<Files, "kind" | "readText">, evidenceDir: string): ReadRaw {
  return async (path) => {
    try {
      const full = join(evidenceDir, path);
      return await files.kind(full) === "file" ? await files.readText(full) : null;
    } catch {
      return null;
    }
  };
}
