import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../lib/model/failure.ts";
import { endJournal } from "../../lib/record/end_journal.ts";
import { chained, START } from "../../lib/record/lines/chain.ts";
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

Deno.test("endJournal() writes nothing over a journal that has become shorter since it was read", async () => {
  const text = `${LINES.slice(0, 2).join("\n")}\n`;
  await withJournal(text, async (dir, path) => {
    const ending = endJournal(denoHost(), cut(dir, 3), [{ type: "run_finished" }]);
    await assertRejects(() => ending, Failure, "Cannot read back");
    assertEquals(await Deno.readTextFile(path), text);
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 1);
  });
});
