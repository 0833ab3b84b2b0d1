/** How many modules are worked on at once, and the memory that limits it. */

import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";

/** Modules mostly wait: for a start, for the probes that a p95 needs, for a stop. */
const JOBS_A_CORE = 6;

export function jobsOf(
  { jobs }: Pick<RunConfig, "jobs">,
  { cores }: Pick<Host, "cores">,
  aCore: number = JOBS_A_CORE,
): number {
  return jobs === "auto" ? aCore * cores : jobs;
}

/** What the engine's host can give now, in bytes; null if that cannot be seen from here. */
export function freeMemory({ kernel }: Pick<Host, "kernel">, { isLocal }: Pick<Engine, "isLocal">): number | null {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(isLocal ? kernel.read("/proc/meminfo") ?? "" : "")?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}
