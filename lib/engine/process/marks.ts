/**
 * Finds the processes that carry a mark of the process engine in their environment, wherever they went: in a session of
 * their own, adopted by init, left by a program that was killed.
 */

import type { Host, Kernel } from "../../host/host.ts";
import { canLook, identify, readProcess, readProcesses, TICKS_PER_SEC } from "../../proc/proc.ts";
import type { ProcessMark } from "./env.ts";
import { parseMark } from "./env.ts";
import { scanAside } from "./scan.ts";
import type { Proc, Processes } from "../../proc/tree.ts";
import { isAlive } from "../../proc/tree.ts";

export interface MarkReader {
  /**
   * All processes that may carry a mark or were started at `since` (ticks since boot) or later; others may be missing.
   */
  processes(since?: number): Processes;
  /**
   * The living processes that were started at `since` (ticks since boot) or later and carry a mark, with it. Never this
   * program or its ancestors, which may carry one if a service runs this program.
   */
  marked(processes: Processes, since?: number): { proc: Proc; mark: ProcessMark }[];
}

/** Younger processes may not have begun their own program yet, and still show the environment of their parent. */
const SETTLED_TICKS = 2 * TICKS_PER_SEC;
const TRUST_MS = 1000;

/** Reads each environment once: it stays as it was when the program began. */
export function markReader({ clock, kernel, pid: self }: Pick<Host, "clock" | "kernel" | "pid">): MarkReader {
  const known = new Map<number, { start: number; mark: ProcessMark | null }>();
  const begun = identify(kernel, self)?.start ?? 0;
  const scan = scanAside(kernel, clock, TRUST_MS);
  /** This program, its ancestors and process 1, at the last look. */
  let above: ReadonlySet<number> = new Set();

  function markOf({ pid, start }: Proc, now: number): ProcessMark | null {
    const before = known.get(pid);
    if (before?.start === start) return before.mark;
    const environ = kernel.read(`/proc/${pid}/environ`);
    const mark = parseMark(environ ?? "");
    // Another user's process never shows it; any process may fail to while this program is short of a resource.
    const isTold = environ !== null || canLook(kernel);
    if (isTold && now - start > SETTLED_TICKS) known.set(pid, { start, mark });
    return mark;
  }

  /** Older than this program, and without a mark. Its ancestors are read each time: they show who its ancestors are. */
  function isBystander(pid: number, start: number): boolean {
    const before = known.get(pid);
    return start < begun && before?.start === start && before.mark === null && !above.has(pid);
  }

  return {
    processes: (since = Infinity) => since < begun ? readProcesses(kernel) : scan(isBystander),
    marked(processes, since = 0) {
      const now = Number.parseFloat(kernel.read("/proc/uptime") ?? "0") * TICKS_PER_SEC;
      above = lineageOf(kernel, processes, self);
      // Ended processes are forgotten, or a long run would collect thousands. The number of processes older than this
      // program is limited.
      for (const [pid, { start }] of known) if (start >= begun && !processes.has(pid)) known.delete(pid);
      return [...processes.values()].flatMap((proc) => {
        const mark = proc.start >= since && isAlive(proc) && !above.has(proc.pid) ? markOf(proc, now) : null;
        return mark === null ? [] : [{ proc, mark }];
      });
    },
  };
}

/** A process and all its ancestors, bystanders too. Process 1 is included even if it is none of them. */
function lineageOf(kernel: Kernel, processes: Processes, pid: number): Set<number> {
  const lineage = new Set([1]);
  for (let proc = processes.get(pid) ?? null; proc !== null && !lineage.has(proc.pid);) {
    lineage.add(proc.pid);
    const { parent } = proc;
    proc = lineage.has(parent) ? null : processes.get(parent) ?? readProcess(kernel, parent);
  }
  return lineage;
}
