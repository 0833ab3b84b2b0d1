/** Ends processes that nobody waits for: kills them and looks for more, until none is left. */

import type { Host, KillOutcome } from "../host/host.ts";
import { canLook } from "./proc.ts";

/** How long after SIGKILL a process may still be there: the kernel may have to write out a core file, or wait for a disk. */
export const KILL_LIMIT_MS = 5000;
export const LONGEST_PAUSE_MS = 50;

/** What is left: processes, or `unseen` if they could not be seen. */
export type Left<P> = { proc: P; outcome: KillOutcome }[] | "unseen";

export interface EndOptions {
  /**
   * Whether the system reported processes before: then seeing none means something only if processes can be seen at
   * all.
   */
  isTold: boolean;
  /** On the monotonic clock; `KILL_LIMIT_MS` from now unless set. */
  deadlineMs?: number | undefined;
}

/** Kills all that `find` finds. Returns what is left at the deadline, or when no more can be done; null if nothing is. */
export async function endAll<P extends { pid: number }>(
  { clock, kernel, kill }: Pick<Host, "clock" | "kernel" | "kill">,
  find: () => readonly P[],
  { deadlineMs, isTold }: EndOptions,
): Promise<Left<P> | null> {
  const deadline = deadlineMs ?? clock.mono() + KILL_LIMIT_MS;
  for (let pauseMs = 1;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const left = find().map((proc) => ({ proc, outcome: kill(proc.pid, "SIGKILL") }));
    // Checked after the look, so that a shortage during the look still shows.
    if (left.length === 0 && (!isTold || canLook(kernel))) return null;
    const isHopeless = left.length > 0 && left.every(({ outcome }) => outcome === "not permitted");
    if (isHopeless || clock.mono() > deadline) return left.length === 0 ? "unseen" : left;
    await clock.sleep(pauseMs);
  }
}
