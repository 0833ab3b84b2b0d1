/** A hostile answer stays a quotation: nothing of it is HTML, a picture or a line of ours. */

import { assert, assertEquals } from "@std/assert";
import { quoted } from "../../lib/review/quoted.ts";
import { random } from "../fakes/random.ts";

Deno.test("quoted() keeps headings, lists, tables and code, each line behind a >", () => {
  const markdown = "# One\r\n\r\n- a *b* `c < d`\n\n```ts\nconst x: List<int> = 1;\n\n```\n| a | b |\n| - | - |\n";
  assertEquals(
    quoted(markdown),
    "> # One\n>\n> - a *b* `c < d`\n>\n> ```ts\n> const x: List<int> = 1;\n>\n> ```\n> | a | b |\n> | - | - |\n>",
  );
});

const HOSTILE: [string, string, string][] = [
  ["tags", "</blockquote><h1>Design review</h1>", "> &lt;/blockquote>&lt;h1>Design review&lt;/h1>"],
  ["comments and autolinks", "<!-- x --> <http://evil> <?x?>", "> &lt;!-- x --> &lt;http://evil> &lt;?x?>"],
  ["pictures", "![x](http://evil/beacon)", "> !\\[x](http://evil/beacon)"],
  [
    "links that run something",
    "[x](javascript:alert) [y](java&#115;cript:x) [z](<data:x>)",
    "> [x]\\(javascript:alert) [y]\\(java&#115;cript:x) [z]\\(&lt;data:x>)",
  ],
  [
    "definitions of such links",
    "[x]: javascript:alert(1)\n[y]:\ndata:x",
    "> \\[x]: javascript:alert(1)\n> \\[y]:\n> data:x",
  ],
  [
    "brackets within and before a definition, and leaves an empty one",
    "[[a] b: c] [\\\\[d]: data:x [] []: data:y [e]: http://f [g]: ",
    "> [[a] b: c] \\[\\\\\\[d]: data:x [] []: data:y [e]: http://f \\[g]: ",
  ],
  ["control characters", "a\x1b[2J\u202eb\tc\u2028d\x00", "> a\\x1b[2J\\u202eb    c\\u2028d\\x00"],
  ["fences that never end", "~~~ html <b>\n</blockquote>\n# x", "> ```text\n> </blockquote>\n> # x\n> ```"],
  ["fences within fences", "````\n```\n<b>\n`````\n<i>", "> ````text\n> ```\n> <b>\n> ````\n> &lt;i>"],
  ["fences within lists", "- a\n  ```\n<script>\n  ```", "> - a\n> ```text\n> <script>\n> ```"],
  ["lines between two line ends", "a\n\r\rb", "> a\n>\n>\n> b"],
];
for (const [what, markdown, shown] of HOSTILE) {
  Deno.test(`quoted() makes ${what} harmless`, () => assertEquals(quoted(markdown), shown));
}

Deno.test("quoted() keeps links to pages and places", () => {
  const links = '[a](https://x/y) [b](#c) [d](./e.md) [f](g/h.md) [i](j.md "k")';
  assertEquals(quoted(links), `> ${links}`);
});

Deno.test("quoted() cuts no line, however long, and no character in two", () => {
  const line = "😀é".repeat(5000);
  assertEquals(quoted(line), `> ${line}`);
});

Deno.test("quoted() begins every line with >, whatever it is made of", () => {
  const pieces = [
    "```",
    "~~~",
    "\n",
    "\n",
    "  ",
    "- ",
    "> ",
    "<b>",
    "![",
    "](",
    "x",
    "\r",
    "    ",
    "# ",
    "\u2028",
    "\x0b",
    "\x85",
  ];
  const next = random(11);
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: 20 }, () => pieces[Math.floor(next() * pieces.length)]).join("");
    const lines = quoted(text).split("\n");
    assert(lines.every((line) => line === ">" || line.startsWith("> ")), text);
    assert(!/[\r\v\u2028\u0085]/.test(lines.join("\n")), JSON.stringify(text));
  }
});
