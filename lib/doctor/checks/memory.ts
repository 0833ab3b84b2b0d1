/** This host's free memory against the memory limits of what a run has up at once. */

import { freeMemory, jobsOf } from "../../run/jobs.ts";
import { count, sizeText } from "../../text/units.ts";
import type { Check } from "../check.ts";
import { memoryAtOnce } from "../needed.ts";

export const MEMORY: Check = {
  title: "Engine",
  look({ answers, config, host, plan, seen }) {
    if (answers === null) return [];
    const said = { check: "memory_free", subject: "memory" };
    const free = freeMemory(host, answers.engine);
    const jobs = jobsOf(config, host);
    const { bytes, unlimited } = memoryAtOnce({ modules: seen.modules, plan, services: answers.engine.services }, jobs);
    const wanted = `the limits of what is up at once come to ${sizeText(bytes)}`;
    const more = unlimited.length === 0
      ? ""
      : `, without ${count(unlimited.length, "service")} that ${unlimited.length === 1 ? "has" : "have"} no limit`;
    if (free === null) {
      return [{
        ...said,
        level: "note",
        seen: `${wanted}${more}; the engine's free memory cannot be seen from here`,
        next: "",
      }];
    }
    if (bytes <= free) return [{ ...said, level: "ok", seen: `${sizeText(free)} free; ${wanted}${more}`, next: "" }];
    return [{
      ...said,
      level: "warn",
      seen: `only ${sizeText(free)} free, and ${wanted}${more}: the host may run out before a limit is reached`,
      next: jobs > 1 ? "Give fewer --jobs, free memory, or lower the limits" : "Free memory, or lower the limits",
    }];
  },
};
