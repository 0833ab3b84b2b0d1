/** What every part of one run shares: made once in run.ts, read everywhere below it. */

import type { Engine } from "../engine/engine.ts";
import type { Redactor } from "../secrets/redactor.ts";
import type { ProbeHost } from "../health/probe.ts";
import type { Host } from "../host/host.ts";
import type { MetricsSampler } from "./window/sampler.ts";
import type { RunConfig } from "../model/config.ts";
import type { EngineEvent } from "../model/evidence.ts";
import type { ModuleMap, ModuleSpec } from "../model/module.ts";
import type { Plan } from "../model/plan.ts";
import type { Progress } from "../model/progress.ts";
import { probeLimitMs } from "../model/settings.ts";
import type { DriftWatch } from "./drift.ts";
import type { Fleet } from "./fleet.ts";
import type { Journal } from "../record/journal.ts";
import type { Locks } from "./locks.ts";
import type { FoundTests } from "../tests/find.ts";
import type { RawNames } from "../audit/raw_names.ts";

/** Why a module cannot be started, known before anything was touched. */
export interface Problem {
  service: string | null;
  /** What of the service; absent if it is known only from a pull or a build. */
  about?: "service" | "image" | "port";
  /** That is taken. */
  port?: number;
  why: string;
  next: string;
}

export interface RunContext {
  readonly host: Host;
  readonly config: RunConfig;
  readonly engine: Engine;
  readonly journal: Journal;
  readonly fleet: Fleet;
  readonly drift: DriftWatch;
  readonly locks: Locks;
  /** How many modules may be at work at once. */
  readonly jobs: number;
  /** Memory that the engine's host had free before the run; null if that is unknown. */
  readonly memFreeBytes: number | null;
  readonly sampler: MetricsSampler;
  readonly plan: Plan;
  readonly modules: ModuleMap;
  /** Module → what prevents its start. */
  readonly problems: ReadonlyMap<string, Problem[]>;
  readonly tests: FoundTests;
  /** Optional modules that the project does not have. */
  readonly skipped: ReadonlySet<string>;
  readonly auditDir: string;
  /** The project's networks before the run. */
  readonly networksBefore: readonly string[];
  readonly rawNames: RawNames;
  /** Everything that is written about the system under test goes through it first. */
  readonly redactor: Redactor;
  /** Service → the output of its latest start, below the audit dir, if the engine writes it as it comes. */
  readonly logPaths: Map<string, string>;
  /** Aborted by the user's interrupt. */
  readonly signal: AbortSignal;
  readonly progress: (event: Progress) => void;
  /** Calls `listener` for each engine event until the returned function is called. */
  readonly onEvent: (listener: (event: EngineEvent) => void) => () => void;
}

export function specOf(context: Pick<RunContext, "modules">, module: string): ModuleSpec {
  const spec = context.modules.get(module);
  if (spec === undefined) throw new Error(`Module "${module}" is in the plan but not in the map`);
  return spec;
}

/** For requests to services: the load of this host's kernel counts if the services run on it. */
export function probingHost({ engine, host }: Pick<RunContext, "engine" | "host">): ProbeHost {
  return engine.isLocal ? host : { clock: host.clock, shortage: host.shortage };
}

/** The limit of one request to a page, or of one run of a check, in ms. */
export function attemptLimitMs({ config: { settings, timeoutSec } }: Pick<RunContext, "config">): number {
  return probeLimitMs({ thresholds: settings.thresholds, timeoutSec });
}

/** Whether the module is measured and judged: it is selected, and the project has it. */
export function isTested({ plan, skipped }: Pick<RunContext, "plan" | "skipped">, module: string): boolean {
  return !skipped.has(module) && plan.steps.some((step) => step.module === module && step.tested);
}

/** A sentence for the record and for the live view. */
export function notify({ journal, progress }: Pick<RunContext, "journal" | "progress">, text: string): void {
  journal.add({ type: "notice", text });
  progress({ type: "notice", text });
}
