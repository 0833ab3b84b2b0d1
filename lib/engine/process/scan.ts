/**
 * Passes over all processes, one after the other, that read only those that matter: most of a host's processes are
 * older than any service of a run, and a process that is older than a service's main process does not belong to the
 * service.
 */

import type { Clock, Kernel } from "../../host/host.ts";
import { processIds, readProcess } from "../../proc/proc.ts";
import type { Proc, Processes, Tree } from "../../proc/tree.ts";

/** Reads all processes except those that are known not to matter, by number and start. */
export type Scan = (isAside: (pid: number, start: number) => boolean) => Processes;

/**
 * For `trustMs` after a pass, a number that is still there is taken for the same process. The kernel reuses a number
 * only after all others (32,768 at least), which takes longer.
 */
export function scanAside(kernel: Kernel, clock: Clock, trustMs: number): Scan {
  /** The start of each process that was there at the last pass. */
  let starts = new Map<string, number>();
  let passedMs = -Infinity;

  return (isAside) => {
    const nowMs = clock.mono();
    if (nowMs - passedMs > trustMs) starts = new Map();
    passedMs = nowMs;
    const found = new Map<number, Proc>();
    const still = new Map<string, number>();
    for (const id of processIds(kernel)) {
      let start = starts.get(id);
      if (start === undefined || !isAside(Number(id), start)) {
        const proc = readProcess(kernel, id);
        if (proc === null) continue;
        start = proc.start;
        if (!isAside(proc.pid, start)) found.set(proc.pid, proc);
      }
      still.set(id, start);
    }
    starts = still;
    return found;
  };
}

/** Three pauses of the memory keeper, and six between samples by default. */
const TREES_TRUST_MS = 3000;

/** Everything that may belong to one of the trees. */
export function processPass(kernel: Kernel, clock: Clock): (trees: readonly Tree[]) => Processes {
  const scan = scanAside(kernel, clock, TREES_TRUST_MS);
  return (trees) => {
    const first = Math.min(...trees.map(({ root }) => root.start));
    return scan((_, start) => start < first);
  };
}
