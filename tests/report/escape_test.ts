import { assert, assertEquals } from "@std/assert";
import { codeSpan, cut, fenced, markdown, plain } from "../../lib/report/escape.ts";

Deno.test("plain() shows what cannot be shown", () => {
  assertEquals(
    plain("a\x1b[31m\x07\x9b\t\r\nb\u202e\ufeff\u{e0041}\ud800"),
    "a\\x1b[31m\\x07\\x9b\\t\\r\\nb\\u202e\\ufeff\\u{e0041}\\ud800",
  );
  assertEquals(plain("grün 漢字 🙂 -_.:/"), "grün 漢字 🙂 -_.:/");
});

Deno.test("markdown() leaves names and sentences legible", () => {
  const text = "tests_failed: test_a.py (assert 500 != 200) at http://127.0.0.1:8001/";
  assertEquals(markdown(text), text);
});

const MARKUP: [string, string][] = [
  ["a | b", "a \\| b"],
  ["`x`", "\\`x\\`"],
  ["**x** _y_ ~z~", "\\*\\*x\\*\\* \\_y\\_ \\~z\\~"],
  ["<script>&amp;", "&lt;script&gt;&amp;amp;"],
  ["![i](u) [l](u)", "!\\[i\\](u) \\[l\\](u)"],
  ["C:\\temp\\|", "C:\\\\temp\\\\\\|"],
  ["one\r\n\n  # two", "one \\# two"],
  ["\x1b[0m", "\\\\x1b\\[0m"],
];

for (const [text, expected] of MARKUP) {
  Deno.test(`markdown() makes ${JSON.stringify(text)} harmless`, () => assertEquals(markdown(text), expected));
}

Deno.test("codeSpan() is longer than any run of backticks inside", () => {
  assertEquals(codeSpan("a.py"), "`a.py`");
  assertEquals(codeSpan("a`b"), "``a`b``");
  assertEquals(codeSpan("``"), "``` `` ```");
  assertEquals(codeSpan(" \n"), "(empty)");
});

Deno.test("fenced() cannot be ended from inside", () => {
  assertEquals(fenced(["ok", "````", "\tx\r\n</pre>\x1b"]), "`````text\nok\n````\n    x\n</pre>\\x1b\n`````");
  assertEquals(fenced([]), "```text\n```");
});

Deno.test("cut() counts characters, not code units", () => {
  assertEquals([cut("🙂🙂🙂", 3), cut("🙂🙂🙂", 2), cut("", 1)], ["🙂🙂🙂", "🙂…", ""]);
});

Deno.test("escaping a line of ten megabytes takes no time and little room", () => {
  for (const char of ["x", " ", "`", "\n", "🙂"]) {
    const line = char.repeat(10_000_000 / char.length);
    for (const text of [plain(line), markdown(line), codeSpan(line)]) assert(text.length < 20_000);
  }
});

Deno.test("no text survives any of the functions with a control, a mark or markup", () => {
  const alphabet = [
    "<",
    ">",
    "|",
    "`",
    "\\",
    "_",
    "*",
    "[",
    "\n",
    "\r",
    "\x1b",
    "\0",
    "\u2028",
    "\u202e",
    "\ud83d",
    "a",
    "é",
    "🙂",
  ];
  let state = 7;
  const next = () => (state = (state * 1103515245 + 12345) % 2 ** 31) >> 8;
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: next() % 30 }, () => alphabet[next() % alphabet.length]).join("");
    const inline = markdown(text);
    for (const shown of [plain(text), inline, codeSpan(text)]) assert(!/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}]/u.test(shown), text);
    assert(!/[<>]/.test(inline) && !/(?<!\\)(?:\\\\)*[|`*[]/.test(inline.replaceAll(/\\[^\\]/g, "")), inline);
    const [fence, ...rest] = fenced([text]).split("\n");
    assertEquals(rest.filter((line) => line.startsWith((fence ?? "").replace("text", ""))).length, 1);
  }
});
