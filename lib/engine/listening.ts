/** Explains a refused connection: the port is listened on, but not at the requested address. Pure. */

import type { Kernel } from "../host/host.ts";
import { LISTEN, socketsOn } from "./tcp_table.ts";

/** null if nothing listens on the port, or if a listener is reached at the requested address, such as `127.0.0.1`. */
export function listensElsewhere(kernel: Kernel, net: string, port: number, asked: string): string | null {
  const found = listenAddresses(kernel, net, port);
  if (found.length === 0 || found.some((address) => isReached(address, asked))) return null;
  const at = found.map((address) => address.includes(":") ? `[${address}]` : address).join(" and ");
  return `port ${port} is listened on only at ${at}, not at ${asked}`;
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
