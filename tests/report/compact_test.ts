import { assert, assertEquals } from "@std/assert";
import { readableJson } from "../../lib/report/json/compact.ts";

const CASES: [string, object, string[]][] = [
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
  Deno.test(`readableJson() takes ${what} on one line`, () =>
    assertEquals(readableJson(value), `${lines.join("\n")}\n`));
}

Deno.test("readableJson() leaves objects and lists of strings that fit no line, and takes numbers however many", () => {
  const long = { a: "x".repeat(70), b: "y".repeat(70) };
  assertEquals(readableJson(long), `${JSON.stringify(long, null, 2)}\n`);
  assertEquals(readableJson({ n: Array.from({ length: 200 }, (_, index) => index) }).split("\n").length, 4);
});

Deno.test("readableJson() says the same", () => {
  const value = {
    text: "a\n[\n1\n]\n{\n2\n}",
    quote: '"], {"',
    nested: [{ a: [{ b: [1, 2, { c: ["\n", "}\n"] }] }, []] }, { "k[0]": { "}": 1 } }],
    numbers: [1e21, 1e-7, -0.5],
  };
  assertEquals(JSON.parse(readableJson(value)), value);
  assert(readableJson(value).split("\n").length < JSON.stringify(value, null, 2).split("\n").length);
});
