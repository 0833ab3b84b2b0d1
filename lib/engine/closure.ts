/** Services with all that the engine itself starts before them. Pure. */

import { closure } from "../plan/graph.ts";
import type { ServiceSpec } from "./engine.ts";

type Specs = ReadonlyMap<string, ServiceSpec>;

/**
 * The services of one start that names these: the profiles of the named services are on, and no others. An optional
 * dependency (`required: false`) is included if it has no profile, or one that is on.
 */
export function serviceClosure(specs: Specs, services: Iterable<string>): Set<string> {
  const named = [...services];
  const on = new Set(named.flatMap((name) => profilesOf(specs, name)));
  const isTaken = (optional: string) => {
    const profiles = profilesOf(specs, optional);
    return profiles.length === 0 || profiles.some((each) => on.has(each));
  };
  // A name that the project does not have needs nothing.
  const strangers = [...named, ...[...specs.values()].flatMap(({ dependsOn }) => dependsOn)];
  const graph = new Map<string, string[]>(strangers.map((name) => [name, []]));
  for (const [name, { dependsOn, optional = [] }] of specs) {
    graph.set(name, dependsOn.filter((each) => !optional.includes(each) || isTaken(each)));
  }
  return closure(graph, named);
}

/** Of several starts, each by its own: a profile that one start switches on is not on for another. */
export function closureOfStarts(specs: Specs, starts: Iterable<Iterable<string>>): Set<string> {
  return new Set([...starts].flatMap((services) => [...serviceClosure(specs, services)]));
}

function profilesOf(specs: Specs, name: string): readonly string[] {
  return specs.get(name)?.profiles ?? [];
}
