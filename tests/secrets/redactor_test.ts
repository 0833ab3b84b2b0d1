/** Secrets are found in text and in streams, in every form in which they are likely to be printed. */

import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { newRedactor, type Redactor } from "../../lib/secrets/redactor.ts";
import { secretsIn } from "../../lib/secrets/secrets.ts";
import { random as seeded } from "../fakes/random.ts";

function redactorFor(variables: Record<string, string>): Redactor {
  return newRedactor(secretsIn(Object.entries(variables)));
}

async function streamed(redactor: Redactor, chunks: readonly Uint8Array[]): Promise<Uint8Array> {
  const stream = redactor.stream(ReadableStream.from(chunks) as ReadableStream<Uint8Array>);
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}

const VALUE = 'pa$$"wörd+/&<x>';
const AS_PRINTED: Record<string, string> = {
  "as it is": VALUE,
  "in a URL": encodeURIComponent(VALUE),
  "in a URL, in small letters": encodeURIComponent(VALUE).replaceAll(/%../g, (code) => code.toLowerCase()),
  "in JSON": JSON.stringify(VALUE).slice(1, -1),
  "in XML text": VALUE.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  "in an XML attribute": VALUE.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  ),
  "as Compose means it": VALUE.replaceAll("$$", "$"),
};
for (const [how, printed] of Object.entries(AS_PRINTED)) {
  Deno.test(`a secret is found ${how}`, () => {
    const redactor = redactorFor({ DB_PASSWORD: VALUE });
    assertEquals(redactor.text(`a ${printed} b ${printed}`), "a [secret DB_PASSWORD] b [secret DB_PASSWORD]");
  });
}

Deno.test("a secret with a dollar, which Compose doubles, is found in its other forms too", () => {
  const redactor = redactorFor({ DB_PASSWORD: "Ut$$oFL!$${r}*'end" });
  const meant = "Ut$oFL!${r}*'end";
  const bytes = new TextEncoder().encode(meant);
  for (const form of [btoa(meant), bytes.toHex(), encodeURIComponent(meant), meant.replaceAll("'", `'"'"'`)]) {
    assert(redactor.text(`a ${form} b`).startsWith("a [secret DB_PASSWORD]"), form);
  }
});

Deno.test("a secret that is base64 itself is found without its padding, and as URLs have it", () => {
  const redactor = redactorFor({ ACCOUNT_KEY: "q2/7bm9+4SB1bmFwd3hXUg==" });
  for (const form of ["q2/7bm9+4SB1bmFwd3hXUg", "q2_7bm9-4SB1bmFwd3hXUg", "q2%2F7bm9%2B4SB1bmFwd3hXUg"]) {
    assertEquals(redactor.text(`a ${form} b`), "a [secret ACCOUNT_KEY] b");
  }
});

Deno.test("what an ellipsis has left of a secret is found wherever a stream is cut", async () => {
  const redactor = redactorFor({ API_KEY: "abcde12345fghij67890\t$$zhvtB${DraF}" });
  const texts = [
    "see ...zhvtB${DraF} now",
    "see …zhvtB${DraF} now",
    "see ...67890&#09;$$zhvtB${DraF} now",
    "abcde123... now",
  ];
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    for (let at = 1; at < bytes.length; at++) {
      const cleaned = new TextDecoder().decode(await streamed(redactor, [bytes.slice(0, at), bytes.slice(at)]));
      assert(/\[secret API_KEY\](?:\.\.\.)? now$/.test(cleaned), `${text} cut at ${at}: ${cleaned}`);
    }
  }
});

Deno.test("a secret is found over a line's end, though its rest begins as what stands before a line does", () => {
  const halves = [["Uf5ffC7R7VOf7dM", "2MvYXTWewHbiL0h"], ["abcd1234", "Exyz98765"], ["abcd1234", "> quoted98"]];
  for (const [first = "", rest = ""] of halves) {
    const redactor = redactorFor({ API_KEY: first + rest });
    for (const before of ["2026-11-30T11:29:28.199057922Z ", "E   ", "E         + ", "> ", "    ", ""]) {
      assertEquals(redactor.text(`${first}\n${before}${rest} b`), "[secret API_KEY] b", JSON.stringify(before));
    }
  }
});

