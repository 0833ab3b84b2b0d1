/** The first lines of a run's journal: what it will do, on what, and by which rules. */

import type { Baseline } from "../model/baseline.ts";
import { type RunRequest, SCHEMA_VERSION } from "../model/evidence.ts";
import { isOfJob } from "../health/registry.ts";
import { coreModules, keptModules } from "../plan/plan.ts";
import type { RunContext } from "./context.ts";
import { specOf } from "./context.ts";
import { helpersOf } from "./needs.ts";
import { ownIdentity } from "../audit/run_identity.ts";

/** Writes them. */
export function begin(
  context: RunContext,
  { baseline, request, tool }: {
    tool: { name: string; version: string };
    baseline: Baseline | null;
    request: RunRequest;
  },
): void {
  const { config, engine, host, journal, modules, plan } = context;
  const selected = plan.steps.filter((step) => step.tested).map(({ module }) => module);
  const several = [...engine.services.values()].filter(({ replicas }) => replicas > 1).map(({ name }) => name);
  journal.add({
    type: "run_started",
    schemaVersion: SCHEMA_VERSION,
    tool,
    mode: config.mode,
    cycles: config.cycles,
    ...(config.forSec === undefined ? {} : { forSec: config.forSec }),
    jobs: context.jobs,
    selected,
    core: coreModules(plan),
    foundation: [...config.settings.core.modules],
    kept: keptModules(plan),
    services: Object.fromEntries(plan.steps.map(({ module }) => [module, [...modules.get(module)?.services ?? []]])),
    helpers: Object.fromEntries(plan.steps.map(({ module }) => [module, helpersOf(context, module)])),
    dependsOn: Object.fromEntries(plan.steps.map(({ module }) => [module, [...specOf(context, module).dependsOn]])),
    oneShot: completing(context),
    ...(several.length === 0 ? {} : { several }),
    ...(config.settings.ownMap ? { ownMap: true } : {}),
    project: engine.project,
    ...(engine.identity === undefined ? {} : { identity: engine.identity }),
    engine: engine.info,
    host: { ...ownIdentity(host), os: host.os, arch: host.arch },
    timeoutSec: config.timeoutSec,
    soakSec: config.soakSec,
    keepCore: config.keepCore,
    strict: config.strict,
    metricsSource: config.settings.metricsSource,
    thresholds: config.settings.thresholds,
    rules: config.settings.rules,
    ...(baseline === null ? {} : { baseline }),
    ...(config.demo === undefined ? {} : { demo: config.demo }),
  });
  // A demonstration has its own services, which are gone with it.
  if (config.demo === undefined) journal.add({ type: "request", ...request });
  journal.add({ type: "networks_before", ids: [...context.networksBefore] });
}

/** Services that end with 0 by design: the engine knows it of some, a config file declares others. */
function completing({ engine, modules, plan }: RunContext): string[] {
  const waitedFor = [...engine.services.values()].filter(({ oneShot }) => oneShot).map(({ name }) => name);
  const declared = plan.steps.flatMap(({ module }) => modules.get(module)?.health.filter(isOfJob) ?? []);
  return [...new Set([...waitedFor, ...declared.map(({ service }) => service)])];
}

/** Reports to the live view that the run has begun, or goes on. */
export function sayBegun({ auditDir, config, engine, journal, plan, progress }: RunContext): void {
  const versions = Object.entries(engine.info.versions).map(([name, version]) => `${name} ${version}`).join(", ");
  progress({
    type: "started",
    modules: plan.steps.filter((step) => step.tested).map(({ module }) => module),
    cycles: config.cycles,
    ...(config.forSec === undefined ? {} : { forSec: config.forSec }),
    spentMs: journal.elapsedMs(),
    mode: config.mode,
    engine: versions === "" ? engine.info.name : versions,
    auditDir,
  });
}
