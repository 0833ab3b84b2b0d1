import { assert, assertEquals } from "@std/assert";
import { codeSpan, cut, fenced, markdown, plain, sentence } from "../../lib/report/escape.ts";
import { commandData, commandProperty } from "../../lib/report/escape/github.ts";
import { visibleInJson } from "../../lib/report/escape/json.ts";
import { tapText, yamlText } from "../../lib/report/escape/tap.ts";
import { xmlLines, xmlText } from "../../lib/report/escape/xml.ts";
import { commandOf } from "../parsers/github.ts";

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

const COMMANDS: [string, string][] = [
  ["::error::x", "\\x3a:error::x"],
  ["  \u3000::add-mask::x", "  \u3000\\x3a:add-mask::x"],
  ["::debug", "\\x3a:debug"],
  ["a ##[add-mask]x ##[", "a #\\x23[add-mask]x #\\x23["],
];
for (const [text, expected] of COMMANDS) {
  Deno.test(`plain() makes no command of ${JSON.stringify(text)}`, () => {
    assertEquals(plain(text), expected);
    assertEquals([commandOf(plain(text)), commandOf(`${plain(text)}::b`)], [null, null]);
  });
}

Deno.test("plain() leaves what is no command, such as an address", () => {
  for (const text of ["::1", "::ffff:10.0.0.1", "::", "a::b", "::1 refused", "## [x]", "std::move"]) {
    assertEquals(plain(text), text);
  }
});

Deno.test("sentence() is one line, however the text was laid out", () => {
  assertEquals(sentence(" one \r\n\n  two\tthree\x1b \n"), "one two\\tthree\\x1b");
});

Deno.test("xmlText() and xmlLines() hold nothing that XML takes for its own, nor what it cannot hold", () => {
  assertEquals(
    xmlText(`<a b="c" d='e'>&amp;]]>\n\0\uffff`),
    "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;amp;]]&gt; \\x00\\uffff",
  );
  assertEquals(xmlLines(["a<\r\nb\tc", "\x1b"]), "a&lt;\nb    c\n\\x1b");
  assertEquals(xmlText("abcdef", 3), "ab…");
  // What is harmless is told from what is not by its first and last character, too.
  for (
    const text of [
      " a",
      "a ",
      "a\nb",
      "a\n",
      "::error a",
      "a ##[b]",
      "a ##[b",
      "a::b\n",
      "a<b",
      "a&b",
      "a\u202eb",
      'a"',
      "a'",
    ]
  ) {
    assert(xmlText(text) !== text, text);
  }
  for (const text of ["vx11.switch.cycle1.rules", "0.412", "switch, cycle 1", "raw/x (2)"]) {
    assertEquals(xmlText(text), text);
  }
});

Deno.test("tapText() has no directive, yamlText() is a string", () => {
  assertEquals(tapText("a # SKIP \\b {"), "a \\# SKIP \\\\b \\\\x7b");
  assertEquals(yamlText("null"), '"null"');
  assertEquals(yamlText('a: "b"\n# c'), '"a: \\"b\\" # c"');
});

Deno.test("commandData() and commandProperty() are what the runner undoes", () => {
  assertEquals(commandData("50 % of a,b:\nc%0A"), "50 %25 of a,b: c%250A");
  assertEquals(commandProperty("a: b, 5 %"), "a%3A b%2C 5 %25");
  const command = commandOf(`::error title=${commandProperty("a: b, %3A")}::${commandData("x::y %25")}`);
  assertEquals(command, { name: "error", properties: { title: "a: b, %3A" }, data: "x::y %25" });
});

Deno.test("visibleInJson() says the same to a parser", () => {
  const value = ["##[error]\x1b\u202e\ud800\ufffe", "::error::x"];
  const text = visibleInJson(JSON.stringify(value, null, 2));
  assertEquals(JSON.parse(text), value);
  assert(!text.includes("##[") && !/[\p{Cf}\p{Cs}]/u.test(text), text);
});
