import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../lib/host/deno_connect.ts";
import { freePort } from "../health/servers.ts";

const NEVER = new AbortController().signal;
const PROXY = { isThroughProxy: true };

/** Does this with each connection, until it is disposed of. */
function listening(behave: (connection: Deno.TcpConn) => void): AsyncDisposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.TcpConn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      open.push(connection);
      behave(connection);
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const connection of open) {
        try {
          connection.close();
        } catch (error) {
          if (!(error instanceof Deno.errors.BadResource)) throw error;
        }
      }
    },
  };
}

Deno.test("connect() resolves when somebody listens, whatever becomes of the connection", async () => {
  await using shut = listening((connection) => connection.close());
  assertEquals(await connect("127.0.0.1", shut.port, NEVER), { lateMs: 0 });
});

Deno.test("connect() rejects if nobody listens", async () => {
  await assertRejects(() => connect("127.0.0.1", freePort(), NEVER), Error, "refused");
});

Deno.test("connect() through a proxy takes a connection that stays open, and says how long that took to see", async () => {
  await using open = listening(() => {});
  const { lateMs } = await connect("127.0.0.1", open.port, NEVER, PROXY);
  assert(lateMs >= 90, `${lateMs}`);
});

Deno.test("connect() through a proxy takes one on which the other side speaks first, without waiting", async () => {
  await using smtp = listening((connection) => void connection.write(new TextEncoder().encode("220 mail\r\n")));
  const began = performance.now();
  await connect("127.0.0.1", smtp.port, NEVER, PROXY);
  assert(performance.now() - began < 10_000);
});

Deno.test("connect() through a proxy rejects if the connection is closed at once: nobody is behind it", async () => {
  await using shut = listening((connection) => connection.close());
  await assertRejects(() => connect("127.0.0.1", shut.port, NEVER, PROXY), Error, "nobody listens behind it");
});

Deno.test("connect() rejects with the reason of an abort, before and while it looks", async () => {
  await using open = listening(() => {});
  await assertRejects(() => connect("127.0.0.1", open.port, AbortSignal.abort(new Error("stop"))), Error, "stop");
  const stop = new AbortController();
  const looking = connect("127.0.0.1", open.port, stop.signal, PROXY);
  stop.abort(new Error("enough"));
  await assertRejects(() => looking, Error, "enough");
});
