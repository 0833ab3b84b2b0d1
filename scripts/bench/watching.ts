/**
 * What the harness itself costs while it watches: CPU of its process, and of the commands that it runs, while all modules are
 * within their soak.
 */

import type { JournalLine } from "./harness.ts";
import type { Beat } from "./measure.ts";

export interface Watched {
  /** How long all modules were in their soak at once. */
  durationMs: number;
  /** CPU time of the harness and its commands in that time ÷ that time, percent of one core. */
  cpuPct: number;
}

/** Why there is no figure, as a sentence; otherwise the figure. Pure. */
export function watchedOf(
  beats: readonly Beat[],
  journal: readonly JournalLine[],
  modules: readonly string[],
): Watched | string {
  const begin = beginOf(journal);
  const soaks = journal.filter(({ type, phase, module }) =>
    type === "phase" && phase === "soak" && modules.includes(module ?? "")
  );
  if (begin === null || soaks.length < modules.length) return `Only ${soaks.length} of ${modules.length} had a soak`;
  const from = begin + Math.max(...soaks.map(({ startMs = Infinity }) => startMs));
  const to = begin + Math.min(...soaks.map(({ startMs = 0, durationMs = 0 }) => startMs + durationMs));
  const within = beats.filter(({ atMs }) => atMs >= from && atMs <= to);
  const [first, last] = [within[0], within.at(-1)];
  if (first === undefined || last === undefined || last.atMs === first.atMs) {
    return `The ${modules.length} modules were never in their soak all at once`;
  }
  const durationMs = last.atMs - first.atMs;
  const cpuMs = last.cpuMs + last.childCpuMs - first.cpuMs - first.childCpuMs;
  return { durationMs, cpuPct: 100 * cpuMs / durationMs };
}

/** The moment from which the journal counts its milliseconds, since 1970. */
function beginOf(journal: readonly JournalLine[]): number | null {
  const [first] = journal;
  return first === undefined ? null : Date.parse(first.at) - first.ms;
}
