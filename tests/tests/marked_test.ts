import { assertEquals } from "@std/assert";
import { cut } from "../../lib/tests/pytest/together/marked.ts";

const MARK = "\x1emark ";

/** The parts that come of the chunks, and what was told; `isCut`: which lines begin a next part. */
async function partsOf(chunks: readonly string[], isCut: (line: string) => boolean) {
  const stream = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
  const parts: Promise<string>[] = [];
  const told: string[] = [];
  await cut(stream, MARK, {
    told(line) {
      told.push(line);
      return isCut(line);
    },
    begun: (part) => void parts.push(new Response(part).text()),
  }, new AbortController().signal);
  return { parts: await Promise.all(parts), told };
}

const CASES: [string, string, string[], string[]][] = [
  ["nothing", "", [""], []],
  ["no line with the mark", "one\ntwo", ["one\ntwo"], []],
  ["a cut", `one\n${MARK}cut\ntwo\n`, ["one\n", "two\n"], ["cut"]],
  ["a cut in a line", `on${MARK}cut\ne`, ["on", "e"], ["cut"]],
  ["two cuts at once", `${MARK}cut\n${MARK}cut\n`, ["", "", ""], ["cut", "cut"]],
  ["what is told beside the output", `a${MARK}test\nb`, ["ab"], ["test"]],
  ["a part of the mark", "a\x1emar\x1e\x1emark", ["a\x1emar\x1e\x1emark"], []],
  ["a mark whose line does not end", `a${MARK}cut`, [`a${MARK}cut`], []],
  ["a mark whose line is too long", `a${MARK}${"x".repeat(5000)}\n`, [`a${MARK}${"x".repeat(5000)}\n`], []],
];
for (const [what, text, parts, told] of CASES) {
  Deno.test(`cut() of ${what} is the same however it comes`, async () => {
    const isCut = (line: string) => line === "cut";
    for (const size of [...(text.length < 100 ? [1, 3, 7] : [900]), text.length + 1]) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      assertEquals(await partsOf(chunks, isCut), { parts, told }, `in chunks of ${size}`);
    }
  });
}

Deno.test("cut() drops what comes of a part that nobody wants, and goes on", async () => {
  const stream = ReadableStream.from(
    [`${"x".repeat(9)}`, `y${MARK}cut\nz`].map((text) => new TextEncoder().encode(text)),
  );
  const parts: ReadableStream<Uint8Array>[] = [];
  let last: Promise<string> | undefined;
  await cut(stream, MARK, {
    told: () => true,
    begun(part) {
      parts.push(part);
      if (parts.length === 1) void part.cancel();
      else last = new Response(part).text();
    },
  }, new AbortController().signal);
  assertEquals([parts.length, await last], [2, "z"]);
});

Deno.test("cut() that is abandoned waits for nobody", async () => {
  const abandon = new AbortController();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("nobody reads this")),
  });
  const cutting = cut(stream, MARK, { told: () => true, begun: () => {} }, abandon.signal);
  abandon.abort();
  await cutting;
});
