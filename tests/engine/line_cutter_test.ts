import { assertEquals } from "@std/assert";
import { lineCutter, MOST_CHARACTERS } from "../../lib/engine/line_cutter.ts";

/** The lines that each chunk completes. */
function cut(...chunks: (string | number[])[]): string[][] {
  const given: string[][] = [];
  const take = lineCutter((lines) => given.push([...lines]));
  for (const chunk of chunks) take(typeof chunk === "string" ? new TextEncoder().encode(chunk) : new Uint8Array(chunk));
  return given;
}

const CUTS: [string, (string | number[])[], string[][]][] = [
  ["whole lines", ["a\nb\n"], [["a", "b"]]],
  ["a line in pieces", ["re", "a", "dy\nne", "xt\n"], [["ready"], ["next"]]],
  ["a line end of its own", ["ready", "\n"], [["ready"]]],
  ["lines that end with CR LF, also apart", ["a\r\nb\r", "\n"], [["a"], ["b"]]],
  ["no line as long as it has no end", ["ready"], []],
  ["a character in two pieces", [[0xc3], [0xa9, 0x0a]], [["é"]]],
  ["bytes that are no text", [[0xff, 0x41, 0x0a]], [["\ufffdA"]]],
  ["empty lines", ["\n\n"], [["", ""]]],
];
for (const [what, chunks, lines] of CUTS) {
  Deno.test(`lineCutter() gives ${what}`, () => assertEquals(cut(...chunks), lines));
}

Deno.test("lineCutter() cuts a long line, however it comes, and holds no more of it", () => {
  const long = "x".repeat(MOST_CHARACTERS);
  assertEquals(cut(`${long}yy\nz\n`), [[long, "z"]]);
  const pieces = Array.from({ length: 100 }, () => "x".repeat(1000));
  assertEquals(cut(...pieces, "y\nz\n"), [[long, "z"]]);
});
