/** Connections of the real host to somebody who answers, with TLS or without. */

import { writeAll } from "./deno_drain.ts";
import { close, open } from "./deno_tcp.ts";
import type { Dialled, Line, TlsWanted } from "./host.ts";

export async function dial({ host, port, tls }: Dialled, signal: AbortSignal): Promise<Line> {
  const plain = await open(host, port, signal);
  // What is said in several pieces would wait for each to be acknowledged, up to 40 ms, which counts as the service's.
  plain.setNoDelay();
  if (tls === undefined) return lineOf(plain);
  // Loaded only for whoever wants it.
  if (tls.isUnverified) return await (await import("./deno_unverified.ts")).unverified(plain, tls, signal);
  return lineOf(await verified(plain, tls, signal));
}

/** Takes the connection over. */
async function verified(plain: Deno.TcpConn, { ca, name, protocol }: TlsWanted, signal: AbortSignal) {
  const caCerts = ca === undefined ? {} : { caCerts: [ca] };
  const secure = await Deno.startTls(plain, { hostname: name, alpnProtocols: [protocol], ...caCerts });
  const giveUp = () => close(secure);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    signal.throwIfAborted();
    await secure.handshake();
    return secure;
  } catch (error) {
    close(secure);
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function lineOf(connection: Deno.Conn): Line {
  return {
    readable: readableOf(connection),
    write: (bytes) => writeAll(connection, bytes),
    close() {
      close(connection);
      return Promise.resolve();
    },
  };
}

const PIECE_BYTES = 64 * 1024;

/** Not the stream of the connection itself, which closes it at its end: what is written by then may still be under way. */
function readableOf(connection: Deno.Conn): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const piece = new Uint8Array(PIECE_BYTES);
      const length = await readInto(connection, piece);
      if (length === null) controller.close();
      else controller.enqueue(piece.subarray(0, length));
    },
  }, { highWaterMark: 0 });
}

async function readInto(connection: Deno.Conn, piece: Uint8Array): Promise<number | null> {
  try {
    return await connection.read(piece);
  } catch (error) {
    // Many servers end TLS without saying so: whether anything is missing, the lengths in what they said show.
    if (error instanceof Deno.errors.UnexpectedEof) return null;
    throw error;
  }
}
