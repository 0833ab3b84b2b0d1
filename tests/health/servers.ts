/** Local HTTP servers that misbehave, each in its own way. */

export interface Server extends AsyncDisposable {
  url: string;
}

/** A proper one. */
export function serve(handler: (request: Request) => Response | Promise<Response>, port = 0): Server {
  const server = Deno.serve({
    port,
    hostname: "127.0.0.1",
    onListen() {},
    onError: () => new Response("", { status: 500 }),
  }, handler);
  return { url: `http://127.0.0.1:${server.addr.port}/health`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** One that speaks bytes: `behave` is called with each connection after its request was read; all are closed at the end. */
export function serveRaw(behave: (connection: Deno.TcpConn) => unknown): Server {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();

  async function answer(connection: Deno.TcpConn): Promise<void> {
    try {
      await connection.read(new Uint8Array(10_000));
      await behave(connection);
      await connection.read(new Uint8Array(1));
    } catch {
      // The other side is gone, or this side has closed it.
    }
  }

  const accepting = (async () => {
    const answers: Promise<void>[] = [];
    for await (const connection of listener) {
      open.add(connection);
      answers.push(answer(connection));
    }
    await Promise.all(answers);
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/health`,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) close(connection);
      await accepting;
    },
  };
}

export function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}

/** A port of this host where nobody listens. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
