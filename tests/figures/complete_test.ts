/** Which modules of a run that was cut short are done, so that a resumed run need not do them again. */

import { assertEquals } from "@std/assert";
import { cyclesOf, doneModules, isSeenGone } from "../../lib/figures/complete.ts";
import type { RunStarted } from "../../lib/model/evidence.ts";
import type { CycleEvidence, ModuleEvidence, RunEvidence, ServiceEvidence } from "../../lib/model/record.ts";
import { cycleOf, look, moduleOf, runOf, runStarted, seen, stopped } from "../fakes/evidence.ts";

function moduleWith(
  name: string,
  service: Partial<ServiceEvidence> = {},
  cycle: Partial<CycleEvidence> = {},
): ModuleEvidence {
  return moduleOf(name, [cycleOf(1, [seen(name, service)], cycle)]);
}

/** Of these modules, which a run with an open first cycle has. */
function done(modules: ModuleEvidence[], started: Partial<RunStarted> = {}, owned: string[] = []): string[] {
  const run = runStarted({ selected: modules.map(({ name }) => name), core: [], kept: [], ...started });
  return [...doneModules(runOf(modules, { run, finished: false }), new Set(owned))].sort();
}

Deno.test("doneModules() has the modules whose window closed and that were seen to stop", () => {
  assertEquals(done([moduleWith("db"), moduleWith("web")]), ["db", "web"]);
  assertEquals(done([moduleWith("db", {}, { closedMs: null })]), [], "its window is open");
  assertEquals(done([moduleOf("db", [])]), [], "its cycle has not begun");
  assertEquals(done([moduleOf("db", [cycleOf(2, [seen("db")])])]), [], "it is of another cycle");
  assertEquals(done([moduleWith("db", { stopUnseen: true })]), []);
});

Deno.test("doneModules() has a module that could not start, for a reason that is known", () => {
  const failure = { service: "db", why: "no image", next: "", output: null };
  const never = { openedMs: null, closedMs: null, services: [] };
  assertEquals(done([moduleWith("db", {}, { ...never, startFailures: [failure] })]), ["db"]);
  assertEquals(done([moduleWith("db", {}, never)]), []);
});

Deno.test("doneModules() leaves out a module whose container the run still has, unless it was seen to stop", () => {
  const own = { firstLook: look("db", { id: "db-1" }), lastLook: look("db", { id: "db-2" }) };
  assertEquals(done([moduleWith("db", { ...own, stop: null })], {}, ["web-1"]), ["db"]);
  assertEquals(done([moduleWith("db", { ...own, stop: null })], {}, ["db-1"]), []);
  assertEquals(done([moduleWith("db", { ...own, stop: null })], {}, ["db-2"]), []);
  assertEquals(done([moduleWith("db", { firstLook: null, lastLook: null, stop: null })], {}, ["db-1"]), ["db"]);
  assertEquals(done([moduleWith("db", own)], {}, ["db-1"]), ["db"], "it was stopped");
});

Deno.test("doneModules() leaves out the core, and what a module that is not done needs, near and far", () => {
  const open = moduleWith("web", {}, { closedMs: null });
  const modules = [moduleWith("base"), moduleWith("db"), moduleWith("cache"), open];
  // Nothing is said of "far".
  const dependsOn = { web: ["db", "far"], db: ["disk"], disk: ["base"] };
  assertEquals(done(modules, { dependsOn }), ["cache"]);
  assertEquals(done(modules, { dependsOn: {} }), ["base", "cache", "db"]);
  assertEquals(done([moduleWith("base"), moduleWith("db")], { core: ["base"] }), ["db"]);
  const skipped = moduleOf("web", [], "the project has no service web");
  assertEquals(done([moduleWith("db"), skipped], { dependsOn }), ["db"], "nothing needs what is skipped");
});

Deno.test("doneModules() of a journal that says nothing of the run has none", () => {
  assertEquals(doneModules(runOf([moduleWith("db")], { run: null }), new Set()), new Set());
});

Deno.test("isSeenGone() asks of a run that was cut short whether each own container was stopped, by whichever module", () => {
  const cycle = cycleOf(1, [seen("db", { stop: null })]);
  const gone = (over: Partial<RunEvidence>, others: ModuleEvidence[] = []) =>
    isSeenGone(
      runOf([moduleOf("db", [cycle]), ...others], {
        run: runStarted({ selected: ["db"], core: [], kept: [], services: { db: ["db"] } }),
        finished: false,
        ...over,
      }),
      "db",
      cycle,
    );
  assertEquals(gone({}), false);
  assertEquals(gone({ finished: true }), true);
  assertEquals(gone({ finished: true, interrupted: "SIGINT" }), false);
  const other = moduleOf("web", [cycleOf(1, [seen("db", { stop: stopped("db") })])]);
  assertEquals(gone({}, [other]), true);
});

Deno.test("cyclesOf() is what the run was to have, and those that have begun while its time decides", () => {
  const modules = [moduleOf("db", [cycleOf(1, []), cycleOf(2, [])]), moduleOf("web", [])];
  assertEquals(cyclesOf(runOf(modules, { run: runStarted({ cycles: 9 }) })), 9);
  assertEquals(cyclesOf(runOf(modules, { run: runStarted({ cycles: null }) })), 2);
  assertEquals(cyclesOf(runOf([], { run: runStarted({ cycles: null }) })), 0);
  assertEquals(cyclesOf(runOf(modules, { run: null })), null);
});
