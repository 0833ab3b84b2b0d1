/** Modules of the built-in map in a project: they need no draft, since more is known of them than the project says. Pure. */

import { builtinCore, builtinModules } from "../../modules.ts";

export interface KnownModule {
  name: string;
  services: readonly string[];
  /** Names of modules of the map. */
  dependsOn: readonly string[];
}

/** In the order of the map; none unless the project has every service of the map's core, so that no name agrees by chance. */
export function knownModules(services: { has(name: string): boolean }): KnownModule[] {
  const map = builtinModules();
  const core = builtinCore().modules.flatMap((name) => map.get(name)?.services ?? []);
  if (!core.every((service) => services.has(service))) return [];
  return [...map].filter(([_, spec]) => spec.services.some((service) => services.has(service)))
    .map(([name, spec]) => ({ name, services: spec.services, dependsOn: spec.dependsOn }));
}

/** The core of a project with known modules. */
export function knownCore(): readonly string[] {
  return builtinCore().modules;
}
