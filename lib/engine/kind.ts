/** A kind of engine before one is opened: what the command line and the registry know of it. */

import type { Host } from "../host/host.ts";
import type { Diagnosis } from "../model/diagnosis.ts";
import type { MetricsSource } from "../model/settings.ts";
import type { ProcessMap } from "../model/process.ts";
import type { Engine, Look, ServiceSpec, WantedImage } from "./engine.ts";

/** The project that is wanted. Paths are absolute. */
export interface WantedEngine {
  projectDir: string;
  composeFiles: readonly string[];
  metricsSource: MetricsSource;
  /** The services that the config file declares, for an engine that has no file of its own. */
  services: ProcessMap;
  /** The docker context that the engine is reached by; absent: what docker itself takes. */
  context?: string;
  /** Variables for the project's own files and for its services. */
  env: Readonly<Record<string, string>>;
}

/** What a project declares: its name if it has one of its own, and its services by name. */
export interface Declared {
  project: string | null;
  services: ReadonlyMap<string, ServiceSpec>;
  /** As `Engine.variables`. */
  variables: readonly (readonly [name: string, value: string])[];
}

/** Where the engine of a run would be reached. */
export interface EnginePlace {
  /** The docker context; null if it is the default one, or unknown. */
  context: string | null;
  /** Such as `tcp://lab.example:2375`; null if it is unknown. */
  address: string | null;
  /** What chose it, for a sentence; null if it is the usual one. */
  by: string | null;
  /** Why it is unknown; null if it is known. */
  why: string | null;
}

/** What a run would do, as far as it is known: for the questions of one kind of engine. */
export interface Asked {
  /** Services that the run would bring up. */
  services: readonly string[];
  /** Those of them without which no run begins. */
  core: ReadonlySet<string>;
  /** The project's containers; null if the engine does not answer. */
  looks: readonly Look[] | null;
  /** Images that the run would pull, for which services, and for the tests of which modules. */
  toPull: readonly (WantedImage & { services: readonly string[]; tests?: readonly string[] })[];
  /** Services whose image the run would build. */
  toBuild: readonly string[];
}

/** What an engine itself says of its own, by what it is about. */
export interface Examination {
  engine: Diagnosis[];
  images: Diagnosis[];
  /** What the project's files say that a run may suffer from. */
  project: Diagnosis[];
}

export interface EngineKind {
  /** Throws a Failure that says what is missing. */
  open(host: Host, wanted: WantedEngine, signal?: AbortSignal): Promise<Engine>;
  /** Asks no engine. Throws if the project cannot be read. */
  declared(host: Host, wanted: WantedEngine): Promise<Declared>;
  /** Asks no engine, and never throws for what is missing; for an engine that may be on another host. */
  place?(host: Host, wanted: WantedEngine): Promise<EnginePlace>;
  /** Services whose health check has no value of a variable in it; for an engine whose files have variables. */
  literalChecks?(host: Host, wanted: WantedEngine): Promise<ReadonlySet<string>>;
  /** Opens an engine that removes what killed runs left. `project`: its name, as the run's mark has it. */
  openToClean(host: Host, project: string, wanted: WantedEngine): Promise<Engine>;
  /** Whether it finds everything that is left of a project, so that one engine does for all names that runs gave it. */
  cleansAll: boolean;
  /** Looks at the engine and the project before a run, and touches nothing. What is missing is said, and never thrown. */
  examine(host: Host, wanted: WantedEngine, asked: Asked, signal: AbortSignal): Promise<Examination>;
}
