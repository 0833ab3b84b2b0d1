/** Reads /proc of this host: which processes there are, and what they use. On a system without /proc there are none. */

import { signalNumber } from "../text/units.ts";
import type { Files, Kernel } from "../host/host.ts";
import type { Proc, Processes, ProcId } from "./tree.ts";
import { bytesOf, isAlive, parseStat } from "./tree.ts";

/**
 * User space sees CPU time in hundredths of a second on every Linux that Deno runs on (USER_HZ), whatever the kernel's
 * own clock is set to.
 */
export const TICKS_PER_SEC = 100;
const USEC_PER_TICK = 1_000_000 / TICKS_PER_SEC;

export function hasProc(kernel: Kernel): boolean {
  return kernel.read("/proc/self/stat") !== null;
}

/**
 * Whether processes can be seen now. A look may fail because this program itself lacks something, such as open files:
 * then a process that is not seen is not gone.
 */
export function canLook(kernel: Kernel): boolean {
  return hasProc(kernel) && processIds(kernel).length > 0;
}

/** Ids of all processes, as they stand in /proc. */
export function processIds(kernel: Kernel): string[] {
  return kernel.list("/proc").filter((name) => /^\d+$/.test(name));
}

/** One pass over all processes. */
export function readProcesses(kernel: Kernel): Processes {
  const procs = processIds(kernel).map((pid) => readProcess(kernel, pid));
  return new Map(procs.flatMap((proc) => proc === null ? [] : [[proc.pid, proc]]));
}

/**
 * The id that was given last to a process or thread: as long as it stays, none was started. Reading it costs as much as
 * reading the children of one process. null if the kernel does not say: some sandboxes always have 0 there.
 */
export function latestPid(kernel: Kernel): string | null {
  return / ([1-9]\d*)\s*$/.exec(kernel.read("/proc/loadavg") ?? "")?.[1] ?? null;
}

/** These processes, as far as they are still there. */
export function readOnly(kernel: Kernel, pids: Iterable<number>): Processes {
  return new Map([...pids].flatMap((pid) => {
    const proc = readProcess(kernel, pid);
    return proc === null ? [] : [[pid, proc]];
  }));
}

/**
 * These processes and the descendants of their main threads, as far as they are still there: costs a small part of a
 * pass. Without the descendants if the kernel was built without `children` files.
 */
export function readFamilies(kernel: Kernel, pids: Iterable<number>): Processes {
  const found = new Map<number, Proc>();
  const open = new Set(pids);
  // A set also visits what is added to it during the loop.
  for (const pid of open) {
    const proc = readProcess(kernel, pid);
    if (proc === null) continue;
    found.set(pid, proc);
    const children = kernel.read(`/proc/${pid}/task/${pid}/children`) ?? "";
    for (const child of children.split(" ")) if (child.trim() !== "") open.add(Number(child));
  }
  return found;
}

export function readProcess(kernel: Kernel, pid: number | string): Proc | null {
  const text = kernel.read(`/proc/${pid}/stat`);
  return text === null ? null : parseStat(text);
}

/** Id and start of a process of our own; null if there is no /proc, or it is gone. */
export function identify(kernel: Kernel, pid: number): ProcId | null {
  const proc = readProcess(kernel, pid);
  return proc === null ? null : { pid, start: proc.start };
}

/**
 * Whether VmRSS of /proc/<pid>/status is exact: from Linux 6.16 on it is summed over all processors (commit 82241a83cd15),
 * before it may be off by some hundred pages.
 */
export function hasExactStatus(kernel: Kernel): boolean {
  const [major = 0, minor = 0] = (kernel.read("/proc/sys/kernel/osrelease") ?? "").split(".").map(Number.parseFloat);
  return major > 6 || (major === 6 && minor >= 16);
}

/** Resident set of a process now, and the highest that it had, in bytes, as /proc/<pid>/status has them. */
export function statusOf(
  kernel: Kernel,
  pid: number,
): { rssBytes?: number | undefined; peakBytes?: number | undefined } {
  const text = kernel.read(`/proc/${pid}/status`) ?? "";
  return { rssBytes: bytesOf(text, "VmRSS"), peakBytes: bytesOf(text, "VmHWM") };
}

/** If a process has more pages than this, walking through them takes the kernel long enough to keep others waiting. */
const MANY_PAGES = 50_000;

/**
 * Sum of the resident sets, in bytes: exact if the kernel allows it, from status if that is exact (`isExact`), else
 * from smaps_rollup, whose cost grows with the process. A process that ends meanwhile counts nothing.
 */
export async function residentBytes(
  host: { files: Files; kernel: Kernel },
  members: readonly Proc[],
  isExact: boolean,
): Promise<number> {
  const ofStatus = (pid: number) => statusOf(host.kernel, pid).rssBytes ?? 0;
  const each = await Promise.all(
    members.filter(isAlive).map(async ({ pid, rssPages }) => {
      if (isExact) return ofStatus(pid);
      const path = `/proc/${pid}/smaps_rollup`;
      const rollup = rssPages < MANY_PAGES ? host.kernel.read(path) : await host.files.readText(path).catch(() => null);
      return bytesOf(rollup ?? "", "Rss") ?? ofStatus(pid);
    }),
  );
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

export function ticksToUsec(ticks: number): number {
  return ticks * USEC_PER_TICK;
}

/**
 * Milliseconds since 1970 at which a process was started, to a hundredth of a second, and never earlier than it was.
 */
export function startedAtMs(kernel: Kernel, nowMs: number, start: number): number | null {
  const uptime = Number.parseFloat(kernel.read("/proc/uptime") ?? "");
  if (!Number.isFinite(uptime)) return null;
  return Math.min(nowMs, Math.ceil(nowMs - (uptime - (start + 1) / TICKS_PER_SEC) * 1000));
}

const USUAL_PAGE_BYTES = 4096;

/** Size of a page of memory in bytes; it differs between machines, never on one. */
export function pageSize(kernel: Kernel): number {
  return bytesOf(kernel.read("/proc/self/smaps") ?? "", "KernelPageSize") ?? USUAL_PAGE_BYTES;
}

/** The command of a process as one line; its name if it has none to show. */
export function commandOf(kernel: Kernel, { pid, name }: Pick<Proc, "pid" | "name">): string {
  const words = (kernel.read(`/proc/${pid}/cmdline`) ?? "").split("\0").filter((word) => word !== "");
  return words.length === 0 ? name : words.join(" ");
}

/** Whether the signal is in a mask of `/proc/PID/status`: caught, blocked or ignored. */
export function hasSignal(status: string, mask: "SigCgt" | "SigBlk" | "SigIgn", signal: string): boolean {
  const bits = new RegExp(`^${mask}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
  const number = signalNumber(signal);
  return bits !== undefined && number !== undefined && (BigInt(`0x${bits}`) >> BigInt(number - 1) & 1n) === 1n;
}
