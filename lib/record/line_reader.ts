/** Reads the lines of a journal's file, and checks each by the schema and by the chain of hashes. Pure. */

import { type JournalLine, SCHEMA_VERSION } from "../model/evidence.ts";
import { messageOf } from "../model/failure.ts";
import { apart, START } from "./lines/chain.ts";
import { whyNoLine } from "./lines/check.ts";
import { countFollowing } from "./lines/follower.ts";
import { quickLine } from "./lines/quick.ts";
import { completed } from "./lines/started.ts";
import { withSharedWords } from "./lines/words.ts";

/** What is wrong with a journal: which line, and why, as the end of a sentence that begins with the journal. */
export class BadLine extends Error {
  constructor(nr: number, why: string) {
    super(`line ${nr} ${why}`);
    this.name = "BadLine";
  }
}

/** A journal of a version of this program that writes other lines. */
export class OtherVersion extends Error {
  /** The version of the program that wrote it. */
  readonly writer: string;

  constructor(schemaVersion: number, writer: string) {
    super(`it has schema version ${schemaVersion}, and this program reads ${SCHEMA_VERSION}`);
    this.name = "OtherVersion";
    this.writer = writer;
  }
}

const NO_HASH = "has no hash, with which a run ends each line: it was changed or put in after the run";

export class LineReader {
  #count = 0;
  #before = START;
  /** A line that is no JSON: it may be the last one, which a kill cut short, unless another line follows. */
  #broken: BadLine | null = null;

  /** The number of lines so far; `hash` is that of the last one. */
  get count(): number {
    return this.#count;
  }

  get hash(): string {
    return this.#before;
  }

  /**
   * Passes each of the next lines to `take`, except for half a line, which only the last one of the journal may be.
   * Throws BadLine and OtherVersion, after the lines before.
   */
  read(lines: readonly string[], take: (line: JournalLine) => void): void {
    const following = countFollowing(this.#before, lines);
    if (following > 0) this.#before = apart(lines[following - 1] as string).hash as string;
    for (let nr = 0; nr < lines.length; nr++) {
      const text = lines[nr] as string;
      const line = nr < following && quickLine(text) || null;
      if (line !== null) this.#count++;
      const read = line ?? this.#readOne(text, nr < following);
      if (read !== null) take(read);
    }
  }

  /** null for half a line. `follows`: it is known already that the line follows from the one before. */
  #readOne(line: string, follows: boolean): JournalLine | null {
    if (this.#broken !== null) throw this.#broken;
    this.#count++;
    const { hash, text } = apart(line);
    const value = this.#parsed(text);
    if (value === undefined) return null;
    if (hash !== null && !follows) throw this.#stranger();
    refuseOtherVersion(value);
    const why = whyNoLine(value) ?? (isBare(value) ? null : "has a hash in another place than its end");
    if (why !== null) throw new BadLine(this.#count, why);
    if (hash === null) throw new BadLine(this.#count, NO_HASH);
    const read = value as JournalLine;
    return read.type === "run_started" ? completed(read) : withSharedWords(read);
  }

  #parsed(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      this.#broken = new BadLine(this.#count, `is no JSON: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** The error for a line that does not follow from the one before it. */
  #stranger(): BadLine {
    const what = this.#count === 1
      ? "is not the first that the run wrote"
      : `does not follow from line ${this.#count - 1}`;
    return new BadLine(this.#count, `${what}: a line was changed, removed, doubled, moved or put in after the run`);
  }
}

/** Checked before the schema, which is only for this version. */
function refuseOtherVersion(value: unknown): void {
  if (typeof value !== "object" || value === null || !("type" in value) || value.type !== "run_started") return;
  const { schemaVersion, tool } = value as { schemaVersion?: unknown; tool?: { version?: unknown } | null };
  if (typeof schemaVersion !== "number" || schemaVersion === SCHEMA_VERSION) return;
  throw new OtherVersion(schemaVersion, String(tool?.version));
}

/**
 * Whether the value has no key `h`: the line's hash has been taken off, and another key of its name would be mistaken
 * for one.
 */
function isBare(value: unknown): boolean {
  return typeof value !== "object" || value === null || !Object.hasOwn(value, "h");
}
