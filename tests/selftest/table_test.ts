/** The table of a self-test: golden Markdown, and JSON that says the same. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { CATALOGUE } from "../../lib/selftest/catalogue.ts";
import { jsonOf, markdownOf, type Results, trialLine, verdictLine } from "../../lib/selftest/table.ts";
import { assertGolden } from "../golden.ts";
import { trial } from "./trials.ts";

const IDS = ["start/exits-1", "memory/oom-child", "healthy/plain"];

const RESULTS: Results = {
  tool: { name: "vx11-stability", version: "0.1.0" },
  engine: "process",
  versions: { linux: "x86_64" },
  startedAt: "2026-11-24T10:00:00.000Z",
  durationMs: 65_432,
  jobs: 4,
  repeat: 2,
  only: ["start", "memory", "healthy"],
  sideBySide: false,
  testsPer: "file",
  entries: CATALOGUE.filter(({ id }) => IDS.includes(id)),
  trials: [
    trial({}),
    trial({ durationMs: 2000 }),
    trial({ id: "memory/oom-child", status: "PASS", codes: [], outcome: "false PASS", why: [], dir: "/out/wrong/oom" }),
    trial({ id: "memory/oom-child", codes: ["oom_killed"] }),
    trial({ id: "healthy/plain", status: "WARN", codes: ["flapping"], outcome: "false FAIL", why: ["1 of 20 | <b>"] }),
    trial({ id: "healthy/plain", status: "PASS", codes: [] }),
  ],
  skipped: new Map([["memory/page-cache", "only the compose engine has it"]]),
};

Deno.test("markdownOf() shows verdict, table, what was wrong with its evidence, and what was not tried", async () => {
  await assertGolden("selftest.md", markdownOf(RESULTS));
});

Deno.test("jsonOf() has the same counts, every trial, and why one was wrong", () => {
  const value = JSON.parse(jsonOf(RESULTS));
  assertEquals([value.summary.trials, value.summary.wrong, value.summary.counts["false FAIL"]], [6, 2, 1]);
  assertEquals(value.defects.map(({ trials }: { trials: unknown[] }) => trials.length), [2, 2, 2]);
  assertEquals(value.defects[0].trials[0].why, ["1 of 20 | <b>"]);
  assertEquals(value.defects[0].trials[1].why, undefined);
  assertEquals(value.only, ["start", "memory", "healthy"]);
  assertEquals(value.skipped, { "memory/page-cache": "only the compose engine has it" });
});

Deno.test("verdictLine() counts, and gives the bound", () => {
  assertStringIncludes(
    verdictLine(RESULTS),
    "6 trials on the process engine: 2 wrong (1 false PASS, 1 false FAIL, 0 wrong",
  );
  assertStringIncludes(verdictLine({ ...RESULTS, trials: [] }), "nothing was tried");
});

Deno.test("trialLine() is one line where all is right, and says why where it is not", () => {
  assertEquals(trialLine(trial({})), "right        start/exits-1                    FAIL exited (1234 ms)");
  const lines = trialLine(trial({ outcome: "false PASS", status: null, codes: [], why: ["a\x1b[2Jb"] })).split("\n");
  assertEquals(lines[1], "    a\\x1b[2Jb");
});
