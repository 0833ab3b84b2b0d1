/** The chain of hashes checked for many lines at once: as one by one, wherever it breaks. */

import { assertEquals } from "@std/assert";
import { apart, chained, hashOf, START } from "../../lib/record/lines/chain.ts";
import { countFollowing } from "../../lib/record/lines/follower.ts";
import { random } from "../fakes/random.ts";

function oneByOne(before: string, lines: readonly string[]): number {
  let last = before;
  for (const [nr, line] of lines.entries()) {
    const { hash, text } = apart(line);
    if (hash === null || hashOf(last, text) !== hash) return nr;
    last = hash;
  }
  return lines.length;
}

/** Their bytes end anywhere in a block of 64, and a character may lie across two. */
function linesOf(count: number): string[] {
  const texts = Array.from({ length: count }, (_, nr) => JSON.stringify({ text: "é😀x".repeat(nr).slice(0, nr) + nr }));
  return [...chained(texts)];
}

Deno.test("countFollowing() counts all lines of a chain, of any length", () => {
  const lines = linesOf(300);
  assertEquals(countFollowing(START, lines), 300);
  assertEquals(countFollowing(apart(lines[9] ?? "").hash ?? "", lines.slice(10)), 290);
  assertEquals(countFollowing(apart(lines[8] ?? "").hash ?? "", lines.slice(10)), 0);
  assertEquals(countFollowing(START, lines.slice(1)), 0);
  assertEquals(countFollowing(START, []), 0);
});

Deno.test("countFollowing() ends at the line at which one by one would", () => {
  const next = random(3);
  const lines = linesOf(40);
  for (let round = 0; round < 400; round++) {
    const nr = Math.floor(next() * lines.length);
    const line = lines[nr] ?? "";
    const at = Math.floor(next() * line.length);
    const changed = [
      line.slice(0, at) + "~" + line.slice(at + 1),
      line.slice(0, at),
      line.slice(at),
      apart(line).text,
      line.toUpperCase(),
      '"}',
      `,"h":"${apart(line).hash}"}`,
      `{,"h":"${apart(line).hash}"}`,
    ][round % 8] ?? "";
    const all = lines.with(nr, changed);
    assertEquals(countFollowing(START, all), oneByOne(START, all), changed);
  }
});

Deno.test("countFollowing() takes lines that are longer than all before", () => {
  const lines = [...chained(["a", "é".repeat(3_000_000), "b"].map((text) => JSON.stringify({ text })))];
  assertEquals(countFollowing(START, lines), 3);
  assertEquals(countFollowing(START, lines.with(1, (lines[1] ?? "").replace("é", "e"))), 1);
});
