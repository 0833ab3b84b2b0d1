/** Checks that request a page with more than a GET of its path, against real servers. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Engine, PortPlace } from "../../lib/engine/engine.ts";
import type { Answer, CheckPlace } from "../../lib/health/kind.ts";
import { HTTP } from "../../lib/health/kinds/http.ts";
import { HTTPS } from "../../lib/health/kinds/https.ts";
import type { PageCheck } from "../../lib/health/page/keys.ts";
import type { TlsKeys } from "../../lib/health/tls/keys.ts";
import { denoHost } from "../../lib/host/deno.ts";
import type { Host } from "../../lib/host/host.ts";
import { look } from "../fakes/evidence.ts";
import { CA, type Cert, serveTls } from "../host/tls_servers.ts";
import { serve, serveRaw } from "./servers.ts";

const NEVER = new AbortController().signal;
const LIMIT_MS = 5000;
const FIXTURES = new URL("../fixtures", import.meta.url).pathname;

type Declared = Partial<PageCheck & TlsKeys>;

/** The place of a check of the port that is reached that way. */
async function placeOf(
  kind: typeof HTTP | typeof HTTPS,
  declared: Declared,
  found: Partial<PortPlace> | { why: string },
  host: Partial<Host> = {},
): Promise<CheckPlace | { why: string }> {
  const reached = { way: "published", connect: () => Promise.reject(), ...found };
  const engine = {
    project: { dir: FIXTURES },
    reach: (...asked: unknown[]) => Promise.resolve(asked.includes("answer") ? reached : { why: "no" }),
  } as unknown as Engine;
  const tools = { engine, host: { ...denoHost(), ...host }, lookAgain: () => Promise.reject() };
  const check = { service: "x", kind: "http", port: 1, path: "/health", declared: true as const, ...declared };
  return await kind.locate(tools, { state: look("x"), ports: [], hostNetwork: false }, check, NEVER);
}

async function made(...args: Parameters<typeof placeOf>): Promise<CheckPlace> {
  const place = await placeOf(...args);
  if ("why" in place) throw new Error(place.why);
  return place;
}

/** What becomes of one request to the server. */
async function answerOf(url: string, declared: Declared, env: Record<string, string> = {}): Promise<Answer> {
  const host = { env: (name: string) => env[name] };
  const place = await made(HTTP, declared, { address: new URL(url).host }, host);
  const { lateMs: _, ...answer } = await place.ask(NEVER, LIMIT_MS);
  return answer;
}

async function errorOf(handler: (request: Request) => Response, declared: Declared): Promise<string | null> {
  await using server = serve(handler);
  return (await answerOf(server.url, declared)).error;
}

Deno.test("the declared method is sent, without a body", async () => {
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    let seen = "";
    const handler = (request: Request) => {
      seen = `${request.method} ${new URL(request.url).pathname} ${request.headers.get("content-length")}`;
      return new Response(null, { status: 204 });
    };
    assertEquals(await errorOf(handler, { method, path: "/ready?x=1" }), null);
    assertEquals(seen, `${method} /ready ${["POST", "PUT", "PATCH"].includes(method) ? "0" : null}`);
  }
});

Deno.test("headers are sent with the values of variables, and replace those of this program", async () => {
  const seen: Record<string, string> = {};
  await using server = serve((request) => {
    for (const [name, value] of request.headers) seen[name] = value;
    return new Response();
  });
  const headers = { "authorization": "Bearer ${TOKEN}", "Host": "shop.test", "x-cost": "$$5", "User-Agent": "mine" };
  const answer = await answerOf(server.url, { headers }, { TOKEN: " hunter22-ü\n" });
  assertEquals(answer, { status: 200, error: null });
  assertEquals(seen["host"], "shop.test");
  assertEquals(seen["x-cost"], "$5");
  assertEquals(seen["user-agent"], "mine");
  assertEquals(seen["authorization"], "Bearer hunter22-Ã¼");
  assertEquals(Object.keys(seen).filter((name) => name === "user-agent").length, 1);
});

