/**
 * One cycle: the core, then every selected module, one by one or side by side, each taken down when nothing needs it.
 */

import { leaving } from "../model/config.ts";
import { environmentFailure } from "../model/failure.ts";
import type { ServiceEvidence } from "../model/record.ts";
import { coreModules, keptModules, staysUp } from "../plan/plan.ts";
import { coreTime, waitPct } from "./busy.ts";
import type { RunContext } from "./context.ts";
import { findCycle } from "../record/fold.ts";
import { isLastCycle } from "./extent.ts";
import { Pass } from "./pass.ts";
import { closeUnit, closeUnits, keepLogsOfKept, tell } from "./ending/takedown.ts";
import type { Unit, Units } from "./units.ts";

/** `meanwhile` runs beside the run's last stop; its errors are ignored. */
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

/**
 * Without these modules of the core nothing can be tested; a failure of another module of the core fails only the modules that need
 * it.
 */
async function checkCore(context: RunContext, unit: Unit): Promise<void> {
  if (unit.cause === null || !context.config.settings.core.modules.includes(unit.module)) return;
  await closeUnit(context, unit);
  await keepLogsOfKept(context, unit);
  throw environmentFailure(`Failed to start ${unit.module}: ${unit.cause.why}`, ...whatToRead(context, unit));
}

/** What to read about it: the kept files, and the last lines of each service with its state. */
function whatToRead({ auditDir, journal }: RunContext, { module, window }: Unit): [next: string, detail: string] {
  const seen = findCycle(journal.evidence, module, window.cycle);
  const outputs = seen?.startFailures.flatMap(({ output }) => output ?? []) ?? [];
  const logs = (seen?.services ?? []).flatMap((each) => {
    return each.log === null ? [] : [{ ...each.log, service: each.service, state: stateWords(each) }];
  });
  // A service that never ran has printed nothing.
  const telling = logs.filter(({ tail }) => tail.length > 0);
  const paths = [...outputs, ...telling.map(({ path }) => path)];
  const next = paths.length === 0 ? "" : `Read ${paths.map((path) => `${auditDir}/${path}`).join(", ")}`;
  const detail = logs.flatMap(({ path, service, state, tail }) => {
    const what = `"${service}" ${state}`;
    return tail.length === 0
      ? [`${what}; it printed nothing`]
      : [`${what}; last lines of ${auditDir}/${path}:`, ...tail];
  });
  return [next, detail.join("\n")];
}

function stateWords({ lastLook }: ServiceEvidence): string {
  if (lastLook === null) return "was not seen";
  const { exitCode, status } = lastLook;
  return status === "exited" || status === "dead" ? `has ended with exit code ${exitCode}` : `is ${status}`;
}

interface End {
  core: readonly string[];
  meanwhile: () => Promise<unknown>;
}

/** The core is judged over the whole cycle; then the modules that do not stay up are taken down. */
async function endOfCore(context: RunContext, units: Units, pass: Pass, { core, meanwhile }: End): Promise<void> {
  const { config, plan } = context;
  const ending = core.flatMap((module) => units.get(module) ?? []);
  await closeUnits(context, ending);
  const isLast = isLastCycle(context, pass.cycle);
  const staying = new Set(isLast ? core.filter((module) => staysUp(module, leaving(config))) : keptModules(plan));
  if (core.some((module) => !staying.has(module))) {
    const beside = isLast ? meanwhile().catch(() => {}) : undefined;
    try {
      await pass.takeDownCore(staying);
    } finally {
      await beside;
    }
  }
  for (const unit of ending.filter(({ module }) => staying.has(module))) {
    await keepLogsOfKept(context, unit);
    tell(context, unit);
    units.delete(unit.module);
  }
}
