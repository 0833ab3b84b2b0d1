/**
 * Passes over all processes that leave out the bystanders: most of a host's processes are older than this program and none
 * of a service's, and reading each of them again and again was a quarter of the program's own CPU.
 */

import type { Clock, Kernel } from "../host/host.ts";
import { processIds, readProcess } from "./proc.ts";
import type { Proc, Processes } from "./process_tree.ts";

export interface Bystanders {
  /** All processes that are there but the bystanders. */
  others(): Processes;
  /** These are bystanders, as long as they are there at each pass. */
  add(procs: Iterable<Proc>): void;
  has(pid: number): boolean;
}

/**
 * How long after a pass a number is still that of the same process. The kernel gives a number anew only after all others
 * (32,768 at least), which takes much longer.
 */
const TRUST_MS = 1000;

export function bystanders(kernel: Kernel, clock: Clock): Bystanders {
  let known = new Set<number>();
  let passedMs = -Infinity;

  return {
    others() {
      const nowMs = clock.mono();
      if (nowMs - passedMs > TRUST_MS) known = new Set();
      passedMs = nowMs;
      const still = new Set<number>();
      const found = new Map<number, Proc>();
      for (const id of processIds(kernel)) {
        if (known.has(Number(id))) {
          still.add(Number(id));
          continue;
        }
        const proc = readProcess(kernel, id);
        if (proc !== null) found.set(proc.pid, proc);
      }
      known = still;
      return found;
    },
    add(procs) {
      for (const { pid } of procs) known.add(pid);
    },
    has: (pid) => known.has(pid),
  };
}
