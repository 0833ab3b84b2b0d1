/**
 * How an engine stands in sentences, and in the commands that repeat its work by hand. The engine hands it over, and it is
 * recorded when a run starts: verdicts and reports use these words, and know no engine by its name.
 */

import type { MetricsSource } from "./settings.ts";

export interface EngineWords {
  /** A container's own health check, such as `Docker health check`. */
  healthCheck: string;
  /** Who kills for memory, at the beginning of a sentence: `The kernel`. */
  memoryKiller: string;
  /** The process from which all others of a container descend: `PID 1`. */
  mainProcess: string;
  /** The signal that asks a container to stop; null: it is named by its number. */
  stopSignal: string | null;
  /** The command that replaces what is not as the project says: `docker compose up`. */
  replacedBy: string;
  /** What to do if events are missing: a sentence without its full stop. */
  eventsRemedy: string;
  /** What to do if the engine does not run health checks; absent if nothing is known of that. */
  checksRemedy?: string;
  /** What to do if figures of memory and CPU are missing, by where they were to come from. */
  figuresRemedy: Record<MetricsSource, string>;
  /** Options with which this program takes the same project again. */
  options: string[];
  /** null if it has no commands of its own. */
  byHand: ByHand | null;
}

/** Argument lists for a shell. Names of services follow those of the project, names of containers the other two. */
export interface ByHand {
  /** What the commands of the project begin with, and the short name of a shell function that stands for it. */
  project: string[];
  alias: string;
  up: string[];
  list: string[];
  logs: string[];
  stop: string[];
  inspect: string[];
  stats: string[];
}
