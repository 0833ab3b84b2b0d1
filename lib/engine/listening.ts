/** Explains a connection that came to nothing: the port is not listened on, or not at the requested address. Pure. */

import type { Kernel } from "../host/host.ts";
import { LISTEN, socketsOn } from "./tcp_table.ts";

/** null if nothing listens on the port, or if a listener is reached at the requested address, such as `127.0.0.1`. */
export function listensElsewhere(kernel: Kernel, net: string, port: number, asked: string): string | null {
  const found = listenAddresses(kernel, net, port);
  if (found.length === 0 || found.some((address) => isReached(address, asked))) return null;
  const at = found.map((address) => address.includes(":") ? `[${address}]` : address).join(" and ");
  return `port ${port} is listened on only at ${at}, not at ${asked}`;
}

/**
 * null if something listens on the port, or if it cannot be seen. Behind a proxy of the engine's that takes connections itself
 * (docker-proxy without firewall rules, rootlesskit, pasta) these are not refused then, but closed or reset.
 */
export function listensNowhere(kernel: Kernel, net: string, port: number): string | null {
  if (kernel.read(`${net}/tcp`) === null || listenAddresses(kernel, net, port).length > 0) return null;
  return `nothing listens at port ${port} in the container`;
}

/** In the network of `net`, such as `/proc/net`. */
export function listenAddresses(kernel: Kernel, net: string, port: number): string[] {
  const sockets = ["tcp", "tcp6"].flatMap((name) => socketsOn(kernel, `${net}/${name}`, port));
  const found = sockets.filter(({ state }) => state === LISTEN).map(({ address }) => addressOf(address));
  return [...new Set(found)];
}

/** Words of four bytes each in the byte order of the machine, which is little-endian wherever this runs. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const numbers = bytes.map((byte) => Number.parseInt(byte, 16));
  const isMapped = numbers.length === 16 && numbers.slice(0, 12).join() === "0,0,0,0,0,0,0,0,0,0,255,255";
  if (numbers.length === 4 || isMapped) return numbers.slice(-4).join(".");
  if (numbers.every((byte) => byte === 0)) return "::";
  if (numbers.slice(0, 15).every((byte) => byte === 0)) return `::${(numbers[15] ?? 0).toString(16)}`;
  return (bytes.join("").match(/.{4}/g) ?? []).map((part) => Number.parseInt(part, 16).toString(16)).join(":");
}

/** A listener at all IPv6 addresses is reached over IPv4 as well. */
function isReached(address: string, asked: string): boolean {
  return address === asked || address === "0.0.0.0" || address === "::";
}
