/**
 * Finds the processes that carry a mark of the process engine in their environment, wherever they went: in a session of
 * their own, adopted by init, left by a program that was killed.
 */

import type { Host } from "../host/host.ts";
import { TICKS_PER_SEC } from "./proc.ts";
import type { Mark } from "./process_env.ts";
import { parseMark } from "./process_env.ts";
import type { Proc, Processes } from "./process_tree.ts";
import { isAlive } from "./process_tree.ts";

export interface MarkReader {
  /**
   * The living ones that were started at `since` (ticks since boot) or later and carry a mark; with it. Never this program
   * or one above it, which may carry one where it is itself run by a service.
   */
  marked(processes: Processes, since?: number): { proc: Proc; mark: Mark }[];
}

/** Younger ones may not have begun their own program yet, and still show the environment of the one that made them. */
const SETTLED_TICKS = 2 * TICKS_PER_SEC;

/** Reads each environment once: it stays as it was when the program began. */
export function markReader({ kernel, pid: self }: Pick<Host, "kernel" | "pid">): MarkReader {
  const known = new Map<number, { start: number; mark: Mark | null }>();

  function markOf({ pid, start }: Proc, now: number): Mark | null {
    const before = known.get(pid);
    if (before?.start === start) return before.mark;
    const mark = parseMark(kernel.read(`/proc/${pid}/environ`) ?? "");
    if (now - start > SETTLED_TICKS) known.set(pid, { start, mark });
    return mark;
  }

  return {
    marked(processes, since = 0) {
      const now = Number.parseFloat(kernel.read("/proc/uptime") ?? "0") * TICKS_PER_SEC;
      const above = lineageOf(processes, self);
      // What has ended is forgotten, or a long run would come to know thousands.
      for (const pid of known.keys()) if (!processes.has(pid)) known.delete(pid);
      return [...processes.values()].flatMap((proc) => {
        const mark = proc.start >= since && isAlive(proc) && !above.has(proc.pid) ? markOf(proc, now) : null;
        return mark === null ? [] : [{ proc, mark }];
      });
    },
  };
}

/** A process and all above it. The first of all is among them, even where it is not above. */
function lineageOf(processes: Processes, pid: number): Set<number> {
  const lineage = new Set([1]);
  for (let proc = processes.get(pid); proc !== undefined && !lineage.has(proc.pid);) {
    lineage.add(proc.pid);
    proc = processes.get(proc.parent);
  }
  return lineage;
}
