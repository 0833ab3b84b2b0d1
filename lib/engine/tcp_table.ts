/** The TCP sockets of a network as the kernel lists them: the lines of /proc/net/tcp and tcp6. */

import type { Kernel } from "../host/host.ts";

export const LISTEN = "0A";
export const TIME_WAIT = "06";

export interface TcpSocket {
  /** In the kernel's own form: words of four bytes each in hex, in the byte order of the machine. */
  address: string;
  state: string;
  inode: string;
}

const ADDRESS = /^(?:[\dA-F]{8}|[\dA-F]{32})$/i;

/** The sockets whose own side has this port, in the order of the table at `path`; none if it cannot be read. */
export function socketsOn(kernel: Kernel, path: string, port: number): TcpSocket[] {
  const end = endOf(port);
  return parsed(kernel.linesWith?.(path, end) ?? linesWith(kernel.read(path) ?? "", end), end);
}

/** The sockets on this port in the text of one table or several. */
export function socketsIn(table: string, port: number): TcpSocket[] {
  const end = endOf(port);
  return parsed(linesWith(table, end), end);
}

function endOf(port: number): string {
  return `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}

function parsed(lines: readonly string[], end: string): TcpSocket[] {
  return lines.map((line) => line.trim().split(/\s+/)).flatMap((fields) => {
    const [, local = "", , state = "", , , , , , inode = ""] = fields;
    const address = local.slice(0, -end.length);
    return local.endsWith(end) && ADDRESS.test(address) ? [{ address, state, inode }] : [];
  });
}

function linesWith(table: string, text: string): string[] {
  return table.split("\n").filter((line) => line.includes(text));
}
