/** The record of a run that was cut short and went on: what is kept, what begins anew, and what can be compared with what. */

import { assert, assertEquals } from "@std/assert";
import type { HostInfo, JournalEntry, JournalLine } from "../../lib/model/evidence.ts";
import type { RunEvidence, ServiceEvidence } from "../../lib/model/record.ts";
import { findCycle, foldJournal } from "../../lib/record/fold.ts";
import { ENGINE_INFO, look, runStarted, sample, stopped, told } from "../fakes/evidence.ts";

const HOST = { hostname: "lab1", os: "linux", arch: "x86_64", pid: 77, boot: "boot-1" };

const STARTED = runStarted({
  cycles: 3,
  selected: ["db", "web"],
  services: { base: ["madre"], db: ["db"], web: ["web"] },
  core: ["base"],
  kept: ["base"],
  dependsOn: { base: [], db: [], web: [] },
  host: HOST,
  engine: ENGINE_INFO,
});

function fold(...entries: JournalEntry[]): RunEvidence {
  return foldFrom(HOST, ...entries);
}

function foldFrom(host: HostInfo, ...entries: JournalEntry[]): RunEvidence {
  const lines = [{ ...STARTED, host }, ...entries].map((entry, ms): JournalLine => ({
    at: `2025-12-22T21:50:${String(ms).padStart(2, "0")}.000Z`,
    ms,
    ...entry,
  }));
  return foldJournal(lines);
}

const resumed = (over: Partial<JournalEntry & { type: "resumed" }> = {}): JournalEntry => (
  { type: "resumed", after: "SIGKILL", awayMs: 60_000, host: HOST, engine: ENGINE_INFO, ...over }
);
const opened = (module: string, cycle: number): JournalEntry => ({ type: "window_opened", module, cycle, inPlace: [] });
const closed = (module: string, cycle: number): JournalEntry => ({ type: "window_closed", module, cycle });
const owned = (service: string): JournalEntry => (
  { type: "owned", containerId: `${service}-1`, container: `vx11-${service}`, service, how: "created" }
);
const released = (service: string): JournalEntry => ({ type: "released", containerId: `${service}-1` });
const looked = (module: string, cycle: number, service = module): JournalEntry => (
  { type: "look", module, cycle, when: "first", state: look(service) }
);

/** A window that opens and closes, and whose container is seen to stop. */
function whole(module: string, cycle: number): JournalEntry[] {
  const stop: JournalEntry = { type: "stop", module, cycle, ...stopped(module) };
  return [
    owned(module),
    opened(module, cycle),
    looked(module, cycle),
    closed(module, cycle),
    released(module),
    stop,
  ];
}

function cyclesOf(evidence: RunEvidence, name: string): { kept: unknown; cutShort: unknown } {
  const module = evidence.modules.find((each) => each.name === name);
  const numbers = (list: { cycle: number }[] | undefined) => list?.map(({ cycle }) => cycle);
  return { kept: numbers(module?.cycles), cutShort: numbers(module?.cutShort) };
}

Deno.test("a resumed run keeps its finished cycles and the modules that were done, and sets the others apart", () => {
  const finished: JournalEntry = { type: "cycle_finished", cycle: 1, waitPct: null };
  const before = [...whole("db", 1), ...whole("web", 1), finished, ...whole("db", 2), owned("web"), opened("web", 2)];
  const evidence = fold(...before, resumed());
  assertEquals(cyclesOf(evidence, "db"), { kept: [1, 2], cutShort: undefined });
  assertEquals(cyclesOf(evidence, "web"), { kept: [1], cutShort: [2] });
  const again = fold(...before, resumed(), opened("web", 2), resumed());
  assertEquals(cyclesOf(again, "web"), { kept: [1], cutShort: [2, 2] });
});

Deno.test("a resumed run does a module again whose container it still had", () => {
  const seen = [owned("db"), opened("db", 1), looked("db", 1), closed("db", 1)];
  assertEquals(cyclesOf(fold(...seen, resumed()), "db"), { kept: [], cutShort: [1] });
  // Known to have gone, and then how it went: done.
  const gone = [...seen, released("db"), { type: "stop" as const, module: "db", cycle: 1, ...stopped("db") }];
  assertEquals(cyclesOf(fold(...gone, resumed()), "db"), { kept: [1], cutShort: undefined });
});

Deno.test("what a run still had when it was cut short is not asked of the part that goes on", () => {
  const again = [opened("web", 1), looked("web", 1), closed("web", 1)];
  const unseen = (...entries: JournalEntry[]) =>
    findCycle(fold(...entries, { type: "run_finished" }), "web", 1)?.services[0]?.stopUnseen;
  assertEquals(unseen(owned("web"), opened("web", 1), ...again), true);
  assertEquals(unseen(owned("web"), opened("web", 1), resumed(), ...again), false);
});

