import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { summaryText } from "../../lib/report/text/summary.ts";
import { runOf } from "../fakes/evidence.ts";
import { failingRun, interruptedRun, judged, reason, stableRun, verdict } from "../fakes/records.ts";

const OPTIONS = { auditDir: "docs/audit/x", color: false };

Deno.test("summaryText() keeps to 80 columns, also with long and wide reasons", () => {
  for (const word of ["reason ", "理由", "🙂"]) {
    const cycles = [{ cycle: 1, status: "FAIL" as const, reasons: [reason("exited", word.repeat(60))] }];
    const text = summaryText(judged(runOf([]), [verdict("operator-frontend", "FAIL", cycles)]), OPTIONS);
    const row = text.split("\n")[1] ?? "";
    assert(row.endsWith("…"));
    const wide = word === "reason " ? 1 : 2;
    const start = "operator-frontend  FAIL    ".length;
    assert(start + ([...row.slice(start)].length - 1) * wide + 1 <= 80, row);
  }
});

Deno.test("summaryText() shows no foreign control character", () => {
  const cycles = [{ cycle: 1, status: "FAIL" as const, reasons: [reason("exited", "\x1b[2J\n::error::x\u202e")] }];
  const text = summaryText(judged(runOf([]), [verdict("db", "FAIL", cycles)]), OPTIONS);
  assertStringIncludes(text, "\\x1b[2J\\n::error::x\\u202e");
});

// @std/fmt itself leaves colours out where NO_COLOR is set.
Deno.test("summaryText() colours only when asked", { ignore: Deno.noColor }, () => {
  // deno-lint-ignore no-control-regex -- it is what a colour begins with
  const escape = /\x1b\[/;
  assert(!escape.test(summaryText(failingRun(), OPTIONS)));
  assertMatch(summaryText(failingRun(), { ...OPTIONS, color: true }), escape);
});

Deno.test("summaryText() says where the report is, and that a run was interrupted", () => {
  assertStringIncludes(summaryText(stableRun(), OPTIONS), "\nReport: docs/audit/x/REPORT.md\n");
  assertStringIncludes(summaryText(interruptedRun(), OPTIONS), "Interrupted by SIGINT");
});

Deno.test("summaryText() of a run without modules is the ending and the counts", () => {
  const failure = { exit: "environment" as const, what: "Failed to start baseline", next: "" };
  assertEquals(summaryText(judged(runOf([], { failure }), []), OPTIONS).split("\n"), [
    "The run failed: Failed to start baseline (exit code 3)",
    "0 modules: 0 passed, 0 warned, 0 failed, 0 skipped in 42.5 s",
    "Report: docs/audit/x/REPORT.md",
    "",
  ]);
});
