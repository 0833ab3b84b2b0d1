/**
 * Everything that is missing, found at once and before anything is touched. A problem of the core ends the run; a
 * problem of one module becomes that module's start_failed.
 */

import type { Engine, Look, Obstacle } from "../../engine/engine.ts";
import type { Host } from "../../host/host.ts";
import type { RunConfig } from "../../model/config.ts";
import { environmentFailure } from "../../model/failure.ts";
import type { ModuleMap } from "../../model/module.ts";
import type { Plan } from "../../model/plan.ts";
import type { Problem } from "../context.ts";
import { pageProblems, publishedProblems } from "./port_problems.ts";
import { imagesOfTests } from "./test_images.ts";
import { testProblems } from "./test_problems.ts";
import { needsOf } from "../needs.ts";
import { isUp } from "../../model/evidence.ts";

export interface Preflight {
  problems: Map<string, Problem[]>;
  /** Optional modules whose services the project does not have → why. */
  skipped: Map<string, string>;
  /** Services whose image has to be pulled first → the modules that need it. */
  toPull: Map<string, string[]>;
  /** Services whose image has to be built first → the modules that need it. */
  toBuild: Map<string, string[]>;
  /** Images of tests' own containers that have to be pulled first → the modules whose tests need it. */
  testImages: Map<string, string[]>;
  notices: string[];
}

export interface PreflightInput {
  host: Host;
  engine: Engine;
  config: RunConfig;
  modules: ModuleMap;
  plan: Plan;
  looks: readonly Look[];
}

/** Throws a Failure if the core cannot be started. */
export async function preflight(input: PreflightInput): Promise<Preflight> {
  const found = await lookAhead(input);
  failForCore(found.problems, input.config.settings.core.modules);
  return found;
}

/** The same, and the problems of the core are among the others. Touches nothing. */
export async function lookAhead(input: PreflightInput): Promise<Preflight> {
  const { engine, plan } = input;
  const names = plan.steps.map(({ module }) => module);
  // Service → the modules whose start needs it: all of them, if the service is started for several.
  const owners = new Map<string, string[]>();
  for (const module of names) {
    for (const service of needsOf(input, module)) owners.set(service, [...owners.get(service) ?? [], module]);
  }
  const isAsked = (service: string) => isOwn(input, service) || engine.services.get(service)?.replicas !== 0;
  const wanted = [...owners.keys()].filter((service) => isAsked(service) && !isRunning(input, service));
  const { notices = [], obstacles, toBuild, toPull = [] } = await engine.survey(wanted, input.config.pull);
  const problems = new Map<string, Problem[]>();
  const isHelper = ({ several, service }: Obstacle) => several === true && !isOwn(input, service);
  const watchedAsOne = obstacles.filter(isHelper)
    .map(({ service }) => `"${service}" has several containers: the first one that is up is watched`);
  const real = obstacles.filter((obstacle) => !isHelper(obstacle));
  const found: (Problem & { service: string })[] = [
    ...real.map((
      { image, next, service, why },
    ) => ({ service, why, next, about: image ? "image" : "service" } as const)),
    ...wanted.flatMap((service) => [...publishedProblems(input, service), ...pageProblems(input, service)])
      .map((problem) => ({ ...problem, about: "port" } as const)),
  ];
  for (const problem of found) {
    for (const module of owners.get(problem.service) ?? []) {
      problems.set(module, [...problems.get(module) ?? [], problem]);
    }
  }
  for (const { module, tested } of plan.steps) {
    const ofTests = tested ? testProblems(input, module) : [];
    if (ofTests.length > 0) problems.set(module, [...problems.get(module) ?? [], ...ofTests]);
  }
  const { absent, testImages } = await imagesOfTests(input);
  return {
    problems,
    testImages,
    skipped: new Map(names.flatMap((module) => skipOf(input, module, problems.get(module) ?? []))),
    toPull: new Map(toPull.map((service) => [service, owners.get(service) ?? []])),
    toBuild: new Map(
      [...toBuild, ...builtInPlace(input, owners.keys())].map((service) => [service, owners.get(service) ?? []]),
    ),
    notices: [...notices, ...watchedAsOne, ...absent],
  };
}

function isOwn({ modules, plan }: PreflightInput, service: string): boolean {
  return plan.steps.some(({ module }) => servicesOf(modules, module).includes(service));
}

function servicesOf(modules: ModuleMap, module: string): readonly string[] {
  return modules.get(module)?.services ?? [];
}

/** The module's problems stay, since another module may depend on it. */
function skipOf({ engine, modules }: PreflightInput, module: string, problems: readonly Problem[]): [string, string][] {
  const services = servicesOf(modules, module);
  if (services.length > 0 && services.every((service) => engine.services.get(service)?.replicas === 0)) {
    const names = services.map((name) => `"${name}"`).join(", ");
    return [[module, `The project wants no container of ${names} (\`replicas: 0\`)`]];
  }
  const isMissing = services.every((service) => !engine.services.has(service));
  if (modules.get(module)?.optional !== true || !isMissing) return [];
  return [[module, `Optional, and ${problems[0]?.why ?? "its services are not in the project"}`]];
}

/**
 * Services tested in place that a start would always build: only the new image shows whether their containers have an
 * older one.
 */
function builtInPlace(input: PreflightInput, services: Iterable<string>): string[] {
  return [...services].filter((service) => {
    const spec = input.engine.services.get(service);
    return isRunning(input, service) && spec?.pullPolicy === "build" && spec.buildable;
  });
}

function isRunning({ config, looks }: PreflightInput, service: string): boolean {
  return !config.recreate && looks.some(({ state }) => state.service === service && isUp(state));
}

function failForCore(problems: ReadonlyMap<string, Problem[]>, foundation: readonly string[]): void {
  for (const module of foundation) {
    const found = problems.get(module) ?? [];
    if (found.length === 0) continue;
    const what = found.map(({ service, why }) => `"${service}": ${why}`).join("; ");
    throw environmentFailure(
      `Failed to start ${module}: ${what}`,
      [...new Set(found.map(({ next }) => next))].join(". "),
    );
  }
}
