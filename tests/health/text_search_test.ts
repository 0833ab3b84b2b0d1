import { assertEquals } from "@std/assert";
import { SEARCHED_BYTES, TextSearch } from "../../lib/health/page/text_search.ts";

function found(wanted: string, ...pieces: (string | Uint8Array)[]): boolean {
  const search = new TextSearch(wanted);
  for (const piece of pieces) search.add(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
  return search.isFound;
}

Deno.test("a text is found across any number of pieces, and one of a single character in none but its own", () => {
  assertEquals(found("ready", "not r", "e", "a", "", "dy yet"), true);
  assertEquals(found("ready", "rea", "xdy"), false);
  assertEquals(found("aab", "aaa", "b"), true);
  assertEquals(found("x", "abc", "xyz"), true);
  assertEquals(found("x", "abc"), false);
});

Deno.test("a character that is cut between two pieces is still one", () => {
  const [first, ...rest] = new TextEncoder().encode("✓");
  assertEquals(found("ok ✓", "ok ", new Uint8Array([first ?? 0]), new Uint8Array(rest)), true);
});

Deno.test("bytes that are no text hide nothing after them", () => {
  assertEquals(found("ok", new Uint8Array([0xff, 0xfe, 0x00]), "ok"), true);
});

Deno.test("it says whether there was more than it looked at", () => {
  const search = new TextSearch("ok");
  search.add(new Uint8Array(SEARCHED_BYTES));
  assertEquals(search.isCut, false);
  search.add(new TextEncoder().encode("ok"));
  assertEquals([search.isCut, search.isFound], [true, false]);
});
