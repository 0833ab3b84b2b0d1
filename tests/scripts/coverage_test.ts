import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { coverageText, parseLcov, PROVEN } from "../../scripts/coverage.ts";

const whole = PROVEN.map((name) => `SF:/repo/${name}\nBRDA:3,0,0,5\nDA:3,5\nend_of_record\n`).join("");

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
  const { text, isComplete } = coverageText(parseLcov(whole), () => "");
  assert(isComplete);
  assertEquals(text.split("\n").length, PROVEN.length);
  assertStringIncludes(text, "lib/judge/verdict.ts: 1 of 1 branches, 1 of 1 lines");
});

Deno.test("coverageText() shows the lines that were not run, and the files that no test knows", () => {
  const partly = coverageText(
    parseLcov(whole.replace("BRDA:3,0,0,5", "BRDA:3,0,0,0")),
    (file, line) => `  ${file} ${line}`,
  );
  assertEquals(partly.isComplete, false);
  assertStringIncludes(partly.text, "  not run: lib/judge/verdict.ts:3: lib/judge/verdict.ts 3");
  const nothing = coverageText(new Map(), () => "");
  assertEquals(nothing.isComplete, false);
  assertStringIncludes(nothing.text, "lib/record/fold.ts: not run by any test");
});
