/**
 * The engine's API at its socket on this host: a process of this host for each question would take ten times as long, and a
 * client for all of HTTP still five times.
 */

import type { Host } from "../../host/host.ts";
import { requestBytes } from "./api_text.ts";
import { HttpAnswers, type HttpText } from "./http_answers.ts";

export interface EngineConnection {
  /** Rejects with NoHttp, as the next does. */
  ask(method: "GET" | "POST", path: string, body?: unknown): Promise<HttpText>;
  /** The body of a good answer goes to `onBytes` as it comes. Nothing can be asked on this connection afterwards. */
  stream(path: string, body: unknown, onBytes: (bytes: Uint8Array) => void): Promise<HttpText>;
  close(): void;
}

/** Rejects if nobody listens at the socket. When the signal aborts, the connection is closed, and what was asked rejects. */
export async function connectEngine(host: Host, socket: string, signal: AbortSignal): Promise<EngineConnection> {
  signal.throwIfAborted();
  const connection = await host.connectSocket(socket);
  const answers = new HttpAnswers(connection.stream);
  const close = () => {
    signal.removeEventListener("abort", close);
    void answers.close();
  };
  signal.addEventListener("abort", close, { once: true });
  if (signal.aborted) close();
  return {
    async ask(method, path, body) {
      await connection.write(requestBytes(method, path, body));
      return await answers.next();
    },
    async stream(path, body, onBytes) {
      await connection.write(requestBytes("POST", path, body));
      return await answers.last(onBytes);
    },
    close,
  };
}