Deno.test("a resumed run has come to no end yet, whatever had cut it short", () => {
  const failure = { exit: "environment" as const, what: "the disk is full", next: "" };
  const ends: JournalEntry[] = [{ type: "interrupted", by: "SIGINT" }, { type: "run_failed", failure }, {
    type: "run_finished",
  }];
  const before = fold(...ends);
  assertEquals([before.finished, before.interrupted, before.failure], [true, "SIGINT", failure]);
  const { failure: none, finished, interrupted } = fold(...ends, resumed());
  assertEquals([finished, interrupted, none], [false, null, null]);
});

Deno.test("a resumed run has a part for each time that it went on", () => {
  const elsewhere = { ...HOST, hostname: "lab2" };
  assertEquals(fold().parts, undefined);
  const { parts } = fold(resumed(), resumed({ after: "SIGINT", awayMs: null, host: elsewhere }));
  assertEquals(parts, [
    { startedAt: "2025-12-22T21:50:00.000Z", startMs: 0, host: HOST, engine: ENGINE_INFO, after: null, awayMs: null },
    {
      startedAt: "2025-12-22T21:50:01.000Z",
      startMs: 1,
      host: HOST,
      engine: ENGINE_INFO,
      after: "SIGKILL",
      awayMs: 60_000,
    },
    {
      startedAt: "2025-12-22T21:50:02.000Z",
      startMs: 2,
      host: elsewhere,
      engine: ENGINE_INFO,
      after: "SIGINT",
      awayMs: null,
    },
  ]);
  // A journal that lost its first line.
  const lines = [{ at: "2025-12-22T21:50:09.000Z", ms: 9, ...resumed() }];
  assertEquals(foldJournal(lines).parts?.map(({ startMs }) => startMs), [9]);
});

Deno.test("memory is compared with that of the first part on the same boot, and of what stays up with none", () => {
  const { boot: _, ...unknown } = HOST;
  const stratum = (host: HostInfo, module = "db", began: HostInfo = HOST) => {
    const evidence = foldFrom(
      began,
      opened(module, 1),
      { type: "cycle_finished", cycle: 1, waitPct: null },
      resumed({ host }),
      opened(module, 2),
    );
    const cycles = evidence.modules.find(({ name }) => name === module)?.cycles;
    return cycles?.map(({ part, stratum }) => [part, stratum]);
  };
  const first = [undefined, undefined];
  assertEquals(stratum(HOST), [first, [1, 0]]);
  assertEquals(stratum({ ...HOST, pid: 78 }), [first, [1, 0]]);
  assertEquals(stratum({ ...HOST, boot: "boot-2" }), [first, [1, 1]]);
  assertEquals(stratum({ ...HOST, hostname: "lab2" }), [first, [1, 1]]);
  assertEquals(stratum(unknown), [first, [1, 1]]);
  assertEquals(stratum(unknown, "db", unknown), [first, [1, 1]], "it may have been booted again");
  assertEquals(stratum(HOST, "base"), [first, [1, 1]]);
});

Deno.test("what stays up goes on from the cycle before, but not from a part before", () => {
  const sampled: JournalEntry = { type: "sample", module: "base", cycle: 1, service: "madre", ...sampleOf() };
  const last: JournalEntry = { type: "look", module: "base", cycle: 1, when: "last", state: look("madre") };
  const first = [opened("base", 1), sampled, last, closed("base", 1), {
    type: "cycle_finished" as const,
    cycle: 1,
    waitPct: null,
  }];
  const before = (...entries: JournalEntry[]): ServiceEvidence["before"] | undefined =>
    findCycle(fold(...entries, opened("base", 2)), "base", 2)?.services[0]?.before;
  const found = before(...first);
  assertEquals([found?.look?.id, found?.sample?.memBytes], ["madre-1", sampleOf().memBytes]);
  assertEquals(before(opened("base", 1), closed("base", 1)), { look: null, sample: null }, "nothing was seen of it");
  assertEquals(before(...first, resumed()), null);
  assertEquals(before(), null, "there is no cycle before");
  const others = fold(opened("web", 1), closed("web", 1), opened("web", 2));
  assertEquals(findCycle(others, "web", 2)?.services[0]?.before, null, "it does not stay up");
});

function sampleOf() {
  const { ms: _, ...seen } = sample("madre", 0);
  return seen;
}

Deno.test("what happens to the core between two of its windows is in the second, but not across a resumption", () => {
  const die: JournalEntry = { type: "event", ...told("madre", "die", { exitCode: 1 }) };
  const gap: JournalEntry = { type: "gap", why: "docker events ended" };
  const second = (...entries: JournalEntry[]) => {
    const cycle = findCycle(fold(opened("base", 1), closed("base", 1), ...entries, opened("base", 2)), "base", 2);
    assert(cycle !== undefined);
    return [cycle.services.map(({ events }) => events.map(({ action }) => action)), cycle.eventGaps];
  };
  assertEquals(second(die, gap), [[["die"]], ["docker events ended"]]);
  assertEquals(second(die, gap, { type: "cycle_finished", cycle: 1, waitPct: null }, resumed()), [[[]], []]);
});
