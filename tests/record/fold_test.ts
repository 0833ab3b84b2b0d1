/** The fold of a journal into the record: in order, by every prefix, and events only where a window is open. */

import { assert, assertEquals } from "@std/assert";
import type { JournalEntry, JournalLine } from "../../lib/model/evidence.ts";
import type { ServiceEvidence } from "../../lib/model/record.ts";
import { findCycle, foldJournal, newFold } from "../../lib/record/fold.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { askedAt, event, look, runStarted, sample, stopped, told } from "../fakes/evidence.ts";
import { realJournal } from "../run/journal_lines.ts";

const where = { cycle: 1, module: "db" };

function lines(...entries: JournalEntry[]): JournalLine[] {
  const started = runStarted({ selected: ["db"], services: { db: ["db"] } });
  return [started, ...entries].map((entry, ms) => ({ at: "2025-12-22T21:50:59.000Z", ms, ...entry }));
}

function service(...entries: JournalEntry[]): ServiceEvidence | undefined {
  return findCycle(foldJournal(lines(...entries)), "db", 1)?.services[0];
}

Deno.test("foldJournal() takes every prefix of a real journal, and none but the whole is PASS", () => {
  const all = realJournal();
  const stopped = all.findIndex(({ type, ...line }) => type === "stop" && "module" in line && line.module === "switch");
  for (let end = 0; end <= all.length; end++) {
    const [verdict] = judge(foldJournal(all.slice(0, end))).modules;
    // Between the line that a container is gone and the one that says how, nobody knows how it went.
    const isGoing = end - 1 === all.findIndex(({ type }) => type === "released");
    const expected = isGoing ? "WARN" : end > stopped ? "PASS" : "SKIP";
    if (end > 0) assertEquals(verdict?.status, expected, `after ${end} lines`);
  }
});

Deno.test("foldJournal() of a real journal has everything in its order", () => {
  const evidence = foldJournal(realJournal());
  const cycle = findCycle(evidence, "switch", 1);
  const [seen] = cycle?.services ?? [];
  assert(cycle !== undefined && seen !== undefined);
  assertEquals([seen.probes.length, seen.samples.length, seen.events.length], [22, 8, 2]);
  assertEquals(seen.pressures.length, 0, "it was written before pressure was read");
  assertEquals(seen.events.map(({ action }) => action), ["create", "start"]);
  assertEquals(cycle.tests.map(({ file, returnCode }) => [file, returnCode]), [
    ["test_switch_contract.py", 0],
    ["test_switch_health.py", 0],
  ]);
  assertEquals(cycle.phases.map(({ phase }) => phase), [
    "dependencies",
    "start",
    "ready",
    "probes",
    "tests",
    "look",
    "stop",
  ]);
  assertEquals(evidence.modules.map(({ name }) => name), ["switch", "baseline"]);
  assertEquals([evidence.finished, evidence.interrupted, evidence.failure], [true, null, null]);
  assertEquals(evidence.startedAt, realJournal()[0]?.at);
  assertEquals(evidence.finishedAt, realJournal().at(-1)?.at);
});

Deno.test("foldJournal() gives an event to the window that is open for its service, and to no other", () => {
  const start = { type: "event" as const, ...told("db", "start") };
  const open = { type: "window_opened" as const, ...where, inPlace: [] };
  const closed = { type: "window_closed" as const, ...where };
  const stranger = { type: "event" as const, ...told("web", "oom") };
  assertEquals(service(start, open, stranger)?.events, []);
  assertEquals(service(open, start, closed, { ...start, action: "die" })?.events, [event("db", "start", { ms: 2 })]);
  const second = { ...open, cycle: 2 };
  const evidence = foldJournal(lines(open, closed, second, start));
  assertEquals([1, 2].map((cycle) => findCycle(evidence, "db", cycle)?.services[0]?.events.length), [0, 1]);
});

const KILL = {
  by: "kernel log",
  containerId: "db-1",
  service: "db",
  pid: 77,
  task: "tail",
  trace: "the kernel killed process 77 (tail) for memory",
} as const;

