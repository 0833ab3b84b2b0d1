/** A run that an audit dir holds: what its journal says that it did, as far as it goes, but for what was seen. */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { JournalLine, RunStarted } from "../model/evidence.ts";
import type { Cut } from "../record/end_journal.ts";
import { JOURNAL } from "../record/extracts.ts";
import { START } from "../record/lines/chain.ts";
import { readJournal } from "../record/read_journal.ts";

export interface Earlier extends Cut {
  /** What it was to do; null where its journal does not say, or there is none. */
  run: RunStarted | null;
  /**
   * Lines of the last part of a run that was resumed, else of all, but for what was seen: what the parts before it had
   * started is gone.
   */
  latest: JournalLine[];
  /** When its last line was written; null if there is none. */
  lastAt: string | null;
}

/** One that had begun. Its `run` has the process of its last part. */
export interface Begun extends Earlier {
  run: RunStarted;
}

/** The run that wrote to `dir`, where it was on this project and its journal has no end; null otherwise. */
export async function readUnfinished(host: Host, engine: Engine, dir: string): Promise<Begun | null> {
  const earlier = await readEarlier(host, dir);
  return isUnfinished(earlier) && isOn(engine, earlier) ? earlier : null;
}

/** The run that wrote to `dir`, whatever its project, where its journal has no end; null otherwise. */
export async function readOpen(host: Host, dir: string): Promise<Begun | null> {
  const earlier = await readEarlier(host, dir);
  return isUnfinished(earlier) ? earlier : null;
}

/** A usage Failure if its journal is none. */
export async function readEarlier({ files }: Host, dir: string): Promise<Earlier> {
  const path = join(dir, JOURNAL);
  const earlier: Earlier = { dir, run: null, latest: [], lastAt: null, count: 0, hash: START, ms: 0, isChained: false };
  if (await files.kind(path) !== "file") return earlier;
  const wanted = {
    path,
    what: "Cannot read the journal of an earlier run,",
    next: "See there what it may have left running, and move the folder away",
  };
  const { hash, isChained } = await readJournal(files, wanted, (line) => {
    earlier.count++;
    earlier.ms = line.ms;
    earlier.lastAt = line.at;
    if ("module" in line || line.type === "event") return;
    if (line.type === "run_started") earlier.run ??= line;
    if (line.type === "resumed") {
      earlier.latest = [];
      if (earlier.run !== null) earlier.run = { ...earlier.run, host: line.host };
    }
    earlier.latest.push(line);
  });
  return { ...earlier, hash, isChained };
}

export function isUnfinished(earlier: Earlier): earlier is Begun {
  return earlier.run !== null && !hasEnd(earlier);
}

export function hasEnd({ latest }: Earlier): boolean {
  return latest.some(({ type }) => type === "run_finished");
}

export function isOn(engine: Engine, { run }: Begun): boolean {
  return run.engine.name === engine.info.name && run.project.name === engine.project.name;
}
