/** What holds of every journal, whatever happened: looked for in random ones. A failure names the seed that gave it. */

import { assert, assertEquals } from "@std/assert";
import type { JournalLine } from "../../lib/model/evidence.ts";
import type { JudgedRun, RunEvidence } from "../../lib/model/record.ts";
import { foldJournal, newFold } from "../../lib/record/fold.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { randomJournal } from "./journal_lines.ts";

const RUNS = 300;

Deno.test(`judge() and the fold hold their promises over every prefix of ${RUNS} random journals`, () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= RUNS; seed++) {
    try {
      for (const { status } of checked(randomJournal(seed))) seen.add(status);
    } catch (error) {
      throw new Error(`with seed ${seed}`, { cause: error });
    }
  }
  assertEquals([...seen].sort(), ["FAIL", "PASS", "SKIP", "WARN"], "the random journals do not give every verdict");
});

/** Folds line by line, as a run does. */
function checked(lines: JournalLine[]): { name: string; status: string }[] {
  const fold = newFold();
  const bad = new Set<string>();
  let judged = judge(fold.evidence);
  for (const [index, line] of lines.entries()) {
    const culprit = culpritOf(line, fold.evidence);
    fold.add(line);
    judged = judge(fold.evidence);
    if (culprit !== null) bad.add(culprit);
    checkShape(judged);
    for (const { name, status } of judged.modules) {
      assert(!bad.has(name) || status === "FAIL", `${name} is ${status} after line ${index}, ${line.type}`);
    }
    checkNothingUnseen(judged);
  }
  assertEquals(JSON.stringify(foldJournal(lines)), JSON.stringify(fold.evidence));
  assertEquals(JSON.stringify(judge(foldJournal(lines)).modules), JSON.stringify(judged.modules));
  return judged.modules;
}

/** The module that can never be PASS again after this line. */
function culpritOf(line: JournalLine, evidence: RunEvidence): string | null {
  if (line.type === "test" && line.returnCode !== 0) return line.module;
  if (line.type === "stop" && line.error !== null) return line.module;
  const { run, interrupted, failure } = evidence;
  if (line.type === "look" && line.when === "last" && line.state.status === "exited") {
    return run?.oneShot.includes(line.module) ? null : line.module;
  }
  if (line.type !== "event" || line.action !== "oom" || interrupted !== null || failure !== null) return null;
  const cycle = evidence.modules.find(({ name }) => name === line.service)?.cycles.at(-1);
  const isLooked = cycle?.services.some(({ firstLook }) => firstLook !== null) ?? false;
  return isLooked && cycle?.openedMs !== null && cycle?.closedMs === null ? line.service : null;
}

function checkShape({ modules, summary, evidence }: JudgedRun): void {
  assertEquals(summary.passed + summary.warned + summary.failed + summary.skipped, modules.length);
  assertEquals(modules.length, evidence.run?.selected.length ?? 0);
  for (const { reasons, skipped, status, cycles } of modules) {
    const levels = new Set(reasons.map(({ level }) => level));
    assertEquals(status === "FAIL", levels.has("fail"));
    assertEquals(status === "WARN", levels.has("warn") && !levels.has("fail"));
    if (status === "SKIP") assert((skipped ?? "") !== "", "a SKIP without a text");
    if (status === "PASS") assertEquals([reasons, skipped], [[], null]);
    for (const { text } of reasons) assert(text !== "" && !/undefined|null|NaN|\[object/.test(text), text);
    for (const cycle of cycles) if (cycle.status === "FAIL") assertEquals(status, "FAIL");
  }
}

/** A PASS rests on a look at the end, samples, probes and a test of every service, in each cycle asked for. */
function checkNothingUnseen({ evidence, modules }: JudgedRun): void {
  for (const { name } of modules.filter(({ status }) => status === "PASS")) {
    const cycles = evidence.modules.find((module) => module.name === name)?.cycles ?? [];
    assertEquals(cycles.length, evidence.run?.cycles);
    for (const { closedMs, openedMs, services, tests } of cycles) {
      assert(openedMs !== null && closedMs !== null && tests.length > 0);
      for (const { lastLook, probes, samples, url } of services) {
        assert(lastLook !== null);
        if (lastLook.status === "running") assert(samples.length > 0 && (url === null || probes.length >= 20));
      }
    }
  }
}
