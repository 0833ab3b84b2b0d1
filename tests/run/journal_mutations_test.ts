/**
 * Hostile journals: whatever of a journal is changed, `judge`, `compare` and `review` refuse it or read it, and never break;
 * and what was changed without its hashes is never taken for what the run wrote.
 */

import { assert } from "@std/assert";
import { main } from "../../lib/cli/cli.ts";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { fakeHost } from "../fakes/host.ts";
import { journalText } from "../fakes/journal.ts";
import { realJournal } from "./journal_lines.ts";
import { mutated, type Mutation } from "./journal_mutations.ts";
import { FAULTY, HEALTHY, ran } from "./kinds_of_runs.ts";

/** `VX11_MUTATIONS=10000` looks at more of them. */
const MUTATIONS = Number(Deno.env.get("VX11_MUTATIONS") ?? 500);

const KINDS = [
  HEALTHY["two cycles"],
  HEALTHY["a soak"],
  FAULTY.regressed,
  FAULTY.stop_failed,
  FAULTY.dependency_failed,
];

async function run(journal: string, ...args: string[]): Promise<number> {
  const host = fakeHost({
    args,
    files: { "/run/journal.ndjson": journal, "/other/journal.ndjson": journal },
    host: { onSignal: () => () => {} },
  });
  host.files.lineBlocks = async function* () {
    yield await Promise.resolve(journal.split("\n").filter((line) => line !== ""));
  };
  host.files.ensureDir = () => Promise.resolve();
  host.files.writeAtomic = (_path, data) => {
    // A text in pieces is made while it is written.
    if (typeof data !== "string" && !(data instanceof Uint8Array)) {
      for (const piece of data) assert(piece !== undefined);
    }
    return Promise.resolve();
  };
  return await main(host, { name: "vx11-stability", version: "0.1.0" });
}

function isAllowed(code: number, { hashes, isCut }: Mutation): boolean {
  if (hashes === "made anew") return [0, 1, 2, 3, 130].includes(code);
  // Not one line is read; of nothing, and of half a first line, there is no run.
  if (hashes === "left out") return [2, 3].includes(code);
  // Half a last line is that of a killed run, and so is an end that is missing; half a first one is of no run.
  return isCut ? [3, 130].includes(code) : [2, 130].includes(code);
}

Deno.test(`no edit of a journal breaks the program, or is taken for what the run wrote: ${MUTATIONS} of them`, async () => {
  const journals: JournalLine[][] = [realJournal()];
  for (const kind of KINDS) journals.push((await ran(kind)).journal);
  const seen = new Set<string>();
  for (let seed = 1; seed <= MUTATIONS; seed++) {
    const nr = seed % journals.length;
    const lines = journals[nr] ?? [];
    const mutation = mutated(lines, seed);
    if (mutation.text === journalText(lines)) continue;
    try {
      const code = await run(mutation.text, "judge", "/run", "--quiet");
      assert(isAllowed(code, mutation), `judge ended with ${code}`);
      if (code !== 2 && seed % 10 === 0) {
        await run(mutation.text, "compare", "/run", "/other");
        await run(mutation.text, "review", "/run", "--dry-run");
      }
      seen.add(`${code}`);
    } catch (error) {
      throw new Error(`with seed ${seed}, hashes ${mutation.hashes}`, { cause: error });
    }
  }
  for (const code of ["0", "1", "2", "130"]) assert(seen.has(code), `no mutation ends with ${code}`);
});