Deno.test("foldJournal() gives a kill for memory to the window that is open for its service, and to no other", () => {
  const open = { type: "window_opened" as const, ...where, inPlace: [] };
  const closed = { type: "window_closed" as const, ...where };
  const killed = { type: "memory_kill" as const, ...KILL };
  assertEquals(service(open, { ...killed, service: "web" }, closed, killed)?.kills, undefined);
  assertEquals(service(killed, open, killed, killed, closed)?.kills, [{ ...KILL, ms: 3 }, { ...KILL, ms: 4 }]);
});

Deno.test("foldJournal() gives a kill between two windows of what stays up to the second one", () => {
  const started = runStarted({ selected: ["db"], kept: ["db"], services: { db: ["db", "web"] } });
  const window = (cycle: number): JournalEntry[] => [
    { type: "window_opened", ...where, cycle, inPlace: [] },
    { type: "window_closed", ...where, cycle },
  ];
  const entries = [started, ...window(1), { type: "memory_kill" as const, ...KILL }, ...window(2)];
  const evidence = foldJournal(entries.map((entry, ms) => ({ at: "2025-12-22T21:50:59.000Z", ms, ...entry })));
  const kills = (cycle: number) => findCycle(evidence, "db", cycle)?.services.map((seen) => seen.kills);
  assertEquals([kills(1), kills(2)], [[undefined, undefined], [[{ ...KILL, ms: 3 }], undefined]]);
});

Deno.test("foldJournal() says why a kill for memory may have been missed", () => {
  const open = { type: "window_opened" as const, ...where, inPlace: [] };
  const unseen = { type: "kill_unseen" as const, ...where, service: "db", containerId: "db-1", why: "far away" };
  assertEquals([service(open)?.killUnseen, service(open, unseen)?.killUnseen], [undefined, "far away"]);
});

Deno.test("foldJournal() says of a service whether others wait for it to complete", () => {
  const open = { type: "window_opened" as const, ...where, inPlace: [] };
  for (const [oneShot, completes] of [[["db"], true], [[], undefined], [["web"], undefined]] as const) {
    const all = lines(open).map((line) => line.type === "run_started" ? { ...line, oneShot: [...oneShot] } : line);
    assertEquals(findCycle(foldJournal(all), "db", 1)?.services.map((seen) => seen.completes), [completes]);
  }
});

Deno.test("foldJournal() says of a service whether it has several containers", () => {
  const open = { type: "window_opened" as const, ...where, inPlace: [] };
  for (const [several, expected] of [[["db"], true], [["web"], undefined], [undefined, undefined]] as const) {
    const more = several === undefined ? {} : { several: [...several] };
    const all = lines(open).map((line) => line.type === "run_started" ? { ...line, ...more } : line);
    assertEquals(findCycle(foldJournal(all), "db", 1)?.services.map((seen) => seen.several), [expected]);
  }
});

Deno.test("foldJournal() counts the events before ready", () => {
  const unhealthy = { type: "event" as const, ...told("db", "unhealthy") };
  const ready = { type: "ready" as const, ...where, service: "db", afterMs: 5, attempts: 1 };
  const seen = service({ type: "window_opened", ...where, inPlace: [] }, unhealthy, ready, unhealthy);
  assertEquals([seen?.events.length, seen?.eventsBeforeReady], [2, 1]);
});

Deno.test("foldJournal() writes a gap into every window that is open", () => {
  const evidence = foldJournal(lines(
    { type: "window_opened", ...where, inPlace: [] },
    { type: "window_opened", cycle: 1, module: "web", inPlace: [] },
    { type: "window_closed", cycle: 1, module: "web" },
    { type: "gap", why: "ended" },
  ));
  assertEquals(["db", "web"].map((name) => findCycle(evidence, name, 1)?.eventGaps), [["ended"], []]);
});

for (
  const cut of [
    { type: "interrupted", by: "SIGINT" },
    { type: "run_failed", failure: { exit: "bug", what: "x", next: "" } },
  ] as const
) {
  Deno.test(`foldJournal() closes no window and takes no event after ${cut.type}, but the last look`, () => {
    const state = look("db", { status: "exited", exitCode: 1 });
    const evidence = foldJournal(lines(
      { type: "window_opened", ...where, inPlace: [] },
      cut,
      { type: "event", ...told("db", "die") },
      { type: "gap", why: "ended" },
      { type: "look", ...where, when: "last", state },
      { type: "window_closed", ...where },
    ));
    const cycle = findCycle(evidence, "db", 1);
    assertEquals([cycle?.closedMs, cycle?.eventGaps, cycle?.services[0]?.events], [null, [], []]);
    assertEquals(cycle?.services[0]?.lastLook, state);
  });
}

