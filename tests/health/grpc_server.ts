/** A gRPC server of another hand, that of node:http2, without TLS. */

import http2 from "node:http2";

export interface Said {
  /** Headers of the answer, with those that stand for an answer of gRPC as defaults. */
  headers?: Record<string, string | number>;
  data?: Uint8Array;
  /** None are sent if it is null. */
  trailers?: Record<string, string> | null;
}

export interface GrpcServer extends AsyncDisposable {
  port: number;
  /** Path, `te` and message of each request, the message in hexadecimal digits. */
  asked: string[];
}

export async function serveGrpc(say: (path: string, message: Uint8Array) => Said): Promise<GrpcServer> {
  const server = http2.createServer();
  const asked: string[] = [];
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
    const parts: Uint8Array[] = [];
    stream.on("error", () => {});
    stream.on("data", (part: Uint8Array) => parts.push(part));
    stream.on("end", () => {
      const message = new Uint8Array(parts.flatMap((part) => [...part]));
      const path = String(headers[":path"]);
      asked.push(`${path} ${headers["te"]} ${message.toHex()}`);
      const { data = new Uint8Array(), headers: more = {}, trailers = { "grpc-status": "0" } } = say(path, message);
      // A date of its own would be kept up by a timer.
      const all = { "date": "now", ":status": 200, "content-type": "application/grpc", ...more };
      if (trailers === null) {
        stream.respond(all);
        stream.end(data);
        return;
      }
      stream.respond(all, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers(trailers));
      stream.end(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  if (typeof address === "string" || address === null) throw new Error("a server has a port");
  return {
    port: address.port,
    asked,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
