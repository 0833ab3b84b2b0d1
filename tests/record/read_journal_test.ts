/** A journal's file, read line by line: whose fault it is if it cannot be. */

import { assertEquals, assertRejects } from "@std/assert";
import { LinesError } from "../../lib/host/host.ts";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { Failure } from "../../lib/model/failure.ts";
import { apart } from "../../lib/record/lines/chain.ts";
import { readJournal } from "../../lib/record/read_journal.ts";
import { journalText } from "../fakes/journal.ts";
import { realJournal } from "../run/journal_lines.ts";

const REAL = realJournal();
const LINES = journalText(REAL).trimEnd().split("\n");
const WANTED = { path: "/audit/journal.ndjson", what: "Cannot judge", next: "Run it again" };

/** `fails`: after the last block. */
function filesWith(blocks: readonly (readonly string[])[], fails?: Error) {
  return {
    async *lineBlocks(path: string): AsyncGenerator<readonly string[]> {
      assertEquals(path, WANTED.path);
      for (const block of blocks) yield await Promise.resolve(block);
      if (fails !== undefined) throw fails;
    },
  };
}

const nothing = () => {};

async function failureOf(reading: Promise<unknown>): Promise<[exit: string, what: string, next: string]> {
  const { data: { exit, next, what } } = await assertRejects(() => reading, Failure);
  return [exit, what, next];
}

Deno.test("readJournal() hands out each line, and pauses after each block", async () => {
  const taken: JournalLine[] = [];
  const pauses: number[] = [];
  const between = () => Promise.resolve(void pauses.push(taken.length));
  const files = filesWith([LINES.slice(0, 3), LINES.slice(3)]);
  const read = await readJournal(files, WANTED, (line) => taken.push(line), between);
  assertEquals(taken, REAL);
  assertEquals(pauses, [3, REAL.length]);
  assertEquals(read, { count: REAL.length, hash: apart(LINES.at(-1) ?? "").hash ?? "" });
});

Deno.test("readJournal() of a file without lines gives none, and needs no pause", async () => {
  assertEquals(await readJournal(filesWith([]), WANTED, nothing), { count: 0, hash: "" });
});

Deno.test("readJournal() calls a changed line and a file of no lines wrong usage", async () => {
  const changed = filesWith([LINES.toSpliced(1, 1)]);
  assertEquals(await failureOf(readJournal(changed, WANTED, nothing)), [
    "usage",
    'Cannot judge "/audit/journal.ndjson": line 2 does not follow from line 1: a line was changed, removed, doubled, ' +
    "moved or put in after the run",
    "Run it again",
  ]);
  const pipe = filesWith([], new LinesError("it is a pipe"));
  assertEquals(await failureOf(readJournal(pipe, WANTED, nothing)), [
    "usage",
    'Cannot judge "/audit/journal.ndjson": it is a pipe',
    "Run it again",
  ]);
});

Deno.test("readJournal() names the version that wrote a journal of another kind", async () => {
  const other = { ...REAL[0], schemaVersion: 3, tool: { name: "vx11-stability", version: "9.0.0" } };
  const files = filesWith([journalText([other]).trimEnd().split("\n")]);
  const [exit, what, next] = await failureOf(readJournal(files, WANTED, nothing));
  assertEquals([exit, next], ["usage", "Use the version that wrote it, 9.0.0"]);
  assertEquals(what.includes("it has schema version 3"), true, what);
});

Deno.test("readJournal() calls a file that cannot be read a fault of the environment, also in its midst", async () => {
  for (const blocks of [[], [LINES.slice(0, 3)]]) {
    assertEquals(await failureOf(readJournal(filesWith(blocks, new Error("Input/output error")), WANTED, nothing)), [
      "environment",
      'Cannot judge "/audit/journal.ndjson": Input/output error',
      "See whether it can be read",
    ]);
  }
});

Deno.test("readJournal() passes on what its user throws: that is not the file's fault", async () => {
  const mine = new Error("no room");
  const thrown = (take: () => void, between: () => Promise<void>) =>
    assertRejects(() => readJournal(filesWith([LINES]), WANTED, take, between));
  const rejects = () => Promise.reject(mine);
  const throws = () => {
    throw mine;
  };
  assertEquals(await thrown(nothing, rejects), mine);
  assertEquals(await thrown(throws, () => Promise.resolve()), mine);
});
