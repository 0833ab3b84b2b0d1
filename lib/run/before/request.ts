/** The request of a run as its journal keeps it, and what has changed in it when the run is to go on. */

import { serviceClosure } from "../../engine/closure.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { digest } from "../../model/digest.ts";
import type { RunRequest, RunStarted } from "../../model/evidence.ts";
import { usageFailure } from "../../model/failure.ts";
import type { ModuleMap } from "../../model/module.ts";
import type { TestInput } from "../../tests/runner.ts";
import type { Plan } from "../../model/plan.ts";
import { shown } from "../../text/shown.ts";
import { firstOf } from "../../text/first_of.ts";

/** Options that the verdict and the evidence depend on; thresholds and rules are in the journal's first line. */
const OPTIONS = [
  "engine",
  "context",
  "mode",
  "cycles",
  "forSec",
  "jobs",
  "selected",
  "keepCore",
  "timeoutSec",
  "projectDir",
  "composeFiles",
  "testsDir",
  "pytest",
  "testsPer",
  "soakSec",
  "recreate",
  "pull",
  "strict",
] as const satisfies readonly (keyof RunConfig)[];

/** The name for messages: that of the option that the user gave. */
function optionOf(name: (typeof OPTIONS)[number]): string {
  return name === "selected" ? "modules" : name === "forSec" ? "for" : name;
}

export interface Asked {
  config: RunConfig;
  engine: Pick<Engine, "services">;
  modules: ModuleMap;
  plan: Plan;
  /** Files that the tests depend on. */
  inputs: readonly TestInput[];
}

export async function requestOf(host: Pick<Host, "args" | "cwd" | "files">, asked: Asked): Promise<RunRequest> {
  const { config, engine, modules, plan } = asked;
  const names = plan.steps.map(({ module }) => module);
  const services = serviceClosure(engine.services, names.flatMap((name) => modules.get(name)?.services ?? []));
  return {
    cwd: host.cwd(),
    args: [...host.args],
    options: Object.fromEntries(OPTIONS.map((name) => [optionOf(name), JSON.stringify(config[name] ?? null)])),
    modules: Object.fromEntries(names.map((name) => [name, digest(JSON.stringify(modules.get(name) ?? null))])),
    services: Object.fromEntries(
      [...services].sort().flatMap((name) => {
        const declared = engine.services.get(name)?.declared;
        return declared === undefined ? [] : [[name, declared]];
      }),
    ),
    tests: await testDigests(host, asked),
  };
}

async function testDigests({ files }: Pick<Host, "files">, { inputs }: Asked): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const { name, path } of inputs.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
    try {
      digests[name] = digest(await files.readText(path));
    } catch {
      // The runner reports a file that cannot be read.
      digests[name] = "unreadable";
    }
  }
  return digests;
}

/**
 * Throws a usage Failure if something has changed since the run began: evidence of two systems makes no verdict on
 * either.
 */
export function refuseIfChanged(
  auditDir: string,
  { request: before, run }: { request: RunRequest; run: RunStarted },
  now: RunRequest,
  { identity, project: { name: project } }: Pick<Engine, "identity" | "project">,
): void {
  const changes = [
    ...(run.project.name === project ? [] : [`project ${shown(run.project.name)} before and ${shown(project)} now`]),
    ...(run.identity === undefined || identity === undefined || run.identity === identity
      ? []
      : ["the engine: it is another one than before"]),
    ...differing(before.options, now.options).map((name) =>
      `option ${name}, ${before.options[name] ?? "none"} before and ${now.options[name] ?? "none"} now`
    ),
    ...named("module", differing(before.modules, now.modules)),
    ...named("service", differing(before.services, now.services)),
    ...named("test file", differing(before.tests, now.tests)),
  ];
  refuseFor(auditDir, changes);
}

/** Like `refuseIfChanged`, for what the journal's first line says. */
export function refuseOtherRules(auditDir: string, run: RunStarted, { settings }: Pick<RunConfig, "settings">): void {
  const { metricsSource, rules, thresholds } = settings;
  refuseFor(auditDir, [
    ...named("rule", differing(run.rules, rules)),
    ...named("threshold", differing(run.thresholds, thresholds)),
    ...(run.metricsSource === metricsSource ? [] : ["metrics_source"]),
  ]);
}

const MOST_CHANGES = 5;

function refuseFor(auditDir: string, changes: readonly string[]): void {
  if (changes.length === 0) return;
  throw usageFailure(
    `Cannot resume "${auditDir}": something has changed since the run began: ${
      firstOf(changes, MOST_CHANGES).join("; ")
    }`,
    "Put it back as it was, or begin a new run",
  );
}

function named(kind: string, names: readonly string[]): string[] {
  return names.map((name) => `${kind} ${shown(name)}`);
}

/** Keys that only one has, or that differ. */
function differing(before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  const of = (values: Readonly<Record<string, unknown>>, key: string) =>
    Object.hasOwn(values, key) ? values[key] : undefined;
  return [...keys].filter((key) => of(before, key) !== of(now, key)).sort();
}
