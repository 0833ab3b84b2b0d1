/**
 * Passes over all processes, one after the other, that read only those that may be a service's: most of a host's processes
 * are older than any service of a run, and what is older than a service's main process is none of its own.
 */

import type { Kernel } from "../host/host.ts";
import { processIds, readProcess } from "./proc.ts";
import type { Proc, Processes, Tree } from "./process_tree.ts";

/** Everything that may belong to one of the trees. */
export type Pass = (trees: readonly Tree[]) => Processes;

export function processPass(kernel: Kernel): Pass {
  /** Ids of processes that were started before `oldest`, and not gone since: such a number is not another's meanwhile. */
  let older = new Set<string>();
  let oldest = Infinity;

  return (trees) => {
    const first = Math.min(...trees.map(({ root }) => root.start));
    if (first < oldest) older = new Set();
    oldest = first;
    const found = new Map<number, Proc>();
    const still = new Set<string>();
    for (const id of processIds(kernel)) {
      const proc = older.has(id) ? null : readProcess(kernel, id);
      if (proc === null ? older.has(id) : proc.start < oldest) still.add(id);
      else if (proc !== null) found.set(proc.pid, proc);
    }
    older = still;
    return found;
  };
}
