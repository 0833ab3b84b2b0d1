/** Whether the engine answers, and what it says of itself. */

import type { Check } from "../check.ts";
import { refusal } from "../check.ts";

export const ENGINE: Check = {
  title: "Engine",
  look({ answers, config, examination, refusal: why }) {
    // A project that cannot be read keeps the engine from being opened, too; that is told with the project.
    const isProject = why !== null && examination.project.some(({ seen }) => seen === why.what);
    return [
      ...examination.engine,
      ...(why === null || isProject ? [] : [refusal("engine", config.engine, why)]),
      ...(answers === null
        ? [{
          check: "not_looked_at",
          subject: config.engine,
          level: "note" as const,
          seen: "images, ports, containers and what killed runs left were not looked at, since " +
            (isProject ? "the project could not be read" : "the engine could not be asked"),
          next: "Run it again when the problems are solved",
        }]
        : []),
    ];
  },
};
