/** What was around a module's tests, as far as the record has it. */

import { assertEquals } from "@std/assert";
import { surroundingsOf, usualLoad } from "../../lib/figures/test_surroundings.ts";
import type { CycleEvidence, RunEvidence } from "../../lib/model/record.ts";
import { cycleOf, moduleOf, pressure, runOf, runStarted, seen } from "../fakes/evidence.ts";

const OWN = cycleOf(2, [seen("db")]);
const DEPENDS = { db: ["hermes"], hermes: ["baseline", "switch"], switch: ["baseline", "hermes"], web: ["baseline"] };

function besideOf(others: Record<string, CycleEvidence[]>, own: CycleEvidence = OWN, over: Partial<RunEvidence> = {}) {
  const modules = [moduleOf("db", [own]), ...Object.entries(others).map(([name, cycles]) => moduleOf(name, cycles))];
  return surroundingsOf(runOf(modules, { run: runStarted({ dependsOn: DEPENDS }), ...over }), "db", own).beside;
}

Deno.test("modules beside the tests are those that were up while they ran, without the core and what the module needs", () => {
  const tests = OWN.phases.find(({ phase }) => phase === "tests")?.startMs ?? 0;
  const open = cycleOf(2, []);
  assertEquals(besideOf({ web: [open], hermes: [open], switch: [open], baseline: [open] }), ["web"]);
  assertEquals(besideOf({ web: [cycleOf(1, [])] }), []);
  assertEquals(besideOf({ web: [cycleOf(2, [], { openedMs: null })] }), []);
  assertEquals(besideOf({ web: [cycleOf(2, [], { closedMs: null })] }), ["web"]);
  assertEquals(besideOf({ web: [cycleOf(2, [], { closedMs: tests - 1 })] }), []);
  assertEquals(besideOf({ web: [cycleOf(2, [], { openedMs: tests + 10_000 })] }), []);
});

Deno.test("no module is named where it is not known when the tests ran, or what the run was to do", () => {
  assertEquals(besideOf({ web: [cycleOf(2, [])] }, cycleOf(2, [], { phases: [] })), []);
  assertEquals(besideOf({ web: [cycleOf(2, [])] }, OWN, { run: null }), []);
});

Deno.test("the load of a cycle is that of its busiest service, and null where nothing says it", () => {
  const waiting = (usec: number) =>
    seen("db", { pressures: [pressure("db", 1000, { cpuSomeUsec: 0 }), pressure("db", 2000, { cpuSomeUsec: usec })] });
  const cycles = [cycleOf(1, [waiting(100_000), waiting(300_000)]), cycleOf(2, [waiting(500_000)]), cycleOf(3, [])];
  const load = (waitPcts: number[]) => {
    const run = runOf([moduleOf("db", cycles)], { cyclesFinished: 3, waitPcts });
    return cycles.map((cycle) => {
      const { cpuPressurePct, cpuWaitPct } = surroundingsOf(run, "db", cycle).load;
      return [cpuPressurePct, cpuWaitPct];
    });
  };
  assertEquals(load([1, 2, 3]), [[30, 1], [50, 2], [null, 3]]);
  // The open cycle has none yet.
  const open = surroundingsOf(runOf([], { cyclesFinished: 1, waitPcts: [5] }), "db", cycleOf(2, []));
  assertEquals(open.load.cpuWaitPct, null);
  // Which cycle has none is not known.
  assertEquals(load([1, 3]), [[30, null], [50, null], [null, null]]);
});

Deno.test("usualLoad() is the median of the cycles that have the figure", () => {
  const run = runOf([], { cyclesFinished: 3, waitPcts: [4, 8, 90] });
  const usual = usualLoad(run, [cycleOf(1, []), cycleOf(2, []), cycleOf(3, [])]);
  assertEquals([usual.cpuWaitPct, usual.cpuPressurePct, usual.memPressurePct, usual.ioPressurePct], [
    8,
    null,
    null,
    null,
  ]);
  assertEquals(usualLoad(run, []).cpuWaitPct, null);
});
