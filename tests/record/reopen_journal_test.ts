/** The journal of a run that was cut short, read so that the run can go on: its extracts are written anew. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { denoHost } from "../../lib/host/deno.ts";
import type { Files } from "../../lib/host/host.ts";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { Failure } from "../../lib/model/failure.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { apart } from "../../lib/record/lines/chain.ts";
import { readBefore } from "../../lib/record/reopen_journal.ts";
import { journalText } from "../fakes/journal.ts";
import { realJournal } from "../run/journal_lines.ts";

const REAL = realJournal();
const TEXT = journalText(REAL);

async function withJournal(text: string, test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-reopen-" });
  try {
    await Deno.writeTextFile(`${dir}/journal.ndjson`, text);
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** The real files, and how many of them are open for writing. */
function counted(): { files: Files; open: () => number } {
  let open = 0;
  const { files } = denoHost();
  return {
    open: () => open,
    files: {
      ...files,
      async openAppend(path, options) {
        const file = await files.openAppend(path, options);
        open++;
        return { append: (text) => file.append(text), close: () => (open--, file.close()) };
      },
    },
  };
}

function linesOf(types: readonly string[], all: readonly JournalLine[] = REAL): string {
  return all.filter(({ type }) => types.includes(type)).map((line) => `${JSON.stringify(line)}\n`).join("");
}

Deno.test("readBefore() gives the record, where the journal goes on, and whole extracts in place of cut ones", async () => {
  await withJournal(`${TEXT}{"at":"2025-12-22T21:5`, async (dir) => {
    await Deno.writeTextFile(`${dir}/samples.ndjson`, '{"half":');
    const { files, open } = counted();
    const { count, fold, hash, ms } = await readBefore(files, dir, "Cannot resume");
    assertEquals(JSON.stringify(fold.evidence), JSON.stringify(foldJournal(REAL)));
    assertEquals([ms, hash], [REAL.at(-1)?.ms, apart(TEXT.trimEnd().split("\n").at(-1) ?? "").hash ?? ""]);
    assertEquals(count, REAL.length + 1, "half a line counts: what is added stands behind it");
    assertEquals(
      await Deno.readTextFile(`${dir}/samples.ndjson`),
      linesOf(["sample", "sample_missing", "probe"]),
    );
    assertEquals(await Deno.readTextFile(`${dir}/events.ndjson`), linesOf(["event", "gap"]));
    assertEquals(open(), 0);
  });
});

Deno.test("readBefore() writes the extracts of a long journal piece by piece, in order", async () => {
  const [probe] = REAL.filter(({ type }) => type === "probe");
  assert(probe !== undefined);
  const long = [...REAL, ...Array.from({ length: 3000 }, (_, nr) => ({ ...probe, ms: 50_000 + nr }))];
  await withJournal(journalText(long), async (dir) => {
    const { files, open } = counted();
    const pieces = { samples: 0, events: 0 };
    const openAppend: Files["openAppend"] = async (path, options) => {
      const file = await files.openAppend(path, options);
      const name = path.endsWith("/events.ndjson") ? "events" : "samples";
      return { ...file, append: (text) => (pieces[name]++, file.append(text)) };
    };
    await readBefore({ ...files, openAppend }, dir, "Cannot resume");
    const wanted = linesOf(["sample", "sample_missing", "probe"], long);
    assertEquals(await Deno.readTextFile(`${dir}/samples.ndjson`), wanted);
    assertEquals([pieces.samples > 3, pieces.events], [true, 1], `${pieces.samples} pieces`);
    assertEquals(open(), 0);
  });
});

Deno.test("readBefore() closes its files if the journal is not as the run wrote it, and says what cannot be done", async () => {
  await withJournal(TEXT.replace('"ok":true', '"ok":false'), async (dir) => {
    const { files, open } = counted();
    const { message } = await assertRejects(() => readBefore(files, dir, "Cannot resume"), Failure);
    assertEquals(message.startsWith(`Cannot resume "${dir}/journal.ndjson": line `), true, message);
    assertEquals(open(), 0);
  });
});

Deno.test("readBefore() says that the evidence cannot be written if the disk is full, and leaves no file open", async () => {
  const full = () => Promise.reject(new Error("No space left on device"));
  await withJournal(TEXT, async (dir) => {
    const { files, open } = counted();
    const openAppend: Files["openAppend"] = async (path, options) => (
      { ...await files.openAppend(path, options), append: full }
    );
    for (const broken of [{ openAppend }, { writeAtomic: full }, { openAppend: full }]) {
      const reading = readBefore({ ...files, ...broken }, dir, "Cannot resume");
      const { message } = await assertRejects(() => reading, Failure);
      assertEquals(message, `Cannot write the evidence to "${dir}": No space left on device`);
    }
    assertEquals(open(), 0);
  });
});
