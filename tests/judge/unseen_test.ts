/**
 * Nothing that was not seen counts as good: a stream of evidence taken out of a journal never leaves a PASS where it was
 * needed. A stream is a kind of line, of one service and one cycle where it has them.
 */

import { assert, assertEquals } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import type { ReasonCode } from "../../lib/model/settings.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { world } from "../run/harness.ts";
import { realJournal } from "../run/journal_lines.ts";
import type { HealthyName } from "../run/kinds_of_runs.ts";
import { FAULTY, HEALTHY, ran } from "../run/kinds_of_runs.ts";

function verdictOf(lines: JournalLine[], name?: string): string {
  const { modules } = judge(foldJournal(lines));
  const found = name === undefined ? modules[0] : modules.find((module) => module.name === name);
  return found === undefined ? "none" : [found.status, ...new Set(found.reasons.map(({ code }) => code))].join(" ");
}

function verdictWithout(isOut: (line: JournalLine) => boolean): string {
  return verdictOf(realJournal().filter((line) => !isOut(line)));
}

/** What is left of a real run's verdict without any line of the type; every type that the journal has is in here. */
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
  check_run: "WARN metrics_missing",
  // An address is no finding: what it answered is.
  endpoint: "PASS",
  // Bookkeeping.
  networks_before: "PASS",
  cycle_started: "PASS",
  cycle_finished: "PASS",
  starting: "PASS",
  start_ended: "PASS",
  start_claimed: "PASS",
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
  assertEquals(verdictWithout((line) => "module" in line && line.module === "switch"), "SKIP");
  assertEquals(verdictWithout((line) => line.type === "test" && line.file.includes("health")), "WARN metrics_missing");
  let probes = 0;
  assertEquals(verdictWithout((line) => line.type === "probe" && ++probes > 19), "WARN metrics_missing");
  let samples = 0;
  assertEquals(verdictWithout((line) => line.type === "sample" && ++samples > 1), "WARN metrics_missing");
});

Deno.test("judge() takes no health check for passed if nothing says that it was run", () => {
  const lines = realJournal().filter(({ type }) => type !== "check_run").map((line) => {
    if (line.type !== "look") return line;
    const { checks: _, ...state } = line.state;
    return { ...line, state };
  });
  assertEquals(verdictOf(lines), "WARN metrics_missing");
});

/** The stream that a line belongs to, as far as it says something of the tested module. */
function streamOf(line: JournalLine, module: string, services: readonly string[]): string | null {
  if ("module" in line && line.module !== module) return null;
  const service = serviceOf(line);
  if (service !== null && !services.includes(service)) return null;
  const parts = [line.type, "when" in line ? line.when : null, service, "cycle" in line ? `cycle ${line.cycle}` : null];
  return parts.filter((part) => part !== null).join(" ");
}

function serviceOf(line: JournalLine): string | null {
  if (line.type === "look") return line.state.service;
  return "service" in line ? line.service : null;
}

function streams(journal: JournalLine[], module: string): Map<string, JournalLine[]> {
  const services = journal.flatMap((line) => line.type === "run_started" ? line.services[module] ?? [] : []);
  const all = Map.groupBy(journal, (line) => streamOf(line, module, services));
  return new Map([...all].flatMap(([name, lines]) => name === null ? [] : [[name, lines]]));
}

/**
 * What a run was asked for is written down for a resume alone. Why there is no sample is a reason: that there is none shows
 * without it. Names of tests tell apart what failed. The journal above has none of these.
 */
const NO_EVIDENCE = ["request", "sample_missing", "test_list"];

const isNeeded = (stream: string) => {
  const type = stream.split(" ")[0] ?? "";
  return !NO_EVIDENCE.includes(type) && WITHOUT[type] !== "PASS";
};

for (const name of Object.keys(HEALTHY) as HealthyName[]) {
  Deno.test(`no stream that was needed can be missing from a PASS: ${name}`, async () => {
    const { journal, module } = await ran(HEALTHY[name]);
    assertEquals(verdictOf(journal, module), "PASS");
    const needed = [...streams(journal, module)].filter(([stream]) => isNeeded(stream));
    assert(needed.length >= 7, needed.map(([stream]) => stream).join());
    for (const [stream, lines] of needed) {
      const verdict = verdictOf(journal.filter((line) => !lines.includes(line)), module);
      assert(!verdict.startsWith("PASS"), `${verdict} without ${stream}`);
    }
  });
}

for (const code of Object.keys(FAULTY) as ReasonCode[]) {
  Deno.test(`no missing stream makes a PASS of a run with ${code}`, async () => {
    const { journal, module } = await ran(FAULTY[code]);
    assert(verdictOf(journal, module).split(" ").includes(code), verdictOf(journal, module));
    for (const [stream, lines] of streams(journal, module)) {
      const verdict = verdictOf(journal.filter((line) => !lines.includes(line)), module);
      assert(!verdict.startsWith("PASS"), `${verdict} without ${stream}`);
    }
  });
}

Deno.test("a module that was not seen to stop, since its run was killed before, is no PASS", async () => {
  const it = world({ config: { selected: ["baseline", "switch"], keepCore: true } });
  await it.run();
  const journal = it.journal();
  const at = (type: string) =>
    journal.findIndex((line) => line.type === type && "module" in line && line.module === "switch");
  const statuses = (lines: JournalLine[]) => judge(foldJournal(lines)).modules.map(({ status }) => status);
  const [closed, stopped] = [at("window_closed"), at("stop")];
  assert(closed > 0 && stopped > closed);
  for (const cut of [closed, stopped - 1]) {
    const killed: JournalLine = { at: "", ms: 0, type: "interrupted", by: "a kill" };
    const lines = journal.slice(0, cut + 1);
    for (const end of [[], [killed], [killed, { at: "", ms: 0, type: "run_finished" as const }]]) {
      // What the run had let go of already is a figure that is missing.
      assertEquals(statuses([...lines, ...end])[1], cut === closed ? "SKIP" : "WARN", `${cut} ${end.length}`);
    }
  }
  // What stays up is not to be seen going.
  assertEquals([statuses(journal.slice(0, -1)), statuses(journal)], [["PASS", "PASS"], ["PASS", "PASS"]]);
});
