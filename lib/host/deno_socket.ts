/** Connections of the real host to Unix sockets. */

import { writeAll } from "./deno_drain.ts";
import type { SocketConnection } from "./host.ts";

export async function connectSocket(path: string): Promise<SocketConnection> {
  const connection = await Deno.connect({ transport: "unix", path });
  return { stream: connection.readable, write: (bytes) => writeAll(connection, bytes) };
}
