/**
 * Whether the container itself answers, as far as this host's kernel shows: its process lives, its network is on this
 * host, and the listening socket is its own.
 */

import type { Kernel } from "../../host/host.ts";
import { type PortOwner, portOwner } from "../port_owner.ts";

/**
 * Whether the process id is that of the container's process on this host: not one of a remote engine, and not reused by
 * a later process.
 */
export function isOf(kernel: Kernel, pid: number | null, containerId: string): boolean {
  return pid !== null && containerId !== "" && kernel.read(`/proc/${pid}/cgroup`)?.includes(containerId) === true;
}

/** Whether a process uses the same network as this program; null if this user may not see that. */
export function usesThisNetwork(kernel: Kernel, pid: number): boolean | null {
  const [own, its] = ["self", pid].map((each) => kernel.link(`/proc/${each}/ns/net`));
  return own === null || its === null ? null : own === its;
}

/** The addresses that are on a bridge of this host itself. */
export function bridged(kernel: Kernel, addresses: readonly string[]): string[] {
  const routes = (kernel.read("/proc/net/route") ?? "").split("\n").slice(1).map((line) => line.split(/\s+/));
  return addresses.filter((address) =>
    routes.some(([iface = "", net = "", gateway = "", , , , , mask = ""]) =>
      mask !== "" && Number.parseInt(mask, 16) !== 0 && Number.parseInt(gateway, 16) === 0 &&
      isWithin(address, net, mask) && kernel.list(`/sys/class/net/${iface}/bridge`).length > 0
    )
  );
}

/** /proc/net/route has addresses in the byte order of the machine, which is little-endian wherever this runs. */
function isWithin(address: string, net: string, mask: string): boolean {
  const bytes = address.split(".").map(Number).reverse();
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const [netBits, maskBits] = [Number.parseInt(net, 16), Number.parseInt(mask, 16)];
  return bytes.length === 4 && ((value & maskBits) >>> 0) === (netBits >>> 0);
}

/**
 * Who answers on the port (at `address`, if that is known) in the network that the container shares with others: `own`,
 * another process, or `unknown` if this user may not see it.
 */
export function listener(
  kernel: Kernel,
  { pid, id }: { pid: number; id: string },
  port: number,
  address?: string,
): "own" | "unknown" | PortOwner {
  const owner = portOwner(kernel, port, `/proc/${pid}/net`, address);
  if (owner === null) return "unknown";
  return isOf(kernel, owner.pid, id) ? "own" : owner;
}
