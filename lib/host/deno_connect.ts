/** TCP connections of the real host that are opened to see whether somebody listens. */

import { delay } from "@std/async";
import { anySignal } from "./any_signal.ts";
import { open } from "./deno_tcp.ts";
import type { Connected } from "./host.ts";

/** What only passes connections on closes one within this time if there is nobody behind. */
const CLOSED_WITHIN_MS = 100;

export async function connect(
  hostname: string,
  port: number,
  signal: AbortSignal,
  { isThroughProxy } = { isThroughProxy: false },
): Promise<Connected> {
  const connection = await open(hostname, port, signal);
  try {
    if (!isThroughProxy) return { lateMs: 0 };
    const began = performance.now();
    if (await isClosedSoon(connection, signal)) {
      throw new Error("the connection was closed at once: nobody listens behind it");
    }
    return { lateMs: performance.now() - began };
  } finally {
    connection.close();
  }
}

/** Whoever says something first, as a mail server does, is there. */
async function isClosedSoon(connection: Deno.Conn, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const reading = connection.read(new Uint8Array(1)).then((bytes) => bytes === null, () => true);
  const quiet = delay(CLOSED_WITHIN_MS, { signal: anySignal([over.signal, signal]) }).then(() => false);
  quiet.catch(() => {});
  try {
    return await Promise.race([reading, quiet]);
  } finally {
    over.abort();
  }
}
