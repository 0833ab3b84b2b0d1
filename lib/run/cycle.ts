/** One cycle: the core, then every selected module in the order of the plan, each taken down when nothing needs it. */

import { environmentFailure } from "../model/failure.ts";
import { BASELINE } from "../modules.ts";
import { closure, dependencyGraph } from "../plan/graph.ts";
import type { RunContext } from "./context.ts";
import { isTested } from "./context.ts";
import { findCycle } from "./fold.ts";
import { closeUnit, keepLogsOfKept, takeDown, tell } from "./takedown.ts";
import { runTests } from "./tests.ts";
import type { Unit, Units } from "./units.ts";
import { bringUp } from "./units.ts";

export async function runCycle(context: RunContext, units: Units, cycle: number): Promise<void> {
  const { config, journal, plan, progress, signal } = context;
  journal.add({ type: "cycle_started", cycle });
  progress({ type: "cycle", cycle, cycles: config.cycles });
  const core = plan.steps.filter((step) => step.core).map(({ module }) => module);
  for (const module of core) await bringUpCore(context, units, cycle, module);
  const tested = plan.steps.map(({ module }) => module).filter((name) => isTested(context, name));
  const graph = dependencyGraph(context.modules);
  for (const [index, module] of tested.entries()) {
    signal.throwIfAborted();
    const unit = await bringUp(context, units, cycle, module);
    if (unit.cause === null) await testUnit(context, units, unit);
    const needed = closure(graph, [...core, ...tested.slice(index + 1)]);
    await takeDown(context, units, [...units.keys()].filter((name) => !needed.has(name)));
  }
  signal.throwIfAborted();
  await endOfCore(context, units, cycle, core);
  journal.add({ type: "cycle_finished", cycle });
}

async function bringUpCore(context: RunContext, units: Units, cycle: number, module: string): Promise<void> {
  const unit = await bringUp(context, units, cycle, module);
  if (unit.cause === null || module !== BASELINE) return;
  await closeUnit(unit);
  await keepLogsOfKept(context, unit);
  const services = findCycle(context.journal.evidence, module, cycle)?.services ?? [];
  const kept = services.flatMap(({ log }) => log === null ? [] : [log]);
  const tails = kept.map(({ path, tail }) => [`Last lines of ${context.auditDir}/${path}:`, ...tail].join("\n"));
  throw environmentFailure(
    `Failed to start baseline: ${unit.cause.why}`,
    kept.length === 0
      ? "The services of the core are madre and tentaculo_link: check how the project declares them"
      : `Read ${kept.map(({ path }) => `${context.auditDir}/${path}`).join(", ")}`,
    tails.join("\n"),
  );
}

/** Probes, pytest and the soak of a module that is ready. */
async function testUnit(context: RunContext, units: Units, unit: Unit): Promise<void> {
  const { config, host, signal } = context;
  const { module, window } = unit;
  // Both are waited for, also where one throws: nothing is to go on while the run is being ended.
  const both = await Promise.allSettled([
    window.phase("probes", () => window.enoughProbes()),
    window.phase("tests", () => runTests(context, units, window.cycle, module)),
  ]);
  for (const result of both) if (result.status === "rejected") throw result.reason;
  if (config.soakSec === 0 || window.useless.aborted) return;
  await window.phase("soak", () => host.clock.sleep(config.soakSec * 1000, window.useless).catch(() => {}));
  signal.throwIfAborted();
}

/** The core is judged over the whole cycle; it goes down after the last one, unless it is to be kept. */
async function endOfCore(context: RunContext, units: Units, cycle: number, core: readonly string[]): Promise<void> {
  const { config } = context;
  if (cycle === config.cycles && !config.keepCore) {
    await takeDown(context, units, [...units.keys()]);
    return;
  }
  for (const module of core) {
    const unit = units.get(module);
    if (unit === undefined) continue;
    await closeUnit(unit);
    await keepLogsOfKept(context, unit);
    tell(context, unit);
    units.delete(module);
  }
}
