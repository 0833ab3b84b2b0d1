/** The catalogue: every planted defect and healthy look-alike, one table. Data only. */

import { DEPENDENCIES } from "./catalogue/dependencies.ts";
import { EVIDENCE } from "./catalogue/evidence.ts";
import { HEALTHY } from "./catalogue/healthy.ts";
import { LEAKS } from "./catalogue/leaks.ts";
import { MEMORY } from "./catalogue/memory.ts";
import { READINESS } from "./catalogue/readiness.ts";
import { RESTARTS } from "./catalogue/restarts.ts";
import { START } from "./catalogue/start.ts";
import { STEADINESS } from "./catalogue/steadiness.ts";
import { STOP } from "./catalogue/stop.ts";
import { TESTS } from "./catalogue/tests.ts";
import { RIG_NAMES } from "./rig_name.ts";
import type { CatalogueEntry, Defect, Family } from "./defect.ts";

const BY_FAMILY: Readonly<Record<Family, readonly Defect[]>> = {
  healthy: HEALTHY,
  start: START,
  readiness: READINESS,
  steadiness: STEADINESS,
  memory: MEMORY,
  restarts: RESTARTS,
  dependencies: DEPENDENCIES,
  leaks: LEAKS,
  tests: TESTS,
  stop: STOP,
  evidence: EVIDENCE,
};

export const CATALOGUE: readonly CatalogueEntry[] = Object.entries(BY_FAMILY).flatMap(([family, defects]) =>
  defects.map((defect) => ({
    ...defect,
    family: family as Family,
    id: `${family}/${defect.name}`,
    engines: defect.engines ?? RIG_NAMES,
  }))
);
