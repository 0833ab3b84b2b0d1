import { assert, assertEquals } from "@std/assert";
import { MEASURED, withBlock } from "../../scripts/docs_block.ts";
import { type CountedOf, selftestText } from "../../scripts/selftest_docs.ts";

Deno.test("withBlock() puts the results into their place, and into no other", () => {
  const page = "a\n<!-- measured: bench -->\nold\n<!-- end -->\nb\n<!-- end -->\n";
  const after = "a\n<!-- measured: bench -->\n\n$& new\n\n<!-- end -->\nb\n<!-- end -->\n";
  assertEquals(withBlock(page, "bench", "$& new\n"), after);
  assertEquals(withBlock(page, "selftest", "new\n"), null);
});

Deno.test("docs has one place for the results of each command that measures", async () => {
  for (const [name, path] of Object.entries(MEASURED)) {
    const page = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    assertEquals(page.split(`<!-- measured: ${name} -->\n`).length, 2, name);
  }
});

Deno.test("selftestText() has the trials of each engine side by side, and a dash where there were none", () => {
  const right = { outcome: "right" };
  const plain = { id: "healthy/plain", what: "answers", expected: { status: "PASS", codes: [] } };
  const oom = { id: "memory/oom", what: "a | b", expected: { status: "FAIL", codes: ["oom_killed", "exited"] } };
  const base: CountedOf = {
    commit: "abc1234",
    engine: "process",
    versions: { linux: "x86_64" },
    started_at: "2026-11-26T17:17:28.024Z",
    duration_ms: 600_000,
    jobs: 6,
    repeat: 2,
    summary: { trials: 2, wrong: 1, counts: { right: 1, "false PASS": 1 }, wrong_bound_95_pct: 77.639 },
    defects: [{ ...plain, trials: [right, { outcome: "false PASS" }] }],
  };
  const compose = {
    ...base,
    commit: "def5678",
    engine: "compose",
    defects: [...base.defects, { ...oom, trials: [right, right] }],
  };
  const again = { ...compose, only: ["healthy", "memory"] };
  const both = selftestText([base, compose, again]);
  assertEquals(both.split("\n").filter((line) => /^\| (Defect|healthy|memory)/.test(line)), [
    "| Defect | What is planted | Expected | Wrong, process | Wrong, compose |",
    "| healthy/plain | answers | PASS | 1 of 2 | 2 of 4 |",
    "| memory/oom | a \\| b | FAIL oom_killed, exited | – | 0 of 4 |",
  ]);
  assert(both.includes("\n$ vx11-stability selftest --engine compose --only healthy,memory --repeat 2\n"));
  const text = selftestText([base, compose]);
  assertEquals(text.split("\n").filter((line) => /^\| (healthy|memory)/.test(line)), [
    "| healthy/plain | answers | PASS | 1 of 2 | 1 of 2 |",
    "| memory/oom | a \\| b | FAIL oom_killed, exited | – | 0 of 2 |",
  ]);
  assertEquals(text.split("\n").slice(0, 6), [
    "2026-11-26, linux x86_64, commit abc1234, 6 trials at a time, 10 minutes:",
    "",
    "```text",
    "$ vx11-stability selftest --engine process --repeat 2",
    "2 trials on the process engine: 1 wrong (1 false PASS); with 95 % confidence wrong in at most 78 % of such cases",
    "```",
  ]);
});
