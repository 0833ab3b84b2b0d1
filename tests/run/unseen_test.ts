/** Nothing that was not seen counts as good: a kind of line taken out of a healthy run's journal never leaves a PASS. */

import { assertEquals } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import { foldJournal } from "../../lib/run/fold.ts";
import { judge } from "../../lib/run/verdict.ts";
import { realJournal } from "./journal_lines.ts";

function verdictWithout(isOut: (line: JournalLine) => boolean): string {
  const [verdict] = judge(foldJournal(realJournal().filter((line) => !isOut(line)))).modules;
  return verdict === undefined
    ? "none"
    : [verdict.status, ...new Set(verdict.reasons.map(({ code }) => code))].join(" ");
}

/** What is left of the verdict without any line of the type; every type that the journal has is in here. */
const WITHOUT: Record<string, string> = {
  // Evidence.
  window_opened: "WARN metrics_missing",
  window_closed: "SKIP",
  look: "WARN metrics_missing",
  ready: "WARN metrics_missing",
  probe: "WARN metrics_missing",
  sample: "WARN metrics_missing",
  tests_found: "WARN metrics_missing",
  test: "WARN metrics_missing",
  run_started: "none",
  event: "WARN metrics_missing",
  stop: "WARN metrics_missing",
  // An address is no finding: what it answered is.
  endpoint: "PASS",
  // Bookkeeping.
  networks_before: "PASS",
  cycle_started: "PASS",
  cycle_finished: "PASS",
  starting: "PASS",
  owned: "PASS",
  released: "PASS",
  phase: "PASS",
  run_finished: "PASS",
};

Deno.test("judge() of the healthy run is PASS, and its journal has the types of the table", () => {
  assertEquals(verdictWithout(() => false), "PASS");
  assertEquals([...new Set(realJournal().map(({ type }) => type))].sort(), Object.keys(WITHOUT).sort());
});

for (const [type, expected] of Object.entries(WITHOUT)) {
  Deno.test(`judge() without any ${type} is ${expected}`, () => {
    assertEquals(verdictWithout((line) => line.type === type), expected);
  });
}

Deno.test("judge() without a part of the evidence is no PASS", () => {
  const isLast = (line: JournalLine) => line.type === "look" && line.when === "last";
  assertEquals(verdictWithout(isLast), "WARN metrics_missing");
  assertEquals(verdictWithout((line) => "module" in line && line.module === "switch"), "SKIP");
  assertEquals(verdictWithout((line) => line.type === "test" && line.file.includes("health")), "WARN metrics_missing");
  let probes = 0;
  assertEquals(verdictWithout((line) => line.type === "probe" && ++probes > 19), "WARN metrics_missing");
});
