/** The services in which tests are to run, as far as the config file says whether they are up then. */

import { usageFailure } from "../model/failure.ts";
import type { Core, ModuleMap } from "../model/module.ts";
import { closure, dependencyGraph } from "../plan/graph.ts";
import { shown } from "../text/shown.ts";
import { type ConfigValue, placeOf } from "../values/value.ts";

/**
 * Usage Failure if one is of a module that need not be up. One of no module may be right: Compose starts services that others need,
 * which only the project's own files say. `at`: the section `modules`.
 */
export function checkTestPlaces(at: ConfigValue, map: ModuleMap, core: Core): void {
  const owners = new Map(
    [...map].flatMap(([name, { services }]) => services.map((service) => [service, name] as const)),
  );
  const kept = [...core.modules, ...[...core.modes.values()].flat()];
  for (const [name, { moreTests = {} }] of map) {
    const up = closure(dependencyGraph(map), [name, ...kept]);
    for (const [key, tests] of Object.entries(moreTests)) {
      for (const [index, test] of tests.entries()) {
        const service = typeof test === "string" ? undefined : test.service;
        const owner = service === undefined ? undefined : owners.get(service);
        if (owner === undefined || up.has(owner)) continue;
        throw usageFailure(
          `${placeOf(at)}.${name}.${key}[${index}] runs in service ${shown(service)} of module ${owner}, ` +
            "which need not be up then",
          `Add ${owner} to its depends_on, or name a service of the module, of one that it depends on or of the core`,
        );
      }
    }
  }
}
