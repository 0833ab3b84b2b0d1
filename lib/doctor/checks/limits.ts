/** Services without a memory limit: rules about memory have nothing to go by. */

import type { Check } from "../check.ts";
import { neededServices } from "../needed.ts";

export const LIMITS: Check = {
  title: "Project",
  look({ plan, seen: { modules, services } }) {
    if (services === null) return [];
    return [...neededServices({ modules, plan, services })].flatMap((name) => {
      const spec = services.get(name);
      if (spec === undefined || spec.memLimitBytes !== null) return [];
      return [{
        check: "memory_limit",
        subject: name,
        level: "warn",
        seen: "no memory limit: oom_killed and near_mem_limit have nothing to go by, and it can starve the others",
        next: "Give it a `mem_limit`",
      }];
    });
  },
};
