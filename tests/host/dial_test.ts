import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { passOn } from "../../lib/host/deno_pass_on.ts";
import { dial } from "../../lib/host/deno_dial.ts";
import type { Dialled, Line, TlsWanted } from "../../lib/host/host.ts";
import { freePort, serve, serveRaw } from "../health/servers.ts";
import { CA, type Cert, serveTls } from "./tls_servers.ts";

const NEVER = new AbortController().signal;
const REQUEST = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

function to(port: number, tls?: Partial<TlsWanted>): Dialled {
  const all: TlsWanted = { name: "127.0.0.1", isUnverified: false, protocol: "http/1.1", ...tls };
  return { host: "127.0.0.1", port, ...(tls === undefined ? {} : { tls: all }) };
}

async function answerOn(line: Line): Promise<string> {
  try {
    await line.write(REQUEST);
    return await new Response(line.readable).text();
  } finally {
    await line.close();
  }
}

async function asked(cert: Cert, tls: Partial<TlsWanted>): Promise<string> {
  await using server = serveTls(cert);
  return await answerOn(await dial(to(server.port, tls), NEVER));
}

Deno.test("dial() opens a connection on which both sides speak, until the other one ends it", async () => {
  await using server = serve(() => new Response("hello"));
  assertStringIncludes(await answerOn(await dial(to(Number(new URL(server.url).port)), NEVER)), "\r\n\r\nhello");
});

Deno.test("dial() rejects if nobody listens, with TLS and without", async () => {
  for (const tls of [undefined, {}, { isUnverified: true }]) {
    await assertRejects(() => dial(to(freePort(), tls), NEVER), Error, "refused");
  }
});

Deno.test("dial() takes a certificate of a trusted authority, for its address and for any of its names", async () => {
  for (const name of ["127.0.0.1", "localhost", "db.internal"]) {
    assertStringIncludes(await asked("good", { ca: CA, name }), "HTTP/1.1 200");
  }
  assertStringIncludes(await asked("other", { ca: CA, name: "any.shop.test" }), "HTTP/1.1 200");
});

for (
  const [what, cert, tls, why] of [
    ["of an unknown authority", "good", {}, "UnknownIssuer"],
    ["for other names", "other", { ca: CA }, "not valid for name"],
    ["that has expired", "expired", { ca: CA }, "certificate expired"],
    ["that is not valid yet", "future", { ca: CA }, "certificate not valid yet"],
    ["that is an authority's own", "self", {}, "CaUsedAsEndEntity"],
    ["without a name", "nameless", { ca: CA }, "not valid for name"],
  ] as const
) {
  Deno.test(`dial() rejects a certificate ${what}, and takes it unverified`, async () => {
    await assertRejects(() => asked(cert, tls), Error, why);
    assertStringIncludes(await asked(cert, { isUnverified: true }), "HTTP/1.1 200");
  });
}

Deno.test("dial() sends the name of the server, also unverified, and an address to nobody", async () => {
  for (const isUnverified of [false, true]) {
    for (const [name, sends] of [["shop.test", true], ["127.0.0.1", false]] as const) {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const hello = (async () => {
        const connection = await listener.accept();
        const bytes = new Uint8Array(4096);
        const length = await connection.read(bytes);
        connection.close();
        return new TextDecoder("latin1").decode(bytes.subarray(0, length ?? 0));
      })();
      await assertRejects(() => dial(to(listener.addr.port, { name, isUnverified }), NEVER));
      assertEquals((await hello).includes(name), sends);
      listener.close();
    }
  }
});

Deno.test("dial() rejects if the server does not speak TLS, or ends the handshake", async () => {
  await using plain = serve(() => new Response("hello"));
  await using shut = serveRaw((connection) => connection.close());
  for (const isUnverified of [false, true]) {
    const port = (url: string) => Number(new URL(url).port);
    await assertRejects(() => dial(to(port(plain.url), { isUnverified }), NEVER), Error, "corrupt message");
    await assertRejects(() => dial(to(port(shut.url), { isUnverified }), NEVER), Error, "unexpected end of file");
  }
});

Deno.test("a line ends where the other side ends it, also if that does not say so as TLS wants it", async () => {
  await using server = serveTls("good", () => new Response(new Blob(["all of it"]).stream()));
  for (const tls of [{ ca: CA }, { isUnverified: true }]) {
    // Passes on what both say, and goes away when it is told to.
    const front = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const dialling = dial(to(front.addr.port, tls), NEVER);
    const [inner, outer] = [await front.accept(), await Deno.connect({ hostname: "127.0.0.1", port: server.port })];
    const passing = [passOn(inner, outer), passOn(outer, inner)];
    const line = await dialling;
    const kept = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await line.write(kept);
    let text = "";
    for await (const piece of line.readable.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.endsWith("0\r\n\r\n")) inner.close();
    }
    assertStringIncludes(text, "all of it");
    await line.close();
    await Promise.all(passing);
    front.close();
  }
});

Deno.test("dial() rejects at once if it is aborted, also during a handshake, and leaves nothing open", async () => {
  for (const isUnverified of [false, true]) {
    const asking = Promise.withResolvers<void>();
    await using silent = serveRaw(() => asking.resolve());
    const stop = new AbortController();
    const dialling = dial(to(Number(new URL(silent.url).port), { isUnverified }), stop.signal);
    await asking.promise;
    stop.abort(new Error("given up"));
    await assertRejects(() => dialling, Error, "given up");
    await assertRejects(() => dial(to(1, { isUnverified }), stop.signal), Error, "given up");
  }
});

Deno.test("close() ends a reading that waits, and may come twice", async () => {
  await using server = serveTls("good", () => new Promise<Response>(() => {}));
  await using silent = serveRaw(() => {});
  const plain = to(Number(new URL(silent.url).port));
  for (const where of [plain, to(server.port, { ca: CA }), to(server.port, { isUnverified: true })]) {
    const line = await dial(where, NEVER);
    const reading = line.readable.getReader().read().then((read) => read.done, () => true);
    await line.write(REQUEST);
    await line.close();
    assertEquals(await reading, true);
    await line.close();
  }
});

Deno.test("a line carries much more than its pipes hold, each way, unverified too", async () => {
  const much = new Uint8Array(3_000_000).map((_, at) => at % 251);
  await using server = serveTls("good", async (request) => {
    const body = await request.bytes();
    return new Response(body, { headers: { "content-length": String(body.length) } });
  });
  for (const tls of [{ ca: CA }, { isUnverified: true }]) {
    const line = await dial(to(server.port, tls), NEVER);
    const head = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${much.length}\r\n\r\n`;
    const writing = line.write(new TextEncoder().encode(head)).then(() => line.write(much));
    const all = await new Response(line.readable).bytes();
    await writing;
    await line.close();
    const body = all.subarray(-much.length);
    assertEquals(body.length, much.length);
    assertEquals(body.every((byte, at) => byte === much[at]), true);
  }
});
