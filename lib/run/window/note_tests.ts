/** Writes down the names of single tests: a list once, however many runs of the file had it. */

import { digest } from "../../model/digest.ts";
import type { TestCases } from "../../model/evidence.ts";
import type { SingleTest } from "../../tests/single.ts";
import type { RunContext } from "../context.ts";

/** Names of all lists of a run: tests may be called otherwise in every cycle. */
const MOST_NAMES = 200_000;

/** null if they are too many to be kept. */
export function noteTests(
  { journal, redactor }: Pick<RunContext, "journal" | "redactor">,
  tests: readonly SingleTest[],
): TestCases | null {
  const names = cleaned(tests, redactor);
  if (names === null) return null;
  const list = digest(names.join("\n"));
  const known = journal.evidence.testLists ?? new Map<string, readonly string[]>();
  if (!known.has(list)) {
    const kept = [...known.values()].reduce((sum, { length }) => sum + length, 0);
    if (kept + names.length > MOST_NAMES) return null;
    journal.add({ type: "test_list", list, names });
  }
  const placesOf = (wanted: SingleTest["outcome"]) =>
    tests.flatMap(({ outcome }, at) => outcome === wanted ? [at] : []);
  return { list, failed: placesOf("failed"), skipped: placesOf("skipped") };
}

/** All at once, which is faster; null if the names could no longer be told apart. */
function cleaned(tests: readonly SingleTest[], redactor: RunContext["redactor"]): string[] | null {
  const names = redactor.text(tests.map(({ name }) => name).join("\n")).split("\n");
  return names.length === tests.length && new Set(names).size === names.length ? names : null;
}
