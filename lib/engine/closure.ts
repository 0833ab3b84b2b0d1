/** Services with all that the engine itself starts before them. Pure. */

import type { ServiceSpec } from "./engine.ts";

type Specs = ReadonlyMap<string, ServiceSpec>;

/**
 * The services of one start that names these: the profiles of the named services are on, and no others. An optional
 * dependency (`required: false`) is included if it has no profile, or one that is on.
 */
export function serviceClosure(specs: Specs, services: Iterable<string>): Set<string> {
  const named = [...services];
  const on = new Set(named.flatMap((name) => profilesOf(specs, name)));
  return reached(specs, named, (name) => {
    const profiles = profilesOf(specs, name);
    return profiles.length === 0 || profiles.some((each) => on.has(each));
  });
}

function profilesOf(specs: Specs, name: string): readonly string[] {
  return specs.get(name)?.profiles ?? [];
}

function reached(specs: Specs, services: readonly string[], takes: (optional: string) => boolean): Set<string> {
  const found = new Set<string>();
  const open = [...services];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const { dependsOn = [], optional = [] } = specs.get(name) ?? {};
    open.push(...dependsOn.filter((each) => !optional.includes(each) || takes(each)));
  }
  return found;
}
