import { assertEquals } from "@std/assert";
import { runOutcome } from "../../lib/judge/run_outcome.ts";
import { environmentFailure } from "../../lib/model/failure.ts";
import type { RunEvidence } from "../../lib/model/record.ts";
import { reportOf } from "../../lib/report/json/json.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { htmlPieces } from "../../lib/report/html/html.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { summaryText } from "../../lib/report/text/summary.ts";
import { closingText } from "../../lib/demo/closing.ts";
import { readBy } from "../fakes/failed.ts";
import { failingRun, stableRun, warnRun } from "../fakes/records.ts";

const ended = (evidence: Partial<RunEvidence>, judged = stableRun()) => ({
  ...judged,
  evidence: { ...judged.evidence, ...evidence },
});
const FAILURE = environmentFailure("The engine went away", "Start it").data;

Deno.test("runOutcome() is the worst of the modules, of the run's end and of what it left; the exit code goes with it", () => {
  const of = (judged: Parameters<typeof runOutcome>[0], strict = false) => {
    const { exit, status } = runOutcome(readBy(strict, judged));
    return `${status} ${exit}`;
  };
  assertEquals(of(stableRun()), "PASS ok");
  assertEquals(of({ ...warnRun(), alsoRun: [] }), "WARN ok");
  assertEquals(of({ ...warnRun(), alsoRun: [] }, true), "WARN failed");
  assertEquals(of(warnRun()), "FAIL failed", "what the modules need failed");
  assertEquals(of(failingRun()), "FAIL failed");
  assertEquals(of(ended({ leftBehind: ["Could not remove x"] })), "FAIL failed");
  assertEquals(of(ended({ interrupted: "SIGINT" })), "WARN interrupted");
  assertEquals(of(ended({ interrupted: "SIGINT" }, failingRun())), "FAIL interrupted");
  assertEquals(of(ended({ finished: false })), "WARN interrupted");
  assertEquals(of(ended({ failure: FAILURE })), "FAIL environment");
  assertEquals(
    of({ ...stableRun(), modules: [], summary: { total: 0, passed: 0, warned: 0, failed: 0, skipped: 0 } }),
    "SKIP ok",
  );
});

Deno.test("runOutcome() says that --strict counts a warning only if it does", () => {
  const text = (judged: Parameters<typeof runOutcome>[0]) => runOutcome(readBy(true, judged)).text;
  assertEquals(text({ ...warnRun(), alsoRun: [] }), "1 of 1 module gave a warning, which --strict counts as a failure");
  assertEquals(text(ended({ interrupted: "SIGINT" })), "The run did not come to its end");
});

Deno.test("runOutcome() says in its headline what the verdict rests on", () => {
  const text = (judged: Parameters<typeof runOutcome>[0]) => runOutcome(judged).text;
  const { alsoRun } = stableRun();
  const counts = { total: 2, passed: 1, warned: 0, failed: 0, skipped: 1 };
  assertEquals(text(stableRun()), "All 2 modules are stable");
  assertEquals(text({ ...stableRun(), summary: { ...counts, total: 1, skipped: 0 } }), "The module is stable");
  assertEquals(text({ ...stableRun(), summary: counts }), "1 of 2 modules passed");
  assertEquals(text({ ...stableRun(), summary: { ...counts, passed: 0, skipped: 2 } }), "Every module was skipped");
  assertEquals(text({ ...stableRun(), summary: { ...counts, passed: 0, warned: 1 } }), "1 of 2 modules gave a warning");
  const warned = alsoRun.map((each) => ({ ...each, status: "WARN" as const }));
  assertEquals(runOutcome({ ...stableRun(), alsoRun: warned }).status, "WARN");
  assertEquals(text({ ...stableRun(), alsoRun: warned }), "Needed modules gave a warning: baseline (core)");
  const failed = alsoRun.map((each) => ({ ...each, status: "FAIL" as const }));
  assertEquals(text({ ...stableRun(), alsoRun: failed }), "Needed modules failed: baseline (core)");
});

Deno.test("runOutcome() says what to do about a failure, if there is something", () => {
  const ending = (next: string) => runOutcome(ended({ failure: { ...FAILURE, next } })).endings[0]?.text;
  assertEquals(ending("Start it"), "The run failed: The engine went away. Start it (exit code 3)");
  assertEquals(ending(""), "The run failed: The engine went away (exit code 3)");
});

Deno.test("runOutcome() knows a failure that could not be written down any more", () => {
  const { endings, exit, status } = runOutcome(stableRun(), FAILURE);
  assertEquals([status, exit], ["FAIL", "environment"]);
  assertEquals(endings, [{ kind: "failed", text: "The run failed: The engine went away. Start it (exit code 3)" }]);
});

Deno.test("a run that left something behind is FAIL to every reader, though its modules are stable", () => {
  const judged = ended({ leftBehind: ["Could not remove vx11-switch"] });
  const { verdict } = reportOf(judged);
  assertEquals([verdict.status, verdict.exit_code, verdict.text], ["FAIL", 1, "The run left something behind"]);
  const texts = [
    [...htmlPieces(judged)].join(""),
    markdownText(judged),
    summaryText(judged, { auditDir: "/audit", color: false }),
  ];
  for (const text of texts) assertEquals(text.includes("Could not remove vx11"), true, text.slice(0, 300));
  assertEquals(/<h1><span class="status FAIL">FAIL<\/span> The run left something behind/.test(texts[0] ?? ""), true);
  const closing = closingText({ judged, auditDir: "/audit", faults: [], command: "demo" });
  assertEquals(closing.split("\n")[0], "Verdict: FAIL, the run left something behind, and nothing was planted");
});

Deno.test("a journal that says nothing of a run has no PASS", () => {
  const { evidence } = stableRun();
  const judged = judge({ ...evidence, run: null, modules: [] });
  assertEquals([runOutcome(judged).status, runOutcome(judged).text], ["SKIP", "No module was tested"]);
});
