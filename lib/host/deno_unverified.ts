/**
 * TLS whatever the certificate. Only node:tls has that here. It leaves a connection open that is given up during the handshake, but
 * closes one whose other side goes away: so it talks to a relay of this program, which goes away when it has to.
 */

import { connect, connectTcp, type Socket, type TLSSocket } from "../std/tls.ts";
import { Gate, passOn } from "./deno_pass_on.ts";
import { close } from "./deno_tcp.ts";
import type { Line, TlsWanted } from "./host.ts";

const LOOPBACK = "127.0.0.1";

/** Takes the connection over. */
export async function unverified(plain: Deno.TcpConn, tls: TlsWanted, signal: AbortSignal): Promise<Line> {
  const relay = await newRelay(plain, tls).catch((error) => {
    close(plain);
    throw error;
  });
  const giveUp = () => relay.end();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    if (signal.aborted) giveUp();
    await handshake(relay.socket);
    signal.throwIfAborted();
    return lineOf(relay);
  } catch (error) {
    await relay.end();
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

interface Relay {
  socket: TLSSocket;
  /** Keeps back what comes while nobody reads: a socket that was paused itself gives the pieces in another order. */
  gate: Gate;
  /** Resolves when nothing of it is left. */
  end(): Promise<void>;
}

async function newRelay(plain: Deno.TcpConn, { name, protocol }: TlsWanted): Promise<Relay> {
  const listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  let outer: Socket | undefined;
  try {
    outer = await connected(listener.addr.port);
    // A server's name is no address: that is how TLS has it.
    const servername = /^[\d.]+$|:/.test(name) ? {} : { servername: name };
    // At once: after a first reading that waits, there is no handshake any more.
    const socket = connect({ socket: outer, rejectUnauthorized: false, ALPNProtocols: [protocol], ...servername });
    // Whoever reads hears of it, too.
    socket.on("error", () => {});
    const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    const inner = await acceptFrom(listener, outer.localPort);
    inner.setNoDelay();
    const gate = new Gate();
    const piping = [passOn(inner, plain), passOn(plain, inner, gate)];
    return {
      socket,
      gate,
      async end() {
        close(inner);
        close(plain);
        gate.open();
        await Promise.all(piping);
        socket.resume();
        await gone;
        socket.destroy();
        outer?.destroy();
      },
    };
  } catch (error) {
    outer?.destroy();
    throw error;
  } finally {
    listener.close();
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: LOOPBACK, port });
    socket.once("connect", () => resolve(socket.setNoDelay()));
    socket.once("error", reject);
  });
}

/** Takes no connection of another process of this host. */
async function acceptFrom(listener: Deno.TcpListener, port: number | undefined): Promise<Deno.TcpConn> {
  while (true) {
    const connection = await listener.accept();
    if (connection.remoteAddr.port === port) return connection;
    close(connection);
  }
}

/** Rejects if the other side ended it, or does not speak TLS. */
function handshake(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("unexpected end of file")));
    // It says so after a handshake that failed, too: then there is no certificate.
    socket.once("secureConnect", () => {
      if (socket.getPeerCertificate() !== null) resolve();
    });
  });
}

function lineOf({ end, gate, socket }: Relay): Line {
  let ended: Promise<void> | undefined;
  return {
    readable: new ReadableStream({
      start(controller) {
        socket.on("data", (piece: Uint8Array) => {
          controller.enqueue(new Uint8Array(piece));
          if ((controller.desiredSize ?? 0) <= 0) gate.shut();
        });
        let isOver = false;
        const over = (error?: Error) => {
          if (isOver) return;
          isOver = true;
          if (error === undefined) controller.close();
          else controller.error(error);
        };
        socket.once("end", () => over());
        socket.once("close", () => over());
        socket.once("error", over);
      },
      pull() {
        gate.open();
      },
      cancel() {
        socket.removeAllListeners("data");
      },
    }),
    write(bytes) {
      return new Promise((resolve, reject) => {
        socket.once("close", () => reject(new Error("the connection ended")));
        socket.write(bytes, (error) => error ? reject(error) : resolve());
      });
    },
    close: () => ended ??= end(),
  };
}
