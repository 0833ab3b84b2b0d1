/** The run in an audit dir: what it did, by its journal as far as it goes. Observations are left out. */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { JournalLine, RunStarted } from "../model/evidence.ts";
import type { Cut } from "../record/end_journal.ts";
import { JOURNAL } from "../record/extracts.ts";
import { START } from "../record/lines/chain.ts";
import { readJournal } from "../record/read_journal.ts";

export interface Earlier extends Cut {
  /** What it was to do; null if its journal does not say, or if there is none. */
  run: RunStarted | null;
  /**
   * Lines of the last part if the run was resumed, else all lines, without observations: what the earlier parts had started is
   * gone.
   */
  latest: JournalLine[];
  /** When its last line was written; null if there is none. */
  lastAt: string | null;
}

/** A run that had begun. Its `run` has the process of its last part. */
export interface Begun extends Earlier {
  run: RunStarted;
}

/** The run that wrote to `dir`, if it was on this project and its journal has no end; null otherwise. */
export async function readUnfinished(host: Host, engine: Engine, dir: string): Promise<Begun | null> {
  const earlier = await readEarlier(host, dir);
  return isUnfinished(earlier) && isOn(engine, earlier) ? earlier : null;
}

/** The run that wrote to `dir`, whatever its project, if its journal has no end; null otherwise. */
export async function readOpen(host: Host, dir: string): Promise<Begun | null> {
  const earlier = await readEarlier(host, dir);
  return isUnfinished(earlier) ? earlier : null;
}

/** Throws a usage Failure if its journal is not a journal. */
export async function readEarlier({ files }: Host, dir: string): Promise<Earlier> {
  const path = join(dir, JOURNAL);
  const earlier: Earlier = { dir, run: null, latest: [], lastAt: null, count: 0, hash: START, ms: 0 };
  if (await files.kind(path) !== "file") return earlier;
  const wanted = {
    path,
    what: "Cannot read the journal of an earlier run,",
    next: "See there what it may have left running, and move the folder away",
  };
  const { hash } = await readJournal(files, wanted, (line) => {
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
  return { ...earlier, hash };
}

export function isUnfinished(earlier: Earlier): earlier is Begun {
  return earlier.run !== null && !hasEnd(earlier);
}

export function hasEnd({ latest }: Earlier): boolean {
  return latest.some(({ type }) => type === "run_finished");
}

export function isOn(engine: Engine, { run }: Begun): boolean {
  return isSame(engine, { engine: run.engine.name, project: run.project.name, identity: run.identity });
}

/** Whether it is the engine's own project: one on another host may have a project of the same name. */
export function isSame(
  { identity, info, project }: Pick<Engine, "identity" | "info" | "project">,
  other: { engine: string; project: string; identity?: string | undefined },
): boolean {
  if (other.engine !== info.name || other.project !== project.name) return false;
  return other.identity === undefined || identity === undefined || other.identity === identity;
}
