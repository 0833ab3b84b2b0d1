import { assertEquals } from "@std/assert";
import { joinBytes, utf8Length } from "../../lib/text/bytes.ts";

Deno.test("utf8Length() is what the text takes in a file, however long and strange", () => {
  const texts = [
    "",
    "a",
    "é€😀",
    "x".repeat(16 * 1024),
    `${"x".repeat(16 * 1024 - 1)}😀`,
    "😀".repeat(20_000),
    "a\ud800b",
  ];
  for (const text of texts) assertEquals(utf8Length(text), new TextEncoder().encode(text).length, text.slice(0, 10));
});

Deno.test("joinBytes() has all pieces in order", () => {
  assertEquals(joinBytes([new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array([3])]), new Uint8Array([1, 2, 3]));
});
