import { assertEquals } from "@std/assert";
import { Tail } from "../../lib/host/tail.ts";

function restOf(bytes: number, ...parts: string[]): string {
  const tail = new Tail(bytes);
  for (const part of parts) tail.add(new TextEncoder().encode(part));
  return new TextDecoder().decode(tail.rest(100));
}

const note = (all: number, last: number) =>
  `\n[cut here: of ${all} bytes the first 100 are kept, and the last ${last}]\n`;

Deno.test("Tail gives all that was added where there is room for it", () => {
  assertEquals(restOf(8), "");
  assertEquals(restOf(8, "abc", "", "defgh"), "abcdefgh");
});

Deno.test("Tail gives the end, however it came, and says how much", () => {
  assertEquals(restOf(4, "abcdefgh"), `${note(108, 4)}efgh`);
  assertEquals(restOf(4, "abc", "de", "f"), `${note(106, 4)}cdef`);
  assertEquals(restOf(4, ..."abcdefghij"), `${note(110, 4)}ghij`);
  assertEquals(restOf(4, "abc", "defghijklm", "n"), `${note(114, 4)}klmn`);
  assertEquals(restOf(0, "abc"), note(103, 0));
});

Deno.test("Tail begins with a whole line if it has one", () => {
  assertEquals(restOf(8, "abcdef\nghi\njk"), `${note(113, 6)}ghi\njk`);
  assertEquals(restOf(4, "abcdef\n"), `${note(107, 4)}def\n`);
});
