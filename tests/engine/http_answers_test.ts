import { assertEquals, assertRejects } from "@std/assert";
import { HttpAnswers } from "../../lib/engine/compose/api/http_answers.ts";
import { NoHttp } from "../../lib/host/http_text.ts";

/** The bytes in pieces of so many, as a connection may deliver them. */
function answersOf(text: string, piece: number): HttpAnswers {
  const bytes = new TextEncoder().encode(text);
  const pieces = Array.from(
    { length: Math.ceil(bytes.length / piece) },
    (_, nth) => bytes.slice(nth * piece, (nth + 1) * piece),
  );
  return new HttpAnswers(ReadableStream.from(pieces));
}

const PLAIN = 'HTTP/1.1 200 OK\r\nX-Proxy: Büro → 7\r\nContent-Length: 6\r\n\r\n["ä"]\n'.replace("6", "7");
const CHUNKED = "HTTP/1.1 404 Not Found\r\ntransfer-encoding: Chunked\r\n\r\n" +
  '4;name=value\r\n{"a"\r\nA\r\n: "b\\r\\n"}\r\n0\r\nTrailer: x\r\n\r\n';

for (const piece of [1, 3, 1000]) {
  Deno.test(`next() gives answer after answer, plain and in chunks, from pieces of ${piece} bytes`, async () => {
    const answers = answersOf(PLAIN + CHUNKED + PLAIN, piece);
    assertEquals(await answers.next(), { status: 200, text: '["ä"]\n' });
    assertEquals(await answers.next(), { status: 404, text: '{"a": "b\\r\\n"}' });
    assertEquals(await answers.next(), { status: 200, text: '["ä"]\n' });
    await assertRejects(() => answers.next(), NoHttp, "the connection ended");
  });
}

for (
  const [what, text, why] of [
    ["no HTTP", "Error: unknown command\n", 'no HTTP but "Error: unknown command"'],
    ["an answer without a length", "HTTP/1.1 200 OK\r\n\r\n[]", 'no length but "none"'],
    ["a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 'no length but "-1"'],
    ["a chunk without a length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 'no length but "x"'],
    ["an answer that was cut short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[]", "the connection ended"],
  ] as const
) {
  Deno.test(`next() takes ${what} for no answer`, async () => {
    await assertRejects(() => answersOf(text, 7).next(), NoHttp, why);
  });
}

async function allOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text;
}

for (const piece of [1, 3, 1000]) {
  Deno.test(`pieces() gives a body as it comes, and the next answer follows, from pieces of ${piece} bytes`, async () => {
    const answers = answersOf(PLAIN + CHUNKED + PLAIN, piece);
    const plain = await answers.head();
    assertEquals([plain.status, plain.headers.get("x-proxy")], [200, "Büro → 7"]);
    assertEquals(await allOf(answers.pieces(plain)), '["ä"]\n');
    const head = await answers.head();
    assertEquals([head.status, await allOf(answers.pieces(head))], [404, '{"a": "b\\r\\n"}']);
    assertEquals(await answers.next(), { status: 200, text: '["ä"]\n' });
  });

  Deno.test(`rest() gives what comes until the connection ends, from pieces of ${piece} bytes`, async () => {
    const answers = answersOf("HTTP/1.1 200 OK\r\nContent-Type: raw\r\n\r\none\r\n\r\ntwo", piece);
    assertEquals((await answers.head()).status, 200);
    let text = "";
    for (let more = await answers.rest(); more !== null; more = await answers.rest()) {
      text += new TextDecoder().decode(more);
    }
    assertEquals(text, "one\r\n\r\ntwo");
    assertEquals(await answers.rest(), null);
  });
}

Deno.test("pieces() of a body that is cut rejects", async () => {
  const answers = answersOf("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 2);
  const head = await answers.head();
  await assertRejects(() => allOf(answers.pieces(head)), NoHttp, "the connection ended");
});
