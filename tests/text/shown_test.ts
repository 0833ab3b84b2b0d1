import { assertEquals } from "@std/assert";
import { shown } from "../../lib/text/shown.ts";

const self: unknown[] = [];
self.push(self);

const CASES: [string, unknown, string][] = [
  ["a text in quotes", "1e3", '"1e3"'],
  ["a number", 200, "200"],
  ["not a number", NaN, "NaN"],
  ["a truth value", false, "false"],
  ["nothing", null, "empty"],
  ["a list that holds itself", self, "a list"],
  ["a mapping", { a: 1 }, "a mapping"],
  ["line breaks and escapes escaped", "a\n\u001b[31m", '"a\\n\\u001b[31m"'],
  ["C1 controls and text direction escaped", "\u009b\u202e", '"\\u009b\\u202e"'],
  ["a long text cut", "x".repeat(61), `"${"x".repeat(60)}…"`],
];
for (const [what, value, text] of CASES) {
  Deno.test(`shown() gives ${what}`, () => assertEquals(shown(value), text));
}
