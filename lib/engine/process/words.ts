/** Processes of this host in sentences. Pure. */

import type { EngineWords } from "../../model/engine_words.ts";

const FIGURES_REMEDY = "Run it on Linux, as the user that owns the processes or as root";

/**
 * The kernel has no memory limit for a service, and each service has its own stop signal: this program handles both.
 */
export const WORDS: EngineWords = {
  healthCheck: "health check",
  memoryKiller: "The process engine",
  mainProcess: "the main process",
  stopSignal: "its stop signal",
  replacedBy: "a new start",
  eventsRemedy: "Run it again",
  figuresRemedy: { auto: FIGURES_REMEDY, cgroup: FIGURES_REMEDY, stats: FIGURES_REMEDY },
  options: ["--engine", "process"],
  byHand: null,
};