Deno.test("foldJournal() keeps the stop that went wrong where a service has several containers", () => {
  const bad = stopped("db", { containerId: "db-1", error: "busy", verified: false });
  const good = stopped("db", { containerId: "db-2" });
  for (const stops of [[bad, good], [good, bad]]) {
    assertEquals(service(...stops.map((stop) => ({ type: "stop" as const, ...where, ...stop })))?.stop, bad);
  }
});

Deno.test("foldJournal() keeps pressure of the samples that have it, in rows of their own", () => {
  const { ms: _, ...plain } = sample("db", 0);
  const line = { type: "sample" as const, ...where, service: "db", ...plain };
  const seen = service(line, { ...line, cpuSomeUsec: 41, ioFullUsec: 0 }, line);
  assertEquals(seen?.samples.length, 3);
  assertEquals([...seen?.pressures ?? []].map(({ ms: _, ...kept }) => kept), [
    { containerId: "db-1", cpuSomeUsec: 41, ioFullUsec: 0 },
  ]);
  assertEquals(Object.keys(seen?.samples.at(1) ?? {}).includes("cpuSomeUsec"), false);
});

Deno.test("foldJournal() says each reason for missing samples once", () => {
  const missing = { type: "sample_missing" as const, ...where, service: "db", why: "no cgroup" };
  assertEquals(service(missing, missing, { ...missing, why: "no answer" })?.samplesMissing, ["no cgroup", "no answer"]);
});

Deno.test("foldJournal() keeps what is seen of a service in full", () => {
  const notReady = { afterMs: 20_000, attempts: 9, last: "answered 503", limit: "timeout" as const };
  const seen = service(
    { type: "window_opened", ...where, inPlace: ["db"] },
    { type: "look", ...where, when: "first", state: look("db") },
    { type: "container_missing", ...where, service: "db", when: "last" },
    { type: "endpoint", ...where, service: "db", ...askedAt(null), why: "it publishes no port" },
    { type: "not_ready", ...where, service: "db", ...notReady },
    { type: "log_saved", ...where, service: "db", container: "vx11-db", path: "raw/db.log", tail: ["a"] },
  );
  assertEquals(seen?.notReady, notReady);
  assertEquals([seen?.inPlace, seen?.firstLook, seen?.missingAt], [true, look("db"), ["last"]]);
  assertEquals([seen?.url, seen?.noUrlWhy, seen?.log], [null, "it publishes no port", {
    path: "raw/db.log",
    tail: ["a"],
  }]);
});

Deno.test("foldJournal() says of one that ran before whether it is what the project says now, or why that is not known", () => {
  const open = { type: "window_opened" as const, ...where, inPlace: ["db"] };
  const unsure = { services: ["db"], why: "docker compose did not answer" };
  assertEquals(service({ ...open, outdated: ["db"] })?.outdated, true);
  assertEquals(service({ ...open, unsure })?.outdated, unsure.why);
  assertEquals(service({ ...open, outdated: ["web"], unsure: { ...unsure, services: ["web"] } })?.outdated, undefined);
});

Deno.test("foldJournal() keeps the health check that the run itself made, and how test files were looked for", () => {
  assertEquals(service({ type: "check_run", ...where, service: "db", why: "exit code 1" })?.checkRun, {
    why: "exit code 1",
  });
  const overdue = { upMs: 9000, intervalMs: 300 };
  assertEquals(service({ type: "check_run", ...where, service: "db", why: null, overdue })?.checkRun, {
    why: null,
    overdue,
  });
  assertEquals(
    "checkRun" in (service({ type: "ready", ...where, service: "db", afterMs: 1, attempts: 1 }) ?? {}),
    false,
  );
  const search = { patterns: ["test_db.py"], dir: "/t", files: 0, nearest: null };
  const found = { type: "tests_found" as const, ...where, files: [], unavailable: null };
  const searched = (entry: JournalEntry) => findCycle(foldJournal(lines(entry)), "db", 1)?.testSearch;
  assertEquals([searched({ ...found, search }), searched(found)], [search, undefined]);
});