Deno.test("without headers of its own, a request says whose it is", async () => {
  let agent = "";
  await errorOf((request) => {
    agent = request.headers.get("user-agent") ?? "";
    return new Response();
  }, { method: "GET" });
  assertMatch(agent, /^vx11-stability\//);
});

for (
  const [status, wanted, error] of [
    [200, ["401"], "answered 200, and not 401"],
    [401, ["401"], null],
    [404, ["2xx", "404"], null],
    [503, ["2xx", "404"], "answered 503, and not 2xx or 404"],
    [503, undefined, "answered 503"],
    [302, ["3xx"], null],
  ] as const
) {
  Deno.test(`${status} is ${error ?? "right"} if ${wanted ?? "nothing"} is declared`, async () => {
    const handler = () => new Response(null, { status, headers: { location: "http://elsewhere.test/" } });
    const declared = wanted === undefined ? { method: "GET" } : { status: wanted };
    assertEquals(await errorOf(handler, declared), error);
  });
}

Deno.test("a redirect is followed within the origin, unless it is wanted, or the method is another than GET and HEAD", async () => {
  await using server = serve((request) =>
    new URL(request.url).pathname === "/health"
      ? new Response(null, { status: 302, headers: { location: "http://localhost:1/new".replace(":1/", `:${port}/`) } })
      : new Response("ok")
  );
  const { port } = new URL(server.url);
  assertEquals(await answerOf(server.url, { body: "ok" }), { status: 200, error: null });
  assertEquals(await answerOf(server.url, { status: ["302"] }), { status: 302, error: null });
  assertEquals(await answerOf(server.url, { method: "POST" }), { status: 302, error: "answered 302" });
});

Deno.test("a redirect to another origin, or without end, is no answer, and headers go nowhere else", async () => {
  let asked = 0;
  await using elsewhere = serve(() => {
    asked++;
    return new Response();
  });
  const to = (location: string) => () => new Response(null, { status: 301, headers: { location } });
  const headers = { Authorization: "x" };
  await assertRejects(() => errorOf(to(elsewhere.url), { headers }), Error, "whose answer is not this service's");
  await assertRejects(() => errorOf(to("/health"), { headers }), Error, "maximum number of redirects");
  assertEquals(asked, 0);
});

Deno.test("a text of the body is looked for across pieces, and only in the first MiB", async () => {
  const pieces = (...texts: string[]) => () =>
    new Response(ReadableStream.from(texts).pipeThrough(new TextEncoderStream()));
  const filler = "x".repeat(2 ** 16);
  const mib = Array.from({ length: 16 }, () => filler);
  const cases: [string, () => Response, string | null][] = [
    ["status: ok ✓", pieces("{status: o", "k ✓", "}"), null],
    ["ok", pieces("nope"), "answered 200, without `ok` in its body"],
    ["ok", () => new Response(null), "answered 200, without `ok` in its body"],
    ["ok", pieces(...mib.slice(1), filler.slice(2), "ok"), null],
    ["ok", pieces(...mib, "ok"), "answered 200, without `ok` in the first MiB of its body"],
    ["ok", pieces(...mib.slice(1), filler.slice(1), "ok"), "answered 200, without `ok` in the first MiB of its body"],
  ];
  for (const [body, handler, error] of cases) assertEquals(await errorOf(handler, { body }), error);
});

Deno.test("a body is packed only if the server insists, and then no text is looked for in it", async () => {
  const packed = new Response("ok").body?.pipeThrough(new CompressionStream("gzip"));
  const bytes = await new Response(packed).bytes();
  const handler = () => new Response(bytes, { headers: { "content-encoding": "gzip" } });
  assertEquals(
    await errorOf(handler, { body: "ok" }),
    "answered 200, with a body packed by gzip, in which no text can be looked for",
  );
});

for (
  const [what, bytes, expected] of [
    ["a body that ends with its connection", "HTTP/1.0 200 OK\r\n\r\nit is ok", null],
    ["an answer after one that says it will come", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok", null],
    ["a body that is cut short", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nok", "the connection ended"],
    [
      "chunks that are cut short",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok",
      "the connection ended",
    ],
    ["no answer at all", "", "the connection ended"],
    ["another protocol", "SSH-2.0-OpenSSH_9.6\r\n", 'no HTTP but "SSH-2.0-OpenSSH_9.6"'],
    ["a line without an end", "x".repeat(200_000), "a line of over 65536 bytes"],
    ["headers without an end", "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(2000), "more than 1000 headers"],
  ] as const
) {
  Deno.test(`${what} is ${expected === null ? "read to its end" : "no answer"}`, async () => {
    await using server = serveRaw(async (connection) => {
      const writer = connection.writable.getWriter();
      await writer.write(new TextEncoder().encode(bytes));
      await writer.close();
    });
    const asking = answerOf(server.url, { body: "ok" });
    if (expected === null) assertEquals((await asking).error, null);
    else await assertRejects(() => asking, Error, expected);
  });
}

Deno.test("an answer that never comes, or never ends, is given up with the signal", async () => {
  for (const begun of ["", "HTTP/1.1 200 OK\r\n\r\nok"]) {
    const asked = Promise.withResolvers<void>();
    await using server = serveRaw(async (connection) => {
      await connection.write(new TextEncoder().encode(begun));
      asked.resolve();
    });
    const stop = new AbortController();
    const place = await made(HTTP, { body: "ok" }, { address: new URL(server.url).host });
    const asking = place.ask(stop.signal, LIMIT_MS);
    await asked.promise;
    stop.abort(new Error("given up"));
    await assertRejects(() => asking, Error, "given up");
  }
});

Deno.test("a declared URL is requested as it is, and nobody confirms who answers there", async () => {
  await using server = serve((request) => new Response(new URL(request.url).search));
  const place = await made(HTTP, { url: `${server.url}?q=1`, body: "q=1" }, { why: "nobody asks" });
  assertEquals((await place.ask(NEVER, LIMIT_MS)).error, null);
  const { logged, way, baseUrl, what } = place;
  assertEquals(way, "declared URL");
  assertEquals(what, `${server.url}?q=1`);
  assertEquals(baseUrl, new URL(server.url).origin);
  assertEquals(logged, { method: "GET", path: "/health?q=1", from: "gateway" });
});

Deno.test("an answer that is not the container's own does not count", async () => {
  await using server = serve(() => new Response());
  const confirm = () => Promise.reject(new Error("port 1 is held by process 7"));
  const place = await made(HTTP, { method: "GET" }, { address: new URL(server.url).host, confirm });
  await assertRejects(() => place.ask(NEVER, LIMIT_MS), Error, "held by process 7");
});

Deno.test("a page that is only reached from inside its container says so, and what to do", async () => {
  const inside = { way: "exec", address: null } as const;
  const next = "can be requested from inside its container: publish port 1, or declare a check of kind exec";
  const reached = 'no address of service "x" can be reached from here, and ';
  const http = await placeOf(HTTP, { method: "POST", body: "ok" }, inside);
  assertEquals(http, { why: `${reached}no page with method, body ${next}` });
  assertEquals(await placeOf(HTTPS, {}, inside), { why: `${reached}no page by https ${next}` });
});

/** The error of a request by https to a server with that certificate. */
async function overTls(cert: Cert, declared: Declared): Promise<string | null> {
  await using server = serveTls(cert, (request) => new Response(request.headers.get("host")));
  const place = await made(HTTPS, declared, { address: `127.0.0.1:${server.port}` });
  assertEquals(place.url, `https://127.0.0.1:${server.port}/health`);
  return (await place.ask(NEVER, LIMIT_MS)).error;
}

Deno.test("https takes a certificate of its own authority, and any if it is insecure", async () => {
  assertEquals(await overTls("good", { ca: "tls/ca.pem" }), null);
  for (const cert of ["good", "other", "expired", "self"] as const) {
    assertEquals(await overTls(cert, { insecure: true }), null);
  }
});

Deno.test("https sends the name of the server as the host of its request, too", async () => {
  assertEquals(await overTls("other", { ca: "tls/ca.pem", server_name: "a.shop.test", body: "a.shop.test:" }), null);
  assertEquals(await overTls("expired", { insecure: true, server_name: "a.shop.test", body: "a.shop.test:" }), null);
});

for (
  const [cert, declared, why] of [
    ["good", {}, "its certificate is of an unknown issuer: give that one's certificate as `ca`, or `insecure: true`"],
    ["expired", { ca: "tls/ca.pem" }, "its certificate expired on 2020-02-01"],
    ["future", { ca: "tls/ca.pem" }, "its certificate is not valid before 2090-01-01"],
    [
      "other",
      { ca: "tls/ca.pem" },
      "its certificate is for other.internal, *.shop.test, and not for 127.0.0.1: give `server_name` as other.internal or *.shop.test",
    ],
    [
      "good",
      { ca: "tls/ca.pem", server_name: "x.test" },
      "its certificate is for localhost, 127.0.0.1, db.internal, and not for x.test",
    ],
    [
      "nameless",
      { ca: "tls/ca.pem" },
      "its certificate has no name, and so not 127.0.0.1: make it with a subjectAltName",
    ],
    ["self", { ca: "tls/self.pem" }, "its certificate is that of an authority (CA:TRUE), and none of a server"],
  ] as const
) {
  Deno.test(`https of ${cert} with ${JSON.stringify(declared)} says: ${why}`, async () => {
    await assertRejects(() => overTls(cert, declared), Error, why);
  });
}

Deno.test("https says so if a server does not speak TLS, or ends the handshake", async () => {
  await using plain = serve(() => new Response());
  await using shut = serveRaw((connection) => connection.close());
  for (const insecure of [{}, { insecure: true as const }]) {
    const to = async (url: string) => await made(HTTPS, insecure, { address: new URL(url).host });
    const [first, second] = [await to(plain.url), await to(shut.url)];
    await assertRejects(() => first.ask(NEVER, LIMIT_MS), Error, "it does not speak TLS");
    await assertRejects(() => second.ask(NEVER, LIMIT_MS), Error, "it ended the connection during the TLS handshake");
  }
});

Deno.test("https cannot be made if the file of ca is gone by then", async () => {
  const place = await placeOf(HTTPS, { ca: "tls/gone.pem" }, { address: "127.0.0.1:1" });
  assertMatch("why" in place ? place.why : "", /^the file of `ca`, "tls\/gone.pem", cannot be read: /);
  assertEquals(CA.includes("BEGIN CERTIFICATE"), true);
});
