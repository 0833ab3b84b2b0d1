/**
 * Identifies the process of a run, so that no other process is taken for it: the kernel gives the number of a process that
 * ended to another one, and the program may have any name.
 */

import { hasProc, identify, readProcess } from "../proc/proc.ts";
import { isAlive } from "../proc/tree.ts";
import type { Host } from "../host/host.ts";

export interface RunIdentity {
  hostname: string;
  pid: number;
  /** When it started, in the kernel's ticks since the boot; absent if the system does not say. */
  start?: number;
  /** The id of the host's boot; absent if the system does not say. */
  boot?: string;
}

export function ownIdentity({ hostname, kernel, pid }: Pick<Host, "hostname" | "kernel" | "pid">): RunIdentity {
  const start = identify(kernel, pid)?.start;
  const boot = bootOf(kernel);
  return {
    hostname: hostname(),
    pid,
    ...(start === undefined ? {} : { start }),
    ...(boot === undefined ? {} : { boot }),
  };
}

function bootOf(kernel: Host["kernel"]): string | undefined {
  const boot = kernel.read("/proc/sys/kernel/random/boot_id")?.trim();
  return boot === "" ? undefined : boot;
}

/** Whether the process still exists. false for a process of another host, and for this process itself. */
export function isGoingOn(
  { hostname, kernel, pid: own, processAlive }: Pick<Host, "hostname" | "kernel" | "pid" | "processAlive">,
  { boot, hostname: host, pid, start }: RunIdentity,
): boolean {
  if (host !== hostname() || pid === own) return false;
  const now = bootOf(kernel);
  if (boot !== undefined && now !== undefined && boot !== now) return false;
  if (start === undefined || !hasProc(kernel)) return processAlive(pid);
  const there = readProcess(kernel, pid);
  // A process that exists although /proc does not show it may be the one.
  return there === null ? processAlive(pid) : there.start === start && isAlive(there);
}
