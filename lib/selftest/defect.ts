/**
 * A planted defect: a service with its trouble, what is done to it while it is watched, and the verdict that it must get, with
 * exactly these reasons. Healthy look-alikes are entries like the others, with PASS expected.
 */

import type { ReasonCode, Thresholds } from "../model/settings.ts";
import type { CommandSpec } from "../tests/commands/spec.ts";
import type { RigName } from "./rig_name.ts";
import type { RestartPolicy } from "../model/process.ts";
import type { Status } from "../model/outcome.ts";

/** Kinds of checks and of tests have families of their own, except `http` (readiness, steadiness) and pytest (tests). */
export const FAMILIES = [
  "healthy",
  "start",
  "readiness",
  "steadiness",
  "https",
  "grpc",
  "tcp",
  "exec",
  "log",
  "docker",
  "running",
  "completed",
  "memory",
  "restarts",
  "dependencies",
  "leaks",
  "tests",
  "commands",
  "inside",
  "apart",
  "stop",
  "evidence",
] as const;
export type Family = (typeof FAMILIES)[number];

/**
 * A check of readiness of another kind than `http`, as a config file would declare it. `exec` runs the stand-in's own check unless
 * a command is given.
 */
export type ReadyBy =
  | { kind: "tcp" | "docker" | "running" | "completed" }
  | { kind: "https" | "grpc"; insecure?: true }
  | { kind: "exec"; command?: readonly string[] }
  | { kind: "log"; line: string };

/** One service of a trial; it is healthy except for what is given here. */
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
  /** Whether no page of it is declared. */
  pageless?: true;
  /** What is declared instead of its page. */
  readyBy?: ReadyBy;
  /** Compose only: Docker's own health check; `true`: every 0.3 s, unhealthy at its first failure. */
  check?: true | { intervalSec: number; retries: number };
  /** Compose only: an image that does not exist. */
  image?: string;
  /** For a helper: the subject waits until it has ended with 0. */
  completes?: true;
  /** Compose only: size of /dev/shm. */
  shmMib?: number;
  /** Compose only: on the host's own network, where it listens on the port that the project exposes. */
  onHost?: true;
  /** Compose only: its image is built at each start, and contains `env`. */
  built?: true;
  /** Compose only: one of these profiles has to be on. */
  profiles?: readonly string[];
  /** Compose only: services of no module that it needs, as the project defines them. */
  needs?: Readonly<Record<string, Helper>>;
}

/** It is healthy if its image exists. */
export interface Helper {
  profiles: readonly string[];
  image?: string;
  /** Whether the service starts without it if none of its profiles is on. */
  optional?: true;
}

/** It is neither present nor to be had. */
export const MISSING_IMAGE = "vx11-selftest-missing:1";

/** A request for this page begins the timed faults of a stand-in. */
export const BEGIN_PAGE = "/begin";

/** Done to the subject by hand, as soon as it is ready. */
export type Act = "kill" | "restart" | "replace";

/** Evidence that is taken away from the harness, since it cannot be provoked on a user's engine. */
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
  /** Engines on which it can be planted; both unless given. */
  engines?: readonly RigName[];
  status: Status;
  /** Every reason that the module must have, and no other; in any order. */
  codes: readonly ReasonCode[];
  /** Restarts that the record must count, over all cycles: 0 unless given; `many`: an unknown number, but at least one. */
  restarts?: number | "many";
  /** Whether another container takes its place. */
  replaced?: true;
  /** The process that the record must name as killed for memory; none unless given. */
  killedForMemory?: "main" | "child";
  subject?: ServicePlan;
  /** Services of the core, which has none unless given. */
  core?: Readonly<Record<string, ServicePlan>>;
  /** Services of no module that the engine starts before the subject. */
  helpers?: Readonly<Record<string, ServicePlan>>;
  /** Modules only brought up for the subject → every reason that they must have; none unless given. */
  also?: Readonly<Record<string, readonly ReasonCode[]>>;
  /** Modules that the subject depends on, each on the one before it. */
  chain?: Readonly<Record<string, ServicePlan>>;
  /** Healthy modules that are tested at the same time. */
  beside?: Readonly<Record<string, ServicePlan>>;
  /**
   * Real pytest files, path below their folder → text. Without any, a command takes pytest's place, and leaves the same files
   * as pytest after a test that passed.
   */
  tests?: Readonly<Record<string, string>>;
  /** Links in the folder of the tests, name → target; `outside/` is a folder beside it. */
  links?: Readonly<Record<string, string>>;
  /** Lines of the project's settings for pytest. */
  ini?: readonly string[];
  /** Whether there are two runs, of which the second is compared with the first. */
  twice?: true;
  /** Commands that are the subject's tests, beside `tests`. An empty list: it has no test at all. */
  commands?: readonly CommandPlan[];
  /** Instead of pytest. */
  pytest?: readonly string[];
  /** Compose only: what the subject was before the run, and whether that container still runs. */
  earlier?: ServicePlan & { is: "running" | "stopped" };
  /** Something else listens on the subject's port. */
  portTaken?: true;
  cycles?: number;
  soakSec?: number;
  timeoutSec?: number;
  thresholds?: Partial<Thresholds>;
  act?: Act;
  /** A service whose timed faults begin when the subject is ready, not at its own start: by a request for BEGIN_PAGE. */
  begins?: string;
  tamper?: Tamper;
}

/**
 * `apart`: in a container of its own, of the stand-ins' image unless another one is given; Compose only. `run`: for a command apart or
 * in a service, the stand-in's own test unless given.
 */
export type CommandPlan =
  & Partial<CommandSpec>
  & Pick<CommandSpec, "name">
  & { apart?: true }
  & (Pick<CommandSpec, "run"> | { run?: never; service: string } | { run?: never; apart: true });

export interface CatalogueEntry extends Defect {
  family: Family;
  /** `family/name`. */
  id: string;
  engines: readonly RigName[];
}
