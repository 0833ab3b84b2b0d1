/** A module's test files: outcome, counts, where the output is, and the first failure of a failed file. */

import { duration } from "../../text/units.ts";
import { cut } from "../escape.ts";
import type { TestOutcome } from "../../model/outcome.ts";
import type { ReportModule, ReportTest } from "../value/report.ts";
import { limitText } from "../words.ts";
import { type Markup, markup, NOTHING, when } from "./escape.ts";
import type { FileRef } from "./logs.ts";
import { table } from "./table.ts";

const LONGEST_FIRST_FAILURE = 600;

const OUTCOMES: Record<TestOutcome, { status: string; word: string }> = {
  passed: { status: "PASS", word: "PASS" },
  none: { status: "WARN", word: "NONE" },
  failed: { status: "FAIL", word: "FAIL" },
};

export function testTable(
  { cycle_results, name, status, test_results }: ReportModule,
  fileRef: FileRef,
): Markup {
  const unavailable = [...new Set(cycle_results.flatMap(({ tests_unavailable }) => tests_unavailable ?? []))];
  const rows = Object.entries(test_results).map((each) => testRow(each, fileRef));
  if (rows.length === 0 && unavailable.length === 0 && status === "SKIP") {
    return NOTHING;
  }
  const head = markup`
<tr><th scope="col">Name</th><th scope="col">Result</th><th scope="col">Tests</th><th scope="col">Time</th><th scope="col">Output</th></tr>`;
  return markup`
<h4>Tests</h4>${
    unavailable.map((why) =>
      markup`
<p class="note">${rows.length > 0 ? "Some tests" : "Tests"} could not be run: ${why}</p>`
    )
  }${
    rows.length > 0 ? table(`Tests of ${name}`, head, rows) : markup`
<p class="quiet">No test was run.</p>`
  }`;
}

function testRow([file, test]: [string, ReportTest], fileRef: FileRef): Markup {
  const { status, word } = OUTCOMES[test.outcome];
  const how = test.outcome === "failed" ? ` (${endText(test)})` : "";
  const first = test.outcome === "failed" ? test.first_failure : null;
  return markup`
<tr><th scope="row"><span class="name">${file}</span>${
    when(first !== null, () => markup`<span class="first-failure">${cut(first ?? "", LONGEST_FIRST_FAILURE)}</span>`)
  }</th><td><span class="status ${status}">${word}</span>${how}</td><td>${countsText(test)}</td><td class="n">${
    duration(test.duration_ms)
  }</td><td>${fileRef(test.output)}</td></tr>`;
}

function endText(test: ReportTest): string {
  const { return_code, signal, timed_out } = test;
  if (timed_out) return limitText(test);
  return signal !== null ? `ended by ${signal}` : `exit code ${return_code ?? "unknown"}`;
}

function countsText({ counts }: ReportTest): string {
  if (counts === null) return "no counts";
  const parts = Object.entries(counts).filter(([, many]) => many > 0).map(([kind, many]) => `${many} ${kind}`);
  return parts.length === 0 ? "no tests" : parts.join(", ");
}
