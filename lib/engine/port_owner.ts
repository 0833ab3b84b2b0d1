/** Which process listens on a TCP port of this host, as far as /proc tells: of other users' processes only to root. */

import type { Kernel } from "../host/host.ts";
import { commandOf, readProcess } from "./proc.ts";

export interface PortOwner {
  pid: number;
  command: string;
}

const LISTEN = "0A";

/** null where nobody listens there, or nothing can be seen of who does. */
export function portOwner(kernel: Kernel, port: number): PortOwner | null {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].map((path) => kernel.read(path) ?? "");
  const sockets = new Set(tables.flatMap((table) => listenersOn(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return null;
  for (const pid of kernel.list("/proc").filter((name) => /^\d+$/.test(name))) {
    const fds = kernel.list(`/proc/${pid}/fd`);
    if (!fds.some((fd) => sockets.has(kernel.link(`/proc/${pid}/fd/${fd}`) ?? ""))) continue;
    const proc = readProcess(kernel, pid);
    if (proc !== null) return { pid: proc.pid, command: commandOf(kernel, proc) };
  }
  return null;
}

/** Inodes of the sockets that listen on `port`, whatever their address, in the text of /proc/net/tcp or tcp6. Pure. */
export function listenersOn(table: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").map((line) => line.trim().split(/\s+/)).flatMap((fields) => {
    const [, local = "", , state, , , , , , inode = ""] = fields;
    return state === LISTEN && local.endsWith(`:${hex}`) && inode !== "0" ? [inode] : [];
  });
}