Deno.test("foldJournal() keeps each page of a service on its own, and makes up those of which nothing is said", () => {
  const ready = { type: "ready" as const, ...where, service: "db", attempts: 1 };
  const seen = service({ ...ready, afterMs: 1 }, { ...ready, page: 2, afterMs: 3 }, { ...ready, page: 1, afterMs: 2 });
  assertEquals([seen?.ready?.afterMs, ...seen?.morePages.map((page) => page.ready?.afterMs) ?? []], [1, 2, 3]);
  const alone = service({ ...ready, page: 2, afterMs: 3 });
  assertEquals(alone?.morePages.map((page) => page.ready?.afterMs), [undefined, 3]);
});

Deno.test("foldJournal() keeps how long a core had to be waited for in each cycle that says it", () => {
  const finished = (cycle: number, waitPct: number | null): JournalEntry => ({
    type: "cycle_finished",
    cycle,
    waitPct,
  });
  const evidence = foldJournal(lines(finished(1, 3), finished(2, null), finished(3, 0), finished(4, null)));
  assertEquals([evidence.waitPcts, evidence.cyclesFinished], [[3, 0], 4]);
  assertEquals("waitPcts" in foldJournal(lines(finished(1, null))), false);
});

Deno.test("foldJournal() keeps what is said of the run", () => {
  const failure = { exit: "environment" as const, what: "x", next: "y" };
  const evidence = foldJournal(lines(
    { type: "notice", text: "one" },
    { type: "notice", text: "two" },
    { type: "module_skipped", module: "db", why: "optional" },
    { type: "start_failed", ...where, service: "db", why: "w", next: "n", output: "raw/o" },
    { type: "dependency_failed", ...where, dependency: "web", why: "gone" },
    { type: "left_behind", text: "db" },
    { type: "run_failed", failure },
    { type: "interrupted", by: "SIGINT" },
  ));
  const cycle = findCycle(evidence, "db", 1);
  assertEquals([evidence.notices, evidence.leftBehind, evidence.failure, evidence.interrupted, evidence.finished], [
    ["one", "two"],
    ["db"],
    failure,
    "SIGINT",
    false,
  ]);
  assertEquals(evidence.modules[0]?.skipped, "optional");
  assertEquals(cycle?.startFailures, [{ service: "db", why: "w", next: "n", output: "raw/o" }]);
  assertEquals(cycle?.dependencyFailures, [{ dependency: "web", why: "gone" }]);
  assertEquals(findCycle(evidence, "db", 2), undefined);
  assertEquals(findCycle(evidence, "nobody", 1), undefined);
});

Deno.test("newFold() has nothing to say of an empty journal", () => {
  const { evidence } = newFold();
  assertEquals([evidence.run, evidence.startedAt, evidence.modules, evidence.finished], [null, null, [], false]);
});

Deno.test("foldJournal() has the cycles of a module in order, whatever the order of their lines", () => {
  const opened = (cycle: number): JournalEntry => ({ type: "window_opened", module: "db", cycle, inPlace: [] });
  const evidence = foldJournal(lines(opened(2), opened(9), opened(1), opened(2), opened(5)));
  assertEquals(evidence.modules[0]?.cycles.map(({ cycle }) => cycle), [1, 2, 5, 9]);
  assertEquals([1, 2, 3, 5, 9, 10].map((cycle) => findCycle(evidence, "db", cycle)?.cycle), [
    1,
    2,
    undefined,
    5,
    9,
    undefined,
  ]);
});

Deno.test("foldJournal() takes the last cycle of a run that ended by its time for the number of its cycles", () => {
  const run = foldJournal(lines({ type: "last_cycle", cycle: 7 }));
  assertEquals([run.run?.cycles, run.timeOver], [7, true]);
  const [line] = lines({ type: "last_cycle", cycle: 7 }).slice(1);
  assertEquals(foldJournal(line === undefined ? [] : [line]).run, null);
});

Deno.test("foldJournal() keeps each list of single tests by its name", () => {
  const { testLists } = foldJournal(lines(
    { type: "test_list", list: "ab", names: ["a", "b"] },
    { type: "test_list", list: "c", names: ["c"] },
  ));
  assertEquals(testLists, new Map([["ab", ["a", "b"]], ["c", ["c"]]]));
});
