/**
 * The engine's API for one exchange after the other on a connection: at its socket on this host, where a process of this host for
 * each question would take ten times as long, and a client for all of HTTP still five times; or as dial_door.ts opens it.
 */

import type { Host, SocketConnection } from "../../../host/host.ts";
import { requestBytes } from "./text.ts";
import { HttpAnswers, type HttpText } from "./http_answers.ts";

export interface EngineConnection {
  /** Rejects with NoHttp, as the next does. */
  ask(method: "GET" | "POST", path: string, body?: unknown): Promise<HttpText>;
  /** The body of a good answer goes to `onBytes` as it comes. Nothing can be asked on this connection afterwards. */
  stream(path: string, body: unknown, onBytes: (bytes: Uint8Array) => void): Promise<HttpText>;
  close(): void;
  /** The same, or somebody else may ask on it: all that was asked has been answered. */
  release(): void;
}

/** How the engine is reached for a command in a container. */
export interface EngineDoor {
  /** Whether it may take long to connect: that is then no time of the service. */
  readonly isFar: boolean;
  /**
   * Rejects if the engine is not reached so. When the signal aborts, the connection is closed, and what was asked rejects.
   */
  connect(signal: AbortSignal): Promise<EngineConnection>;
  /** Ends what it holds open. */
  close(): Promise<void>;
}

/** `socket`: its path. */
export function socketDoor(host: Host, socket: string): EngineDoor {
  return {
    isFar: false,
    connect: (signal) => connectEngine(host, socket, signal),
    close: () => Promise.resolve(),
  };
}

/** Rejects if nobody listens at the socket. */
async function connectEngine(host: Host, socket: string, signal: AbortSignal): Promise<EngineConnection> {
  signal.throwIfAborted();
  return engineConnection(await host.connectSocket(socket), signal);
}

/** `end`: what else is to be ended with the connection. */
export function engineConnection(
  { stream, write }: SocketConnection,
  signal: AbortSignal | null,
  end: () => void = () => {},
): EngineConnection {
  const answers = new HttpAnswers(stream);
  const close = () => {
    signal?.removeEventListener("abort", close);
    void answers.close();
    end();
  };
  signal?.addEventListener("abort", close, { once: true });
  if (signal?.aborted) close();
  return {
    async ask(method, path, body) {
      await write(requestBytes(method, path, body));
      return await answers.next();
    },
    async stream(path, body, onBytes) {
      await write(requestBytes("POST", path, body));
      return await answers.last(onBytes);
    },
    close,
    release: close,
  };
}
