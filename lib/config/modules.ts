/**
 * The `modules` section of a config file. An entry with a known name replaces the keys that it gives and keeps the
 * others; a new name extends the map at its end. No name that is accepted here can be mistaken for an option or a path.
 */

import { Failure, usageFailure } from "../model/failure.ts";
import { PYTEST } from "../tests/pytest/kind.ts";
import { RUNNERS } from "../tests/registry.ts";
import type { CheckKind } from "../health/kind.ts";
import { CHECK_KINDS, checkKind, isOfJob } from "../health/registry.ts";
import type { Core, HealthCheck, ModuleMap, ModuleSpec } from "../model/module.ts";
import { isName, NAME_RULE } from "../values/name.ts";
import { DEFAULT_KIND, ENTRY, OTHER_KEYS } from "./modules_schema.ts";
import { readPair } from "./pair.ts";
import {
  type ConfigValue,
  keyOf,
  placeOf,
  readBoolean,
  readChoice,
  readList,
  readMapping,
  readText,
  readTexts,
  requireKeys,
  wrongValue,
} from "../values/value.ts";
import { dependencyGraph, findCycle } from "../plan/graph.ts";
import { moduleNamed } from "../plan/module_name.ts";
import { nearest } from "../text/nearest.ts";
import { hasControl } from "../text/control.ts";
import { shown } from "../text/shown.ts";

const ENTRY_KEYS = Object.keys(ENTRY);

/** The map with the section's entries merged into it. Usage Failure with the path of the key on any mistake. */
export function readModules(at: ConfigValue, base: ModuleMap, core: Core): ModuleMap {
  const map = new Map(base);
  const entries = readMapping(at);
  for (const [name, entry] of entries) {
    if (!isName(name)) throw usageFailure(`${placeOf(entry)} is no name for a module, it must be ${NAME_RULE}`);
    map.set(name, readEntry(entry, name, base, core));
  }
  for (const [name, spec] of map) {
    const entry = entries.get(name);
    if (entry !== undefined) map.set(name, { ...spec, dependsOn: dependenciesOf(entry, spec, map) });
  }
  checkServices(at, map);
  const cycle = findCycle(dependencyGraph(map));
  if (cycle === undefined) return map;
  throw usageFailure(
    `${placeOf(at)} has a dependency cycle: ${cycle.join(" → ")}`,
    "Each of these waits for the next: remove one of the depends_on entries",
  );
}

function readEntry(at: ConfigValue, name: string, base: ModuleMap, core: Core): ModuleSpec {
  const known = base.get(name);
  const keys = readKeys(at);
  const services = readKey(keys, "services", known?.services, readServices);
  if (services === undefined) throw servicesMissing(at, name, base);
  return {
    description: readKey(keys, "description", descriptionOf(name, services, known, core), readDescription) ?? "",
    services,
    dependsOn: readKey(keys, "depends_on", known?.dependsOn, readDependencies) ?? [...core.modules],
    health: readHealth(keys.get("health"), services, known?.health ?? [], at),
    ...readTests(keys, known),
    optional: readKey(keys, "optional", known?.optional, readBoolean) ?? false,
  };
}

/** A core with other services does not get the description of the built-in core. */
function descriptionOf(
  name: string,
  services: readonly string[],
  known: ModuleSpec | undefined,
  core: Core,
): string | undefined {
  const isOther = core.modules.includes(name) && services.join() !== known?.services.join();
  return isOther ? `The core: ${services.join(" and ")}` : known?.description;
}

/** The keys under our names. A key that is given under both names is refused: we cannot know which one was meant. */
function readKeys(at: ConfigValue): Map<string, ConfigValue> {
  const keys = readMapping(at, ENTRY_KEYS, [...OTHER_KEYS.keys()]);
  for (const [other, ours] of OTHER_KEYS) {
    const value = keys.get(other);
    if (value === undefined) continue;
    if (keys.has(ours)) {
      throw usageFailure(`${placeOf(at)} has ${ours} and ${other}, which mean the same`, "Give one of the two");
    }
    keys.set(ours, value);
  }
  return keys;
}

function readKey<T>(keys: Map<string, ConfigValue>, key: string, kept: T | undefined, read: (at: ConfigValue) => T) {
  const at = keys.get(key);
  return at === undefined ? kept : read(at);
}

function servicesMissing(at: ConfigValue, name: string, base: ModuleMap) {
  const near = nearest(name, base.keys());
  const give = `services, such as services: [${name}]`;
  return usageFailure(
    `${placeOf(at)} is a new module and has no services`,
    near === undefined ? `Give it ${give}` : `If you mean ${shown(near)}, correct the name; otherwise give it ${give}`,
  );
}

function readDescription(at: ConfigValue): string {
  return readText(at, "a text of one line", (text) => !hasControl(text));
}

function readName(at: ConfigValue): string {
  return readText(at, NAME_RULE, isName);
}

