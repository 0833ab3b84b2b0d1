/** Opens and closes TCP connections of the real host. */

import { abortable } from "@std/async";

export async function open(hostname: string, port: number, signal: AbortSignal): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const opening = Deno.connect({ hostname, port });
  return await abortable(opening, signal).catch((error) => {
    // It may open after all, when nobody waits for it.
    opening.then((late) => late.close(), () => {});
    throw error;
  });
}

export function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
