/** Services that a map names like their containers, `vx11-switch`, while the project calls them `switch`. Pure. */

import type { ModuleMap, ModuleSpec } from "../model/module.ts";
import { shown } from "../text/shown.ts";

type MoreTests = NonNullable<ModuleSpec["moreTests"]>;

const PREFIX = "vx11-";

/** The name without the prefix that VX11 gives its containers. */
export function nakedService(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

/**
 * The map with the project's own names, and a sentence for each name that was replaced. A name stays if the project has
 * it, or if a module already has the short one.
 */
export function asInProject(
  modules: ModuleMap,
  services: { has(name: string): boolean },
): { modules: ModuleMap; notices: string[] } {
  const taken = new Set([...modules.values()].flatMap((spec) => spec.services));
  const renamed = new Map<string, string>();
  for (const name of taken) {
    const naked = nakedService(name);
    if (naked !== name && !services.has(name) && services.has(naked) && !taken.has(naked)) renamed.set(name, naked);
  }
  if (renamed.size === 0) return { modules, notices: [] };
  const own = (name: string) => renamed.get(name) ?? name;
  return {
    modules: new Map([...modules].map(([module, spec]) => [module, {
      ...spec,
      services: spec.services.map(own),
      health: spec.health.map((endpoint) => ({ ...endpoint, service: own(endpoint.service) })),
      ...(spec.moreTests === undefined ? {} : { moreTests: withOwnNames(spec.moreTests, own) }),
    }])),
    notices: [...renamed].map(([from, to]) =>
      `Service ${shown(from)} is taken for ${shown(to)}, which the project has`
    ),
  };
}

function withOwnNames(moreTests: MoreTests, own: (name: string) => string): MoreTests {
  return Object.fromEntries(
    Object.entries(moreTests).map(([key, tests]) => [
      key,
      tests.map((test) =>
        typeof test === "string" || test.service === undefined ? test : { ...test, service: own(test.service) }
      ),
    ]),
  );
}