function readServices(at: ConfigValue): string[] {
  const services = readTexts(at, "service names", readName);
  if (services.length > 0) return services;
  throw usageFailure(`${placeOf(at)} is an empty list, it must name at least one service`);
}

function readDependencies(at: ConfigValue): string[] {
  return readTexts(at, "module names", (item) => readText(item, "the name of a module", () => true));
}

function readTests(
  keys: Map<string, ConfigValue>,
  known: ModuleSpec | undefined,
): Pick<ModuleSpec, "moreTests" | "tests"> {
  const more = RUNNERS.filter((runner) => runner !== PYTEST).map(({ key, read }) =>
    [key, readKey(keys, key, known?.moreTests?.[key], read) ?? []] as const
  ).filter(([, tests]) => tests.length > 0);
  const tests = readKey(keys, PYTEST.key, known?.tests, PYTEST.read) ?? [];
  return { tests, ...(more.length === 0 ? {} : { moreTests: Object.fromEntries(more) }) };
}

function readHealth(
  at: ConfigValue | undefined,
  services: readonly string[],
  kept: readonly HealthCheck[],
  entry: ConfigValue,
): readonly HealthCheck[] {
  if (at !== undefined) return readChecks(at, services);
  const orphan = kept.find((check) => !services.includes(check.service));
  if (orphan === undefined) return kept;
  throw usageFailure(
    `${placeOf(entry)}.services leaves out ${shown(orphan.service)}, whose health endpoint is in the built-in map`,
    `Give ${entry.path}.health too`,
  );
}

/** The set of keys that one of those given belongs to, or the usual set. */
function requiredOf({ required }: CheckKind, given: ReadonlyMap<string, ConfigValue>): readonly string[] {
  return required.find((set) => set.some((key) => given.has(key))) ?? required.at(-1) ?? [];
}

/** Several of one service are watched and judged each on its own; the same one twice is a mistake. */
function readChecks(at: ConfigValue, services: readonly string[]): HealthCheck[] {
  const checks = readList(at, "checks").map((item) => readCheck(item, services));
  const made = checks.map(({ declared: _, ...check }) => JSON.stringify(check));
  const twice = checks.find((_, index) => made.indexOf(made[index] ?? "") < index);
  if (twice !== undefined) {
    const named = `${checkKind(twice.kind).text(twice)} of service ${shown(twice.service)}`;
    throw usageFailure(`${placeOf(at)} names the check ${named} twice`, "Remove one of the two, or correct it");
  }
  const job = checks.find(isOfJob);
  const other = checks.find((check) => check.service === job?.service && !isOfJob(check));
  if (job === undefined || other === undefined) return checks;
  throw usageFailure(
    `${placeOf(at)} says of service ${
      shown(job.service)
    } that it is a job (kind: ${job.kind}), and also checks it by ` +
      `${other.kind}: of a container that has ended nothing else can be asked`,
    "Remove one of the two",
  );
}

function readCheck(at: ConfigValue, services: readonly string[]): HealthCheck {
  if (Array.isArray(at.value)) return readPair(at, services);
  const given = readMapping(at).get("kind");
  const name = given === undefined ? DEFAULT_KIND : readChoice(given, CHECK_KINDS);
  const kind = checkKind(name);
  const keys = readMapping(at, ["service", "kind", ...Object.keys(kind.keys)]);
  requireKeys(at, keys, ["service", ...requiredOf(kind, keys)]);
  return { service: readService(keyOf(keys, "service"), services), kind: name, ...kind.read(keys), declared: true };
}

function readService(at: ConfigValue, services: readonly string[]): string {
  const { value } = at;
  if (typeof value === "string" && services.includes(value)) return value;
  const near = typeof value === "string" ? nearest(value, services) : undefined;
  throw wrongValue(
    at,
    `one of the module's services: ${services.join(", ")}`,
    near === undefined ? "Correct it, or add it to `services` of the module" : `Did you mean ${shown(near)}?`,
  );
}

/** Only names from the file can be wrong here: an entry without `depends_on` keeps names that exist. */
function dependenciesOf(entry: ConfigValue, { dependsOn }: ModuleSpec, map: ModuleMap): readonly string[] {
  const given = readMapping(entry).get("depends_on");
  if (given === undefined) return dependsOn;
  const names = readList(given, "module names").map((item) => {
    try {
      return moduleNamed(map, String(item.value));
    } catch (error) {
      throw error instanceof Failure ? wrongValue(item, "the name of a module", error.data.next) : error;
    }
  });
  return [...new Set(names)];
}

/** A service of two modules would be stopped for the one while the other is being watched. */
function checkServices(at: ConfigValue, map: ModuleMap): void {
  const owners = new Map<string, string>();
  for (const [name, { services }] of map) {
    for (const service of services) {
      const owner = owners.get(service);
      if (owner !== undefined) {
        throw usageFailure(
          `${placeOf(at)} gives service ${shown(service)} to two modules, ${owner} and ${name}`,
          "Leave it to one of them; the other can name that one in depends_on",
        );
      }
      owners.set(service, name);
    }
  }
}
