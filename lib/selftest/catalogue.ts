/** The catalogue: every planted defect and healthy look-alike, one table. Data only. */

import { COMMANDS } from "./catalogue/kinds_commands.ts";
import { INSIDE } from "./catalogue/kinds_inside.ts";
import { APART } from "./catalogue/kinds_apart.ts";
import { DEPENDENCIES } from "./catalogue/dependencies.ts";
import { EVIDENCE } from "./catalogue/evidence.ts";
import { HEALTHY } from "./catalogue/healthy.ts";
import { COMPLETED } from "./catalogue/kinds_completed.ts";
import { DOCKER } from "./catalogue/kinds_docker.ts";
import { EXEC } from "./catalogue/kinds_exec.ts";
import { GRPC } from "./catalogue/kinds_grpc.ts";
import { HTTPS } from "./catalogue/kinds_https.ts";
import { LOG } from "./catalogue/kinds_log.ts";
import { RUNNING } from "./catalogue/kinds_running.ts";
import { TCP } from "./catalogue/kinds_tcp.ts";
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
  https: HTTPS,
  grpc: GRPC,
  tcp: TCP,
  exec: EXEC,
  log: LOG,
  docker: DOCKER,
  running: RUNNING,
  completed: COMPLETED,
  memory: MEMORY,
  restarts: RESTARTS,
  dependencies: DEPENDENCIES,
  leaks: LEAKS,
  tests: TESTS,
  commands: COMMANDS,
  inside: INSIDE,
  apart: APART,
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
