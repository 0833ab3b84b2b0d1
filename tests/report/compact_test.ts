import { assert, assertEquals } from "@std/assert";
import { compactJson } from "../../lib/report/compact.ts";

function compacted(value: unknown): string {
  return compactJson(JSON.stringify(value, null, 2));
}

const CASES: [string, unknown, string[]][] = [
  ["a list of numbers", { a: [1, -2.5, 0] }, ["{", '  "a": [1, -2.5, 0]', "}"]],
  ["an object that fits a line", { a: { b: 1, c: "x, y", d: null } }, [
    "{",
    '  "a": { "b": 1, "c": "x, y", "d": null }',
    "}",
  ]],
  ["the innermost of lists", [[1], [2, 3]], ["[", "  [1],", "  [2, 3]", "]"]],
  ["nothing that is empty already", { a: [], b: {} }, ["{", '  "a": [],', '  "b": {}', "}"]],
  ["no brackets within strings", { a: ["[1]", "{"] }, ["{", '  "a": [', '    "[1]",', '    "{"', "  ]", "}"]],
];
for (const [what, value, lines] of CASES) {
  Deno.test(`compactJson() takes ${what} on one line`, () => assertEquals(compacted(value), lines.join("\n")));
}

Deno.test("compactJson() leaves objects and lists of strings that fit no line, and takes numbers however many", () => {
  const long = { a: "x".repeat(70), b: "y".repeat(70) };
  assertEquals(compacted(long), JSON.stringify(long, null, 2));
  assertEquals(compacted({ n: Array.from({ length: 200 }, (_, index) => index) }).split("\n").length, 3);
});

Deno.test("compactJson() says the same", () => {
  const value = {
    text: "a\n[\n1\n]\n{\n2\n}",
    quote: '"], {"',
    nested: [{ a: [{ b: [1, 2, { c: ["\n", "}\n"] }] }, []] }, { "k[0]": { "}": 1 } }],
    numbers: [1e21, 1e-7, -0.5],
  };
  assertEquals(JSON.parse(compacted(value)), value);
  assert(compacted(value).split("\n").length < JSON.stringify(value, null, 2).split("\n").length);
});
