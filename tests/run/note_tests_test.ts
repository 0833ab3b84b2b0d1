/** Names of single tests are written once, without secrets, and not without end. */

import { assertEquals } from "@std/assert";
import type { JournalEntry } from "../../lib/model/evidence.ts";
import { newFold } from "../../lib/record/fold.ts";
import { noteTests } from "../../lib/run/window/note_tests.ts";
import { newRedactor } from "../../lib/secrets/redactor.ts";
import { secretsIn } from "../../lib/secrets/secrets.ts";
import type { SingleTest } from "../../lib/tests/single.ts";

function noting() {
  const fold = newFold();
  const written: JournalEntry[] = [];
  const add = (entry: JournalEntry) => {
    written.push(entry);
    fold.add({ at: "2026-12-01T00:00:00Z", ms: 0, ...entry });
  };
  const journal = { add, evidence: fold.evidence } as Parameters<typeof noteTests>[0]["journal"];
  const redactor = newRedactor(secretsIn([["API_TOKEN", "hunter2hunter2"]]));
  return { written, note: (tests: SingleTest[]) => noteTests({ journal, redactor }, tests) };
}

const tests = (...names: string[]): SingleTest[] => names.map((name) => ({ name, outcome: "passed" }));

Deno.test("a list is written once for all runs that had the same tests, and outcomes are places in it", () => {
  const { note, written } = noting();
  const first = note([{ name: "a", outcome: "failed" }, { name: "b", outcome: "skipped" }, {
    name: "c",
    outcome: "passed",
  }]);
  const second = note(tests("a", "b", "c"));
  const other = note(tests("a", "b"));
  assertEquals([first?.failed, first?.skipped, second?.failed], [[0], [1], []]);
  assertEquals([first?.list === second?.list, first?.list === other?.list], [true, false]);
  assertEquals(written.map((line) => line.type === "test_list" ? line.names.join() : line.type), ["a,b,c", "a,b"]);
});

Deno.test("a secret in a name is taken out, and names that can then not be told apart are not kept", () => {
  const { note, written } = noting();
  note(tests("a[hunter2hunter2]", "b"));
  assertEquals(JSON.stringify(written).includes("hunter2"), false);
  assertEquals(note(tests("a[hunter2hunter2]", "a[hunter2hunter2]")), null);
  assertEquals(note(tests()), null);
});

Deno.test("names that change in every cycle are not kept without end", () => {
  const { note, written } = noting();
  const many = (from: number) => tests(...Array.from({ length: 9000 }, (_, nr) => `test_${from}_${nr}`));
  const kept = Array.from({ length: 25 }, (_, nr) => note(many(nr)) !== null);
  assertEquals(kept.filter((each) => each).length, 22);
  assertEquals([written.length, note(many(3)) !== null], [22, true]);
});
