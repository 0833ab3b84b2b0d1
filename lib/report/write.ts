/** Writes the reports of a judged run into its audit dir, each beside its place and then renamed into it. */

import { join } from "@std/path";
import type { Files, Host } from "../host/host.ts";
import type { JudgedRun } from "../model/record.ts";
import { type Format, FORMATS } from "./formats.ts";
import type { ReadRaw } from "./junit/pytest_cases.ts";

/** In use before garbage is collected. */
const MOST_MIB = 18;
/** Of a report's text, from one time to the next. */
const CHARS_BETWEEN = 64 * 1024;

/** What `writeReports`, and `judge`, call to keep this program small. */
export function roomMaker(host: Pick<Host, "collectGarbage">): () => void {
  return () => host.collectGarbage(MOST_MIB);
}

/**
 * The folder must exist. `evidence`: the run's own audit dir, where the reports go to another one, and `up`, how their links
 * get there, such as `../`. `makeRoom` is called before each is made, and now and then while it is. Returns the paths written;
 * throws what `files` throws when there is no place to write.
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
  for (const { file, render } of Object.values<Format>(FORMATS)) {
    if (file === null) continue;
    const path = join(dir, file);
    makeRoom();
    // Each is written before the next is made: whatever comes between, the first ones are there.
    if (judged.evidence.finished) {
      await files.writeAtomic(path, withRoom(await render({ judged, readRaw, up, makeRoom }), makeRoom));
    } else {
      // Of a run that goes on, each tells of one moment: nothing of it is made once more, or while another piece is written.
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

/** Evidence that cannot be read leaves a report with less detail, and never without a verdict. */
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
