import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { coverageText, parseLcov, PROVEN } from "../../scripts/coverage.ts";

const CODE = "export const one = 1;\n\n  two;\n";
/** A file with code in each room, and a report in which all of it was run. */
const SOURCES = new Map(PROVEN.map((room) => [`${room}/some.ts`, CODE]));
const WHOLE = PROVEN.map((room) => `SF:/repo/${room}/some.ts\nBRDA:3,0,0,5\nDA:3,5\nend_of_record\n`).join("");

Deno.test("parseLcov() counts branches and lines, and names the lines of those that were not run", () => {
  const lcov =
    "SF:/repo/a.ts\nFN:1,f\nBRDA:7,0,0,2\nBRDA:7,0,1,0\nBRDA:2,1,0,-\nDA:7,2\nDA:9,0\nBRF:3\nend_of_record\n";
  assertEquals(parseLcov(lcov).get("/repo/a.ts"), {
    branches: 3,
    branchesHit: 1,
    lines: 2,
    linesHit: 1,
    missed: [2, 7, 9],
  });
});

Deno.test("coverageText() is complete where every branch of every file was run", () => {
  const { text, isComplete } = coverageText(parseLcov(WHOLE), SOURCES);
  assert(isComplete, text);
  assertEquals(text.split("\n"), PROVEN.map((room) => `${room}: 1 of 1 branches and 1 of 1 lines of 1 files`));
});

Deno.test("coverageText() shows the lines that were not run, and the files that no test loads", () => {
  const partly = coverageText(parseLcov(WHOLE.replace("BRDA:3,0,0,5", "BRDA:3,0,0,0")), SOURCES);
  assertEquals(partly.isComplete, false);
  const [room = ""] = PROVEN;
  assertEquals(partly.text.split("\n").slice(0, 2), [
    `${room}: 0 of 1 branches and 1 of 1 lines of 1 files`,
    `  not run: ${room}/some.ts:3: two;`,
  ]);
  for (const room of PROVEN) {
    const more = new Map([...SOURCES, [`${room}/lines/new.ts`, CODE]]);
    const { isComplete, text } = coverageText(parseLcov(WHOLE), more);
    assertEquals(isComplete, false);
    assertStringIncludes(text, `  not run: ${room}/lines/new.ts: no test loads it`);
  }
});

Deno.test("coverageText() asks for no test of a file that has nothing but types", () => {
  const types = [
    "/** Shapes.",
    " * Two lines. */",
    "",
    'import type { A } from "./a.ts";',
    'export type { B } from "./b.ts";',
    "",
    "// Why.",
    "export interface C {",
    "  a: A;",
    "}",
    "interface D {",
    "}",
    "type E = (",
    "  a: A,",
    ") => [",
    "  A,",
    "];",
    "export type F =",
    '  | "const"',
    '  | "function";',
    "",
  ].join("\n");
  const added = (text: string) => coverageText(parseLcov(WHOLE), new Map([...SOURCES, ["lib/judge/shapes.ts", text]]));
  assertEquals(added(types), coverageText(parseLcov(WHOLE), SOURCES));
  for (
    const code of ["const x = 1;", "export function x() {}", "export const enum X {}", 'import "./x.ts";', "run();"]
  ) {
    assertEquals(added(`${types}${code}\n`).isComplete, false, code);
  }
});

Deno.test("coverageText() of a room without code is not complete: it may have been renamed", () => {
  const { isComplete, text } = coverageText(parseLcov(WHOLE), new Map([...SOURCES].slice(1)));
  assertEquals(isComplete, false);
  assertStringIncludes(text, `  there is no code in ${PROVEN[0]}`);
});
