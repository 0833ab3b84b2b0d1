/** What was around a module's tests in a cycle, as far as the record has it: the load of the host, and who else was up. Pure. */

import type { WAITS } from "../model/evidence.ts";
import type { CycleEvidence, ModuleEvidence, RunEvidence } from "../model/record.ts";
import { pressureFigures } from "./pressure.ts";
import { max, median } from "./stats.ts";

/** null where nothing says it. */
export interface Load {
  /** Share of the cycle in which this program waited for a core. */
  cpuWaitPct: number | null;
  /** Share of the cycle in which a process of a service waited; of the service that waited for longest. */
  cpuPressurePct: number | null;
  memPressurePct: number | null;
  ioPressurePct: number | null;
}

export interface Surroundings {
  load: Load;
  /** Modules that had a window open while the tests ran, without the core and what this one depends on. */
  beside: string[];
}

export function surroundingsOf(evidence: RunEvidence, module: string, cycle: CycleEvidence): Surroundings {
  return { load: loadIn(evidence, cycle), beside: besideIn(evidence, module, cycle) };
}

/** The median of each figure over the cycles. */
export function usualLoad(evidence: RunEvidence, cycles: readonly CycleEvidence[]): Load {
  const loads = cycles.map((cycle) => loadIn(evidence, cycle));
  const middle = (figure: keyof Load) =>
    median(loads.map((load) => load[figure]).filter((pct) => pct !== null)) ?? null;
  return {
    cpuWaitPct: middle("cpuWaitPct"),
    cpuPressurePct: middle("cpuPressurePct"),
    memPressurePct: middle("memPressurePct"),
    ioPressurePct: middle("ioPressurePct"),
  };
}

function loadIn({ cyclesFinished, waitPcts = [] }: RunEvidence, { cycle, services }: CycleEvidence): Load {
  const figures = services.map((seen) => pressureFigures([seen]).pct);
  const highest = (wait: (typeof WAITS)[number]) =>
    max(figures.map((pct) => pct[wait]).filter((pct) => pct !== null)) ?? null;
  return {
    // A cycle without the figure has no place in the list: it is clear which is of which only if all have it.
    cpuWaitPct: waitPcts.length === cyclesFinished ? waitPcts[cycle - 1] ?? null : null,
    cpuPressurePct: highest("cpuSomeUsec"),
    memPressurePct: highest("memSomeUsec"),
    ioPressurePct: highest("ioSomeUsec"),
  };
}

function besideIn({ modules, run }: RunEvidence, module: string, cycle: CycleEvidence): string[] {
  const span = testsSpan(cycle);
  if (span === null || run === null) return [];
  const always = new Set([module, ...run.core, ...neededBy(run.dependsOn, module)]);
  return modules.filter((other) => !always.has(other.name) && isOpenIn(other, cycle.cycle, span)).map(({ name }) =>
    name
  );
}

interface Span {
  fromMs: number;
  toMs: number;
}

/** null if it is not known when the tests ran. */
function testsSpan({ phases }: CycleEvidence): Span | null {
  const phase = phases.find((each) => each.phase === "tests");
  return phase === undefined ? null : { fromMs: phase.startMs, toMs: phase.startMs + phase.durationMs };
}

function isOpenIn({ cycles }: ModuleEvidence, cycle: number, { fromMs, toMs }: Span): boolean {
  const seen = cycles.find((each) => each.cycle === cycle);
  if (seen === undefined || seen.openedMs === null) return false;
  return seen.openedMs <= toMs && (seen.closedMs ?? Number.POSITIVE_INFINITY) >= fromMs;
}

function neededBy(dependsOn: Readonly<Record<string, readonly string[]>>, module: string): Set<string> {
  const needed = new Set<string>();
  const next = [module];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    for (const each of dependsOn[name] ?? []) {
      if (needed.has(each)) continue;
      needed.add(each);
      next.push(each);
    }
  }
  return needed;
}