Deno.test("every line of a long secret's hexadecimal digits is found by itself", () => {
  const next = seeded(11);
  const secret = Array.from({ length: 26 * 1024 }, () => String.fromCharCode(97 + Math.floor(next() * 26))).join("");
  const redactor = redactorFor({ SIGNING_KEY: secret });
  const lines = new TextEncoder().encode(secret).toHex().match(/.{60}/g) ?? [];
  assertEquals(lines.map((line) => `${redactor.text(line)}`).filter((line) => /[\da-f]{8}/.test(line)), []);
});

Deno.test("a secret is found in base64, wherever it begins there, also in that of URLs", () => {
  const redactor = redactorFor({ API_KEY: "s3cr3t??>>value" });
  for (const before of ["", "a", "ab", "abc", "user:"]) {
    for (const after of ["", "x", "xy", "xyz"]) {
      const encoded = btoa(`${before}s3cr3t??>>value${after}`);
      for (const text of [encoded, encoded.replaceAll("+", "-").replaceAll("/", "_")]) {
        const left = redactor.text(`Basic ${text}`);
        assert(left.includes("[secret API_KEY]"), `${before}|${after}: ${left}`);
      }
    }
  }
});

Deno.test("each line of a secret of several lines is found, with a time stamp before it", () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----";
  const redactor = redactorFor({ TLS_KEY: key });
  assertEquals(redactor.text(`x ${key} y`), "x [secret TLS_KEY] y");
  const log = key.split("\n").map((line) => `2026-01-01T00:00:00Z ${line}`).join("\n");
  assertNotMatch(redactor.text(log), /MIIE|kqhk/);
  assertEquals(redactor.text(JSON.stringify({ key })), '{"key":"[secret TLS_KEY]"}');
});

Deno.test("of secrets of which one begins with the other, the longer one is found", () => {
  const redactor = redactorFor({ A_TOKEN: "abcdef", B_TOKEN: "abcdefghij" });
  assertEquals(redactor.text("abcdefghij abcdefg."), "[secret B_TOKEN] [secret A_TOKEN]g.");
  // The end may have cut the longer one short.
  assertEquals(redactor.text("abcdefg"), "[secret B_TOKEN]");
});

Deno.test("a secret that the end of the text cuts short is found from six characters on", () => {
  const redactor = redactorFor({ A_TOKEN: "qwertyuiop" });
  assertEquals(redactor.text("why: qwerty"), "why: [secret A_TOKEN]");
  assertEquals(redactor.text("why: qwert"), "why: qwert");
  assertEquals(redactor.text("qwerty and"), "qwerty and");
});

Deno.test("what was cleaned stays as it is, even where a secret is a word of the marker", () => {
  const redactor = redactorFor({ DB_PASSWORD: "secret", X_KEY: "DB_PASSWORD" });
  const once = redactor.text("the secret of DB_PASSWORD");
  assertEquals(once, "the [secret DB_PASSWORD] of [secret X_KEY]");
  assertEquals(redactor.text(once), once);
});

Deno.test("credentials in URLs are blanked, though no variable tells of them", () => {
  const redactor = redactorFor({});
  assertEquals(redactor.text("GET http://me:pw@x/y failed, http://x/y@z"), "GET http://***@x/y failed, http://x/y@z");
  assertEquals(redactor.isEmpty, true);
  const known = redactorFor({ URL: "redis://:hunter22@redis:6379" });
  assertEquals(known.text("redis://:hunter22@redis:6379"), "redis://[secret URL]@redis:6379");
});

Deno.test("without secrets the stream itself is handed back, and text as it is", () => {
  const stream = new ReadableStream<Uint8Array>();
  const redactor = redactorFor({ LOG_LEVEL: "verbose" });
  assert(redactor.stream(stream) === stream);
  assertEquals(redactor.text("verbose"), "verbose");
});

