/**
 * journal.ndjson: every observation as a line, in order, written as it happens, and folded into the record at once. The
 * flat extracts samples.ndjson and events.ndjson are written along with it, without the hashes that chain the journal's lines.
 */

import { join } from "@std/path";
import type { AppendFile, Clock, Files } from "../host/host.ts";
import type { JournalEntry, JournalLine } from "../model/evidence.ts";
import { apart, hashOf, START, withHash } from "./lines/chain.ts";
import type { RunEvidence } from "../model/record.ts";
import { cannotReadBack, cannotWrite } from "./failures.ts";
import { extractOf, EXTRACTS, JOURNAL } from "./extracts.ts";
import { type Fold, newFold } from "./fold.ts";

export interface Journal {
  /** Milliseconds since the run began. */
  elapsedMs(): number;
  /** Adds the entry to the record now, and writes it soon. */
  add(entry: JournalEntry): void;
  /** Resolves when everything added so far is in the files; throws a Failure if they could not be written. */
  flush(): Promise<void>;
  /** What was added so far, with the last two cycles of each module: over many cycles, memory does not grow. */
  readonly evidence: RunEvidence;
  /**
   * Everything that was added so far, with older cycles read back from the file; throws like `flush`, and if the file
   * is not there.
   */
  whole(): Promise<RunEvidence>;
  /** Entries that are added from here on are neither written nor an error. A second call does nothing. */
  close(): Promise<void>;
}

export interface JournalHost {
  clock: Clock;
  files: Pick<Files, "openAppend" | "readLines">;
}

/** A file, and what is still to be written to it. */
interface Pending {
  name: string;
  file: AppendFile;
  text: string;
}

/** What the journal of a resumed run has already. */
export interface Before {
  fold: Fold;
  count: number;
  /** The hash of the last line, and its time. */
  hash: string;
  ms: number;
}

/** `clean` removes from each entry what must not be written. */
export async function openJournal(
  host: JournalHost,
  dir: string,
  clean: (entry: JournalEntry) => JournalEntry = (entry) => entry,
  before: Before = { fold: newFold(), count: 0, hash: START, ms: 0 },
): Promise<Journal> {
  const began = host.clock.mono() - before.ms;
  const path = join(dir, JOURNAL);
  const names = [JOURNAL, ...EXTRACTS];
  const files: Pending[] = [];
  for (const name of names) files.push({ name, file: await host.files.openAppend(join(dir, name)), text: "" });
  let { count, fold, hash } = before;
  /** What is added while the file is read back; null at all other times. */
  let meanwhile: JournalLine[] | null = null;
  let writing: Promise<void> | null = null;
  let broken: unknown = null;
  let isPartial = false;

  async function drain(): Promise<void> {
    // Entries that are added in one go, such as the samples of all containers, are written in one go.
    await Promise.resolve();
    try {
      for (let rest = take(); rest.length > 0; rest = take()) {
        for (const { file, text } of rest) await file.append(text);
      }
    } catch (error) {
      broken ??= error;
    } finally {
      writing = null;
    }
  }

  function take(): { file: AppendFile; text: string }[] {
    const taken = files.filter(({ text }) => text !== "").map(({ file, text }) => ({ file, text }));
    for (const each of files) each.text = "";
    return taken;
  }

  function put(name: string, text: string): void {
    for (const each of files) if (each.name === name) each.text += text;
  }

  async function flush(): Promise<void> {
    while (writing !== null) await writing;
    if (broken !== null) throw cannotWrite(dir, broken);
  }

  /** Keeps everything from here on, so that the end of a run is not read twice. */
  async function readBack(): Promise<void> {
    const whole = newFold();
    const added: JournalLine[] = [];
    meanwhile = added;
    // Lines that are added meanwhile may be in the file in part.
    let left = count;
    try {
      for await (const line of host.files.readLines(path)) {
        whole.add(JSON.parse(apart(line).text) as JournalLine);
        if (--left === 0) break;
      }
    } catch (error) {
      throw cannotReadBack(path, error);
    } finally {
      meanwhile = null;
    }
    for (const line of added) whole.add(line);
    fold = whole;
    isPartial = false;
  }

  return {
    elapsedMs: () => rounded(host.clock.mono() - began),
    add(entry) {
      const at = new Date(host.clock.wall()).toISOString();
      const text = JSON.stringify({ at, ms: rounded(host.clock.mono() - began), ...clean(entry) }, roundedValue);
      // Folded from what is written, so that the record and a record made from the file can never differ.
      const line = JSON.parse(text) as JournalLine;
      fold.add(line);
      meanwhile?.push(line);
      if (entry.type === "cycle_started" && fold.forgetOldCycles()) isPartial = true;
      count++;
      hash = hashOf(hash, text);
      put(JOURNAL, `${withHash(text, hash)}\n`);
      const extract = extractOf(entry.type);
      if (extract !== undefined) put(extract, `${text}\n`);
      if (writing === null && broken === null && files.length > 0) writing = drain();
    },
    flush,
    get evidence() {
      return fold.evidence;
    },
    async whole() {
      await flush();
      if (isPartial) await readBack();
      return fold.evidence;
    },
    async close() {
      while (writing !== null) await writing;
      for (const { file } of files.splice(0)) await file.close();
    },
  };
}

/** None of the clocks here is more exact than a tenth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function roundedValue(key: string, value: unknown): unknown {
  return typeof value === "number" && /Ms$|^ms$/.test(key) ? rounded(value) : value;
}
