/** The project: that it can be read, and what its files say that a run may suffer from. */

import { count } from "../../text/units.ts";
import type { Check } from "../check.ts";

export const PROJECT: Check = {
  title: "Project",
  look({ config, examination, seen }) {
    const { notices, project, services } = seen;
    const said = { check: "project", subject: project ?? config.projectDir };
    return [
      ...(services === null ? [] : [{
        ...said,
        level: "ok" as const,
        seen: `${count(services.size, "service")} in ${config.projectDir}`,
        next: "",
      }]),
      ...notices.map((notice) => ({ ...said, level: "note" as const, seen: notice, next: "" })),
      ...examination.project,
    ];
  },
};
