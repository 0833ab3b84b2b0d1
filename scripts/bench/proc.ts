/** What /proc tells of one process, without its children. Pure. */

import { bytesOf } from "../../lib/proc/tree.ts";

/** The kernel's USER_HZ: it is 100 on every Linux that Deno runs on, whatever the kernel's own tick is. */
const TICK_MS = 10;

/** CPU time in user and kernel mode, ms, from /proc/PID/stat; null where the text is not that. */
export function cpuMsOf(stat: string): number | null {
  return ticksMs(stat, 11);
}

/** The same of its children that have ended, with theirs. */
export function childCpuMsOf(stat: string): number | null {
  return ticksMs(stat, 13);
}

function ticksMs(stat: string, first: number): number | null {
  // The name stands in brackets and may have spaces and brackets of its own: the fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 1).trim().split(/\s+/);
  const [user, system] = [Number(fields[first]), Number(fields[first + 1])];
  return Number.isFinite(user) && Number.isFinite(system) ? (user + system) * TICK_MS : null;
}

export interface ProcMemory {
  rssMib: number;
  /** The highest RSS since the process began its program. */
  peakMib: number;
}

/** From /proc/PID/status; null where it has no memory, as that of a process that has ended. */
export function memoryOf(status: string): ProcMemory | null {
  const [rss, peak] = [bytesOf(status, "VmRSS"), bytesOf(status, "VmHWM")];
  return rss === undefined || peak === undefined ? null : { rssMib: rss / 2 ** 20, peakMib: peak / 2 ** 20 };
}
