/** The lines of a journal as they stand in its file → what they say, each checked by the schema and by the chain of hashes. Pure. */

import { type JournalLine, SCHEMA_VERSION } from "../model/evidence.ts";
import { messageOf } from "../model/failure.ts";
import { apart, hashOf, START } from "./lines/chain.ts";
import { whyNoLine } from "./lines/check.ts";
import { countFollowing } from "./lines/follower.ts";
import { quickLine } from "./lines/quick.ts";
import { completed } from "./lines/started.ts";
import { withSharedWords } from "./lines/words.ts";

/** What is wrong with a journal, as the end of a sentence that begins with it: which line, and why. */
export class BadLine extends Error {
  constructor(nr: number, why: string) {
    super(`line ${nr} ${why}`);
    this.name = "BadLine";
  }
}

/** A journal of a version of this program that writes other lines. */
export class OtherVersion extends Error {
  /** Of the program that wrote it. */
  readonly writer: string;

  constructor(schemaVersion: number, writer: string) {
    super(`it has schema version ${schemaVersion}, and this program reads ${SCHEMA_VERSION}`);
    this.name = "OtherVersion";
    this.writer = writer;
  }
}

export class LineReader {
  #count = 0;
  #before = START;
  #isChained = false;
  /** What a last line that a kill cut short looks like; only another line behind it tells that it is none. */
  #broken: BadLine | null = null;

  /** Whether lines have hashes: journals of old have none, and nothing shows what was changed in them. */
  get isChained(): boolean {
    return this.#isChained;
  }

  /** Lines so far, and the hash of the last of them. */
  get count(): number {
    return this.#count;
  }

  get hash(): string {
    return this.#before;
  }

  /**
   * Hands over what each of the next lines says, but for half a line, which only the last one of the journal may be. Throws
   * BadLine and OtherVersion, after the lines before.
   */
  read(lines: readonly string[], take: (line: JournalLine) => void): void {
    if (this.#count === 0 && lines[0] !== undefined) this.#isChained = apart(lines[0]).hash !== null;
    const following = this.#isChained ? countFollowing(this.#before, lines) : 0;
    if (following > 0) this.#before = apart(lines[following - 1] as string).hash ?? START;
    for (let nr = 0; nr < lines.length; nr++) {
      const text = lines[nr] as string;
      const line = nr < following && quickLine(text) || null;
      if (line !== null) this.#count++;
      const read = line ?? this.#readOne(text, nr < following);
      if (read !== null) take(read);
    }
  }

  /** null for half a line. `follows`: from the one before, as is known already. */
  #readOne(line: string, follows: boolean): JournalLine | null {
    if (this.#broken !== null) throw this.#broken;
    this.#count++;
    const { hash, text } = apart(line);
    const value = this.#parsed(text);
    if (value === undefined) return null;
    if (this.#isChained && !follows) this.#follow(text, hash);
    refuseOtherVersion(value);
    const why = whyNoLine(value) ?? (isBare(value) ? null : "has a hash in another place than its end");
    if (why !== null) throw new BadLine(this.#count, why);
    if (!this.#isChained && hash !== null) throw new BadLine(this.#count, "has a hash, and those before it have none");
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

  #follow(text: string, hash: string | null): void {
    if (hash === null) throw new BadLine(this.#count, "has no hash, and those before it have one");
    if (hashOf(this.#before, text) !== hash) {
      const what = this.#count === 1
        ? "is not the first that the run wrote"
        : `does not follow from line ${this.#count - 1}`;
      throw new BadLine(this.#count, `${what}: a line was changed, removed, doubled, moved or put in after the run`);
    }
    this.#before = hash;
  }
}

/** Before the schema, which is of this version alone. */
function refuseOtherVersion(value: unknown): void {
  if (typeof value !== "object" || value === null || !("type" in value) || value.type !== "run_started") return;
  const { schemaVersion, tool } = value as { schemaVersion?: unknown; tool?: { version?: unknown } | null };
  if (typeof schemaVersion !== "number" || schemaVersion === SCHEMA_VERSION) return;
  throw new OtherVersion(schemaVersion, String(tool?.version));
}

/** The hash is taken off what is read; another key of its name would be taken for one. */
function isBare(value: unknown): boolean {
  return typeof value !== "object" || value === null || !Object.hasOwn(value, "h");
}
