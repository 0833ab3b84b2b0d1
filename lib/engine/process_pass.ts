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
  /** When each process was started that was there at the last pass: its number is not another's meanwhile. */
  let starts = new Map<string, number>();

  return (trees) => {
    const first = Math.min(...trees.map(({ root }) => root.start));
    const found = new Map<number, Proc>();
    const still = new Map<string, number>();
    for (const id of processIds(kernel)) {
      let start = starts.get(id) ?? Infinity;
      if (start >= first) {
        const proc = readProcess(kernel, id);
        if (proc === null) continue;
        start = proc.start;
        if (start >= first) found.set(proc.pid, proc);
      }
      still.set(id, start);
    }
    starts = still;
    return found;
  };
}
