/** Which process listens on a TCP port of this host, as far as /proc shows: other users' processes only to root. */

import type { Kernel } from "../host/host.ts";
import { commandOf, processIds, readProcess } from "../proc/proc.ts";
import { LISTEN, socketsOn } from "./tcp_table.ts";

export interface PortOwner {
  pid: number;
  command: string;
}

/**
 * In the network of `net`; null if nothing listens there, or if the listener cannot be seen. `address`: only the
 * process that answers at that IPv4 address.
 */
export function portOwner(
  kernel: Kernel,
  port: number,
  net = "/proc/net",
  address: string | undefined = undefined,
): PortOwner | null {
  const sockets = new Set(listeningSockets(kernel, port, net, address));
  if (sockets.size === 0) return null;
  for (const pid of processIds(kernel)) {
    const fds = kernel.list(`/proc/${pid}/fd`);
    if (!fds.some((fd) => sockets.has(kernel.link(`/proc/${pid}/fd/${fd}`) ?? ""))) continue;
    const proc = readProcess(kernel, pid);
    if (proc !== null) return { pid: proc.pid, command: commandOf(kernel, proc) };
  }
  return null;
}

/**
 * The sockets that listen on the port in the network of `net`, as links of a process name them: every user sees these.
 * With an IPv4 `address`, the sockets that a request to it reaches: a listener at that address comes before one at all
 * addresses, and an IPv6 listener comes last.
 */
export function listeningSockets(
  kernel: Kernel,
  port: number,
  net = "/proc/net",
  address: string | undefined = undefined,
): string[] {
  const [tcp, tcp6] = [`${net}/tcp`, `${net}/tcp6`];
  const on = (path: string, listening?: string) => listenersOn(kernel, path, port, listening);
  const found = address === undefined ? [...on(tcp), ...on(tcp6)] : firstOf([
    () => on(tcp, hexOf(address)),
    () => on(tcp, "0".repeat(8)),
    () => on(tcp6, MAPPED + hexOf(address)),
    () => on(tcp6, "0".repeat(32)),
  ]);
  return found.map((inode) => `socket:[${inode}]`);
}

/** How /proc/net/tcp6 begins an IPv4 address. */
const MAPPED = "0000000000000000FFFF0000";

/** An IPv4 address in the byte order of the machine, which is little-endian wherever this runs. */
function hexOf(address: string): string {
  return address.split(".").map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, "0")).reverse().join("");
}

/**
 * Inodes of the sockets that listen on `port`, in the table at `path`. `address`: only at that one, as written in the
 * table.
 */
export function listenersOn(kernel: Kernel, path: string, port: number, address = ""): string[] {
  return socketsOn(kernel, path, port)
    .filter((socket) => socket.state === LISTEN && socket.address.startsWith(address) && socket.inode !== "0")
    .map(({ inode }) => inode);
}

/** The first result that is not empty. */
function firstOf(questions: (() => string[])[]): string[] {
  for (const ask of questions) {
    const found = ask();
    if (found.length > 0) return found;
  }
  return [];
}
