import { assertEquals } from "@std/assert";
import { editDistance, nameHint, nearest } from "../../lib/text/nearest.ts";

const EDITS: [string, string, number][] = [
  ["", "", 0],
  ["abc", "", 3],
  ["", "abc", 3],
  ["switch", "switch", 0],
  ["swich", "switch", 1],
  ["swtich", "switch", 1],
  ["twitch", "switch", 1],
  ["kitten", "sitting", 3],
];
for (const [from, to, edits] of EDITS) {
  Deno.test(`editDistance() from "${from}" to "${to}" is ${edits}`, () => assertEquals(editDistance(from, to), edits));
}

const NAMES = ["switch", "hermes", "operator-backend", "mcp"];
const NEAREST: [string, string | undefined][] = [
  ["swich", "switch"],
  ["SWITCH", "switch"],
  ["operator_backend", "operator-backend"],
  ["mpc", "mcp"],
  ["mxyz", undefined],
  ["", undefined],
  ["postgres", undefined],
  ["s".repeat(100_000), undefined],
];
for (const [name, near] of NEAREST) {
  Deno.test(`nearest() of "${name.slice(0, 20)}" is ${near}`, () => assertEquals(nearest(name, NAMES), near));
}

Deno.test("nearest() does not offer a name of which nothing would be left", () => {
  assertEquals(nearest("q", ["d"]), undefined);
});

Deno.test("nearest() takes the first of equals", () => assertEquals(nearest("bat", ["cat", "hat"]), "cat"));

Deno.test("nameHint() names the nearest, then lists all", () => {
  assertEquals(nameHint("swich", ["a", "switch"], "Modules"), 'Did you mean "switch"? Modules: a, switch');
  assertEquals(nameHint("zzz", ["a", "switch"], "Modules"), "Modules: a, switch");
});
