/** Tests that are to run in a service that is not up with their module, as far as the project's files say. Pure. */

import { serviceClosure } from "../../engine/closure.ts";
import { closure, dependencyGraph } from "../../plan/graph.ts";
import { coreModules } from "../../plan/plan.ts";
import { nameHint } from "../../text/nearest.ts";
import { shown } from "../../text/shown.ts";
import type { Problem } from "../context.ts";
import type { Planned } from "../needs.ts";

/** Each service once. */
export function testProblems({ engine, modules, plan }: Planned, module: string): Problem[] {
  const together = closure(dependencyGraph(modules), [module, ...coreModules(plan)]);
  const up = serviceClosure(engine.services, [...together].flatMap((name) => modules.get(name)?.services ?? []));
  const wanted = Object.values(modules.get(module)?.moreTests ?? {}).flat().flatMap((test) =>
    typeof test === "string" ? [] : test.service ?? []
  );
  return [...new Set(wanted)].flatMap((service) => {
    if (!engine.services.has(service)) {
      const next = `${nameHint(service, engine.services.keys(), "Services")}. Correct \`in\` in the config file`;
      return [{
        service,
        about: "service",
        why: `a test is to run in service ${shown(service)}, which the project does not have`,
        next,
      }];
    }
    if (up.has(service)) return [];
    return [{
      service,
      about: "service",
      why: `a test is to run in service ${shown(service)}, which nothing starts for this module`,
      next: "Correct `in` in the config file, or add the service's module to depends_on",
    }];
  });
}
