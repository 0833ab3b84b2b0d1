/** Processes that carry a variable of this program's in their environment, on a host that shows it, and their end. */

import type { Host } from "../host/host.ts";

/** How long one that was killed may take to be gone. */
const GONE_LIMIT_MS = 5000;
const LOOK_MS = 20;

/**
 * Kills those that have `variable`, as `NAME=value`, and waits until they are gone. Never this program itself. Returns how many
 * there were.
 */
export async function endMarked(
  { clock, kernel, kill, pid: self }: Pick<Host, "clock" | "kernel" | "kill" | "pid">,
  variable: string,
): Promise<number> {
  const isMarked = (pid: number) => (kernel.read(`/proc/${pid}/environ`) ?? "").split("\0").includes(variable);
  const pids = kernel.list("/proc").map(Number).filter((pid) => pid > 1 && pid !== self && isMarked(pid));
  for (const pid of pids) kill(pid, "SIGKILL");
  const end = clock.mono() + GONE_LIMIT_MS;
  while (pids.some(isMarked) && clock.mono() < end) await clock.sleep(LOOK_MS);
  return pids.length;
}
