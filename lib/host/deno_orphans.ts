/** Orphans of the real host: this program makes itself their parent (a child subreaper), and reaps them. */

import { messageOf } from "../model/failure.ts";
import { isRunning, signalProcess } from "./deno_children.ts";
import { beginMarking, isMarked, isOfFamily } from "./deno_family.ts";
import { kernel } from "./deno_kernel.ts";
import { type Libc, openLibc } from "./deno_libc.ts";
import type { Orphans } from "./host.ts";

let libc: Libc | null = null;
/** Children that this process had before it adopted orphans: they are of the program that this one replaced (exec). */
let earlier: ReadonlySet<number> = new Set();

export const orphans: Orphans = {
  adopt() {
    if (libc !== null) return null;
    if (Deno.build.os !== "linux") return `this system (${Deno.build.os}) has no such call`;
    try {
      const opened = openLibc();
      const why = beginMarking(opened);
      if (why !== null) return why;
      const before = new Set(children().filter((pid) => !isRunning(pid)));
      if (!opened.becomeSubreaper()) return "the system refuses prctl(PR_SET_CHILD_SUBREAPER)";
      earlier = before;
      libc = opened;
      return null;
    } catch (error) {
      return messageOf(error).split("\n")[0] ?? "";
    }
  },
  list: () => libc === null ? [] : children().filter((pid) => !isRunning(pid) && !earlier.has(pid)),
  isOf: (pid, family) => !isRunning(pid) && isOfFamily(pid, family),
  isUntold: (pid) => !isMarked(pid),
  // The first process of all, or of a container, is the parent of all orphans.
  get mayBeOthers() {
    return Deno.pid === 1 || earlier.size > 0;
  },
  reap(pid) {
    if (!isRunning(pid) && !earlier.has(pid)) libc?.reap(pid);
  },
};

/** Children of the first thread: what this program starts is started there, and the kernel gives it the orphans. */
function children(): number[] {
  const told = kernel.read(`/proc/self/task/${Deno.pid}/children`);
  // A kernel may be built without these files.
  return told === null ? childrenByStat() : told.split(" ").filter((pid) => pid.trim() !== "").map(Number);
}

function childrenByStat(): number[] {
  const parent = new RegExp(`\\) \\S ${Deno.pid} (?!.*\\))`);
  const pids = kernel.list("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => parent.test(kernel.read(`/proc/${pid}/stat`) ?? "")).map(Number);
}

const MOST_ROUNDS = 100;
const PAUSE_MS = 2;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Kills the orphans of all families but this one, and those that these leave, at the end of the program. */
export function endOrphans(spared: string): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    for (const pid of orphans.list()) orphans.reap(pid);
    const left = orphans.list().filter((pid) => isMarked(pid) && !isOfFamily(pid, spared));
    if (left.length === 0) return;
    for (const pid of left) signalProcess(pid, "SIGKILL");
    Atomics.wait(pause, 0, 0, PAUSE_MS);
  }
}
