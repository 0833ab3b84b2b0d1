/** Services with all that the engine itself starts before them. Pure. */

import type { ServiceSpec } from "./engine.ts";

export function serviceClosure(specs: ReadonlyMap<string, ServiceSpec>, services: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const open = [...services];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...specs.get(name)?.dependsOn ?? []);
  }
  return found;
}
