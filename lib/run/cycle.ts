/** One cycle: the core, then every selected module, one by one or side by side, each down when nothing needs it. */

import { environmentFailure } from "../model/failure.ts";
import { BASELINE } from "../modules.ts";
import { coreModules } from "../plan/plan.ts";
import { coreTime, waitPct } from "./busy.ts";
import type { RunContext } from "./context.ts";
import { findCycle } from "./fold.ts";
import { Pass } from "./pass.ts";
import { closeUnit, keepLogsOfKept, tell } from "./takedown.ts";
import type { Unit, Units } from "./units.ts";

/** `meanwhile` is done beside the run's last stop, and its errors are nobody's business. */
export async function runCycle(
  context: RunContext,
  units: Units,
  cycle: number,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const { config, journal, plan, progress, signal } = context;
  journal.add({ type: "cycle_started", cycle });
  const before = coreTime(context.host);
  progress({ type: "cycle", cycle, cycles: config.cycles });
  const core = coreModules(plan);
  const pass = new Pass(context, units, cycle);
  await pass.bringUpCore(core, (unit) => checkCore(context, unit));
  await pass.runModules();
  signal.throwIfAborted();
  await endOfCore(context, units, pass, { core, meanwhile });
  journal.add({ type: "cycle_finished", cycle, waitPct: waitPct(before, coreTime(context.host)) });
}

/** Without its baseline nothing can be tested; another module of the core fails only those that need it. */
async function checkCore(context: RunContext, unit: Unit): Promise<void> {
  const { module, window } = unit;
  if (unit.cause === null || module !== BASELINE) return;
  await closeUnit(unit);
  await keepLogsOfKept(context, unit);
  const services = findCycle(context.journal.evidence, module, window.cycle)?.services ?? [];
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

interface End {
  core: readonly string[];
  meanwhile: () => Promise<unknown>;
}

/** The core is judged over the whole cycle; it goes down after the last one, unless it is to be kept. */
async function endOfCore(context: RunContext, units: Units, pass: Pass, { core, meanwhile }: End): Promise<void> {
  const { config } = context;
  const ending = core.flatMap((module) => units.get(module) ?? []);
  // All at once, so that one look at the engine does for all of them.
  await Promise.all(ending.map(closeUnit));
  if (pass.cycle === config.cycles && !config.keepCore) {
    const beside = meanwhile().catch(() => {});
    try {
      await pass.takeDownCore();
    } finally {
      await beside;
    }
  } else {
    for (const unit of ending) {
      await keepLogsOfKept(context, unit);
      tell(context, unit);
      units.delete(unit.module);
    }
  }
}
