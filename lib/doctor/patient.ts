/** What the checks of `doctor` look at: everything that could be found out, and why the rest could not. */

import type { EarlierRuns } from "../audit/left.ts";
import type { Engine, Look, ServiceSpec } from "../engine/engine.ts";
import type { Examination } from "../engine/kind.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import type { FailureData } from "../model/failure.ts";
import type { ModuleMap } from "../model/module.ts";
import type { Plan } from "../model/plan.ts";
import type { Preflight } from "../run/before/preflight.ts";
import type { FoundTests } from "../tests/find.ts";

/** What is seen of a project without its engine: the answer of `plan`. */
export interface ProjectSeen {
  /** With the project's own names of services. */
  modules: ModuleMap;
  notices: readonly string[];
  /** The project's name; null if it has none, or was not read. */
  project: string | null;
  /** null: the project could not be read. */
  services: ReadonlyMap<string, ServiceSpec> | null;
  /** Names and values of variables that services get. */
  variables: readonly (readonly [string, string])[];
  missing: readonly { module: string; service: string; follows: string; nearest: string | null }[];
  testsUnread: string | null;
  near: readonly NearMiss[];
  /** Relative to the project dir. */
  elsewhere: readonly NearMiss[];
  unclaimed: readonly string[];
}

export interface NearMiss {
  file: string;
  module: string;
  pattern: string;
}

/** What only an engine that answers can say. */
export interface Answers {
  engine: Engine;
  looks: readonly Look[];
  ahead: Preflight;
  earlier: EarlierRuns;
  /** Port that a service needs and cannot have → the container that publishes it, if one does. */
  publishers: ReadonlyMap<number, string>;
  /** Why the run would refuse to begin, seen in other places. */
  refusals: FailureData[];
}

export interface Patient {
  host: Host;
  config: RunConfig;
  plan: Plan;
  seen: ProjectSeen;
  /** null if the engine does not answer. */
  answers: Answers | null;
  /** Why it does not; null if it does. */
  refusal: FailureData | null;
  examination: Examination;
  tests: FoundTests;
}
