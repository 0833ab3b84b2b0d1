/** A kind of engine before one is opened: what the command line and the registry know of it. */

import type { Host } from "../host/host.ts";
import type { MetricsSource } from "../model/settings.ts";
import type { ProcessMap } from "../model/process.ts";
import type { Engine } from "./engine.ts";

/** A project as it was asked for. Paths are absolute. */
export interface WantedEngine {
  projectDir: string;
  composeFiles: readonly string[];
  metricsSource: MetricsSource;
  /** The services that the config file declares, for an engine that has no file of its own. */
  services: ProcessMap;
  /** What the project's own files, and its services, are given. */
  env: Readonly<Record<string, string>>;
}

/** What a project declares: its name if it has one of its own, and its services. */
export interface Declared {
  project: string | null;
  names: ReadonlySet<string>;
}

export interface EngineKind {
  /** Throws a Failure that says what is missing. */
  open(host: Host, wanted: WantedEngine, signal?: AbortSignal): Promise<Engine>;
  /** Asks no engine. Throws if the project cannot be read. */
  declared(host: Host, wanted: WantedEngine): Promise<Declared>;
  /** One that removes what killed runs left. `project`: its name, as the run's mark has it. */
  openToClean(host: Host, project: string, wanted: WantedEngine): Promise<Engine>;
  /** Whether it finds all that is left of a project, so that one is enough for all names that runs have given it. */
  cleansAll: boolean;
}
