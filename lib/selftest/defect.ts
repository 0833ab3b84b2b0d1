/**
 * What a planted defect is: a service with its trouble, what is done to it while it is watched, and the verdict that it
 * must get, with exactly these reasons. Healthy look-alikes are entries like the others, with PASS expected.
 */

import type { EngineName, ReasonCode, Thresholds } from "../model/settings.ts";
import type { RestartPolicy } from "../model/process.ts";
import type { Status } from "../model/record.ts";

export const FAMILIES = [
  "healthy",
  "start",
  "readiness",
  "steadiness",
  "memory",
  "restarts",
  "leaks",
  "tests",
  "stop",
  "evidence",
] as const;
export type Family = (typeof FAMILIES)[number];

/** One service of a trial; all is well where nothing is said. */
export interface ServicePlan {
  /** The stand-in's knobs (lib/standin/settings.ts). */
  env?: Readonly<Record<string, string>>;
  restart?: RestartPolicy;
  /** null: no limit. */
  memLimitMib?: number | null;
  stopGraceSec?: number;
  /** Instead of the stand-in. */
  command?: readonly string[];
  /** Whether its port is left unpublished. */
  unpublished?: true;
  /** Compose alone: Docker's own health check, every 0.3 s. */
  check?: true;
  /** Compose alone: an image that is not there. */
  image?: string;
  /** Compose alone: size of /dev/shm. */
  shmMib?: number;
}

/** Done to the subject by hand, as soon as it is ready. */
export type Act = "kill" | "restart" | "replace";

/** What is taken away from the harness, where it cannot be provoked on a user's engine. */
export type Tamper =
  | "no samples"
  | "event stream cut"
  | "engine silent at the end"
  | "looks frozen"
  | "removal refused"
  | "clock stepped";

export interface Defect {
  /** Unique within its family. */
  name: string;
  what: string;
  /** Where it can be planted; both unless given. */
  engines?: readonly EngineName[];
  status: Status;
  /** Every reason that the module must have, and no other; in any order. */
  codes: readonly ReasonCode[];
  /** Restarts that the record must count, over all cycles: 0 unless given; `many`: nobody knows how many, but some. */
  restarts?: number | "many";
  /** Whether another container takes its place. */
  replaced?: true;
  /** Whom the record must name as killed for memory; nobody unless given. */
  killedForMemory?: "main" | "child";
  subject?: ServicePlan;
  /** Modules that the subject depends on, each on the one before it. */
  chain?: Readonly<Record<string, ServicePlan>>;
  /** Healthy modules that are tested at the same time. */
  beside?: Readonly<Record<string, ServicePlan>>;
  /** Real pytest files, name → text; without any, a command that says "1 passed" takes pytest's place. */
  tests?: Readonly<Record<string, string>>;
  /** Whether it is run twice, and the second run compared with the first. */
  twice?: true;
  /** Instead of pytest. */
  pytest?: readonly string[];
  /** Something else listens on the subject's port. */
  portTaken?: true;
  cycles?: number;
  soakSec?: number;
  timeoutSec?: number;
  thresholds?: Partial<Thresholds>;
  act?: Act;
  tamper?: Tamper;
}

export interface CatalogueEntry extends Defect {
  family: Family;
  /** `family/name`. */
  id: string;
  engines: readonly EngineName[];
}