Deno.test("a stream is cleaned wherever it is cut, and what is no text in it stays byte for byte", async () => {
  const variables = { A_TOKEN: "abcdef", B_TOKEN: "abcdefghij", C_TOKEN: "bcdefghxyz", D_KEY: "wörd wörd" };
  const redactor = redactorFor(variables);
  const random = seeded(7);
  const pieces = [...Object.values(variables), "abc", "abcdefgh", "bcdef", "wör", "ij", "plain text ", "\n"];
  for (let round = 0; round < 300; round++) {
    const text = Array.from({ length: 12 }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    const bytes = new TextEncoder().encode(text);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = 1 + Math.floor(random() * 9);
      chunks.push(bytes.subarray(at, at + length));
      at += length;
    }
    const whole = new TextDecoder().decode(await streamed(redactor, [bytes]));
    assertEquals(new TextDecoder().decode(await streamed(redactor, chunks)), whole, text);
    for (const value of Object.values(variables)) assert(!whole.includes(value), whole);
  }
  const odd = Uint8Array.from({ length: 600 }, (_, at) => 255 - at % 256);
  assertEquals(await streamed(redactor, [odd.subarray(0, 299), odd.subarray(299)]), odd);
});

/** As `head -c 45000 /dev/urandom | base64 -w0` makes one. */
function longKey(length: number, random = seeded(11)): string {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256)).toBase64();
}

Deno.test("a secret of any length is found, whole, cut at either end, and line by line when it is wrapped", async () => {
  const key = longKey(45_000);
  const redactor = redactorFor({ SIGNING_KEY: key });
  const marked = "a [secret SIGNING_KEY] b";
  assertEquals(redactor.text(`a ${key} b`), marked);
  assertEquals(redactor.text(`a ${key.slice(0, 20_000)}`), "a [secret SIGNING_KEY]");
  assertEquals(redactor.text(`a ${key.slice(0, 20_000)} b`), marked);
  assertEquals(redactor.text(`a ${key.slice(31_000, 31_100)} b`), marked);
  for (const columns of [64, 76]) {
    const wrapped = btoa(key).match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
    const left = redactor.text(wrapped.join("\n")).split("\n").filter((line) => !line.includes("[secret"));
    assertEquals(left.filter((line) => line.length >= 56), [], `${columns} columns`);
  }
  const bytes = new TextEncoder().encode(`a ${key} b`);
  for (const size of [1, 7, 4096, 65_536]) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, nr) => bytes.subarray(nr * size, (nr + 1) * size),
    );
    assertEquals(new TextDecoder().decode(await streamed(redactor, chunks)), marked, `chunks of ${size}`);
  }
});

Deno.test("many long secrets, and one that repeats itself, take time that grows with the text alone", () => {
  const many = redactorFor(
    Object.fromEntries(Array.from({ length: 200 }, (_, nr) => [`K${nr}_KEY`, longKey(400, seeded(nr))])),
  );
  assertEquals(many.text(longKey(400, seeded(150))), "[secret K150_KEY]");
  const same = redactorFor({ A_KEY: "a".repeat(45_000) });
  assertEquals(same.text("a".repeat(200_000)), "[secret A_KEY]".repeat(5));
  const nearly = `${"a".repeat(39)}b`.repeat(10_000);
  assertEquals(same.text(nearly), nearly);
});

Deno.test("a hundred secrets cost a text of a megabyte a few milliseconds", () => {
  const random = seeded(3);
  const word = () => Array.from({ length: 40 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join("");
  const redactor = redactorFor(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`K${at}_TOKEN`, word()])));
  const text = Array.from({ length: 10_000 }, () => `2026-01-01T00:00:00Z INFO ${word()} GET /health 200 in 3 ms\n`)
    .join("");
  redactor.text(text.slice(0, 1000));
  const times = Array.from({ length: 3 }, () => {
    const began = performance.now();
    redactor.text(text);
    return performance.now() - began;
  });
  assert(Math.min(...times) < 500, `${Math.min(...times)} ms`);
});

Deno.test("a secret is found in what only looks like what stands for one", () => {
  const redactor = redactorFor({ A_TOKEN: "hunter2pass" });
  const once = redactor.text("[secret hunter2pass] [secret A_TOKEN] [secret B_TOKEN]");
  assertEquals(once, "[secret [secret A_TOKEN]] [secret A_TOKEN] [secret B_TOKEN]");
  assertEquals(redactor.text(once), once);
});
