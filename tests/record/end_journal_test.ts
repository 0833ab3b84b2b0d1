import { assertEquals, assertRejects } from "@std/assert";
import type { Files } from "../../lib/host/host.ts";
import type { JournalEntry } from "../../lib/model/evidence.ts";
import { Failure } from "../../lib/model/failure.ts";
import { endJournal } from "../../lib/record/end_journal.ts";
import { apart, chained, START } from "../../lib/record/lines/chain.ts";
import { denoHost } from "../../lib/host/deno.ts";

const LINES = [...chained(['{"a":1}', '{"a":2}', '{"a":3}'])];
const hashOf = (line: string) => /"h":"([0-9a-f]+)"/.exec(line)?.[1] ?? START;

async function withJournal(text: string, test: (dir: string, path: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-end-" });
  try {
    await Deno.writeTextFile(`${dir}/journal.ndjson`, text, { mode: 0o640 });
    await Deno.chmod(`${dir}/journal.ndjson`, 0o640);
    await test(dir, `${dir}/journal.ndjson`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const cut = (dir: string, count: number) => (
  { dir, count, ms: 7, hash: hashOf(LINES[count - 1] ?? "") }
);

Deno.test("endJournal() leaves whole lines as they are, in place of half a line, with the permissions of the journal", async () => {
  await withJournal(`${LINES.join("\n")}\n{"a":4,"h`, async (dir, path) => {
    const host = denoHost();
    await endJournal({ ...host, files: host.files.masked(0o077) }, cut(dir, 3), [{ type: "run_finished" }]);
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assertEquals(lines.slice(0, 3), LINES);
    assertEquals([lines.length, JSON.parse(lines[3] ?? "").type], [4, "run_finished"]);
    assertEquals((await Deno.stat(path)).mode ?? 0, 0o100640);
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 1);
  });
});

Deno.test("endJournal() adds lines with hashes to a journal that has them, and lines without to one that has none", async () => {
  const ended: JournalEntry[] = [{ type: "notice", text: "a" }, { type: "run_finished" }];
  await withJournal(`${LINES.join("\n")}\n`, async (dir, path) => {
    await endJournal(denoHost(), cut(dir, 3), ended);
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assertEquals([...chained(lines.map((line) => apart(line).text))], lines);
    assertEquals(lines.slice(3).map((line) => JSON.parse(line)).map(({ ms, type }) => [type, ms]), [
      ["notice", 7],
      ["run_finished", 7],
    ]);
  });
});

Deno.test("endJournal() says what cannot be read or written, and leaves the journal as it was", async () => {
  const text = `${LINES.join("\n")}\n`;
  const broken = () => Promise.reject(new Error("Input/output error"));
  await withJournal(text, async (dir, path) => {
    const host = denoHost();
    const message = async (files: Partial<Files>) => {
      const ending = endJournal({ ...host, files: { ...host.files, ...files } }, cut(dir, 3), [{
        type: "run_finished",
      }]);
      const failure = await assertRejects(() => ending, Failure);
      assertEquals(await Deno.readTextFile(path), text);
      assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 1);
      return failure.message;
    };
    const unread = { lineBlocks: () => ({ [Symbol.asyncIterator]: () => ({ next: broken }) }) };
    assertEquals(await message(unread), `Cannot read back what the run wrote to "${path}": Input/output error`);
    const unwritten = `Cannot write the evidence to "${dir}": Input/output error`;
    assertEquals(await message({ openAppend: broken }), unwritten);
    assertEquals(await message({ rename: broken }), unwritten);
    const openAppend: Files["openAppend"] = async (name, options) => (
      { ...await host.files.openAppend(name, options), append: broken }
    );
    assertEquals(await message({ openAppend }), unwritten);
  });
});

Deno.test("endJournal() writes nothing over a journal that has become shorter since it was read", async () => {
  const text = `${LINES.slice(0, 2).join("\n")}\n`;
  await withJournal(text, async (dir, path) => {
    const ending = endJournal(denoHost(), cut(dir, 3), [{ type: "run_finished" }]);
    await assertRejects(() => ending, Failure, "Cannot read back");
    assertEquals(await Deno.readTextFile(path), text);
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 1);
  });
});
