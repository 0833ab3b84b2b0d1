/** Which modules a Compose project has, by what its files declare. Pure. */

import { basename, globToRegExp } from "@std/path";
import type { ServiceSpec } from "../../engine/engine.ts";
import { serviceClosure } from "../../engine/closure.ts";
import { startOrder } from "../../plan/graph.ts";
import { isName } from "../../values/name.ts";
import { type Around, type DraftCheck, draftCheck } from "./init_check.ts";
import { knownCore, type KnownModule, knownModules } from "./init_known.ts";

type Services = ReadonlyMap<string, ServiceSpec>;

/** A module with one service, which has its name. */
export interface DraftModule {
  name: string;
  /** Names of modules. */
  dependsOn: string[];
  check: DraftCheck;
  /** Patterns; each matches a test file that is there. */
  tests: string[];
  /** Compose profiles of which one has to be on. A run starts it by name, which turns its profile on. */
  profiles: string[];
}

export interface Draft {
  /** Modules of the built-in map, which the file extends if there are any. */
  known: KnownModule[];
  /** Dependencies first. */
  modules: DraftModule[];
  core: readonly string[];
  leftOut: { service: string; why: string }[];
}

export interface Drafted {
  services: Services;
  /** Services whose health check has no value of a variable in it. */
  literalChecks: ReadonlySet<string>;
}

/** `testFiles`: below the tests dir. */
export function draftOf({ literalChecks, services }: Drafted, testFiles: readonly string[]): Draft {
  const known = knownModules(services);
  const moduleOf = new Map(known.flatMap((module) => module.services.map((service) => [service, module.name])));
  const helpers = serviceClosure(services, [...moduleOf.keys()].filter((service) => services.has(service)));
  const others = [...services.values()].filter(({ name }) => !moduleOf.has(name));
  const leftOut = others.flatMap((spec) => {
    const why = whyLeftOut(spec) ?? (helpers.has(spec.name) ? "Compose starts it for those that need it" : null);
    return why === null ? [] : [{ service: spec.name, why }];
  });
  const out = new Set(leftOut.map(({ service }) => service));
  const own = others.filter(({ name }) => !out.has(name));
  const needs = new Map(own.map((spec) => [spec.name, [...needed(services, out, spec)]]));
  const order = startOrder(new Map([...needs].map(([name, all]) => [name, all.filter((each) => needs.has(each))])));
  const modules = order.flatMap((name) => {
    const spec = services.get(name);
    if (spec === undefined) return [];
    const { profiles = [] } = spec;
    const tests = patterns(name, testFiles);
    const check = draftCheck(spec, { ...aroundOf(spec, services), isLiteral: literalChecks.has(name) });
    const dependsOn = [...new Set(needs.get(name)?.map((each) => moduleOf.get(each) ?? each))];
    return [{ name, dependsOn, check, tests, profiles }];
  });
  return { known, modules, core: known.length > 0 ? knownCore() : coreOf(modules, services), leftOut };
}

function aroundOf({ name }: ServiceSpec, services: Services): Omit<Around, "isLiteral"> {
  const others = [...services.values()];
  return {
    sharers: others.filter(({ hints }) => hints?.networkOf === name).map((each) => each.name),
    isNeeded: others.some(({ dependsOn }) => dependsOn.includes(name)),
  };
}

/** null: it becomes a module. */
function whyLeftOut({ name, oneShot, replicas }: ServiceSpec): string | null {
  if (oneShot) return "others wait for it to complete, so Compose runs it for them";
  if (replicas === 0) return "it is declared with 0 replicas";
  if (replicas > 1) return `it has ${replicas} replicas, and the service of a module has one container`;
  return isName(name) ? null : "a module cannot have its name";
}

/**
 * Modules that Compose starts before it, also by way of services that are left out. What it can do without, and is only on
 * with a profile, it is started without.
 */
function needed(
  services: Services,
  out: ReadonlySet<string>,
  spec: ServiceSpec,
  seen = new Set<string>(),
): Set<string> {
  const found = new Set<string>();
  for (const name of spec.dependsOn) {
    const next = services.get(name);
    if (next === undefined || seen.has(name) || canDoWithout(spec, next, out)) continue;
    seen.add(name);
    if (!out.has(name)) found.add(name);
    else needed(services, out, next, seen).forEach((each) => found.add(each));
  }
  return found;
}

function canDoWithout({ optional = [] }: ServiceSpec, next: ServiceSpec, out: ReadonlySet<string>): boolean {
  return optional.includes(next.name) && (out.has(next.name) || (next.profiles ?? []).length > 0);
}

/**
 * Databases, brokers and the like: at least two modules need it, it needs none itself, and it is not built here. A job is
 * not kept up.
 */
function coreOf(modules: readonly DraftModule[], services: Services): string[] {
  return modules.filter(({ check, dependsOn, name }) => {
    if (check.check?.["kind"] === "completed") return false;
    const users = modules.filter((each) => each.dependsOn.includes(name)).length;
    return users >= 2 && dependsOn.length === 0 && services.get(name)?.buildable !== true;
  }).map(({ name }) => name);
}

function patterns(name: string, testFiles: readonly string[]): string[] {
  const slug = name.replaceAll(/[^A-Za-z0-9]+/g, "_").toLowerCase();
  return [`test_${slug}.py`, `test_${slug}_*.py`].filter((pattern) => {
    const matcher = globToRegExp(pattern);
    return testFiles.some((file) => matcher.test(basename(file)));
  });
}
