/** Checks of kind grpc, against servers of other hands. */

import { assertEquals, assertRejects } from "@std/assert";
import type { Engine, PortPlace } from "../../lib/engine/engine.ts";
import type { CheckPlace } from "../../lib/health/kind.ts";
import { GRPC } from "../../lib/health/kinds/grpc.ts";
import type { TlsKeys } from "../../lib/health/tls/keys.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { look } from "../fakes/evidence.ts";
import { type Cert, serveTls } from "../host/tls_servers.ts";
import { type Said, serveGrpc } from "./grpc_server.ts";
import { freePort, serve, serveRaw } from "./servers.ts";

const NEVER = new AbortController().signal;
const LIMIT_MS = 5000;
const FIXTURES = new URL("../fixtures", import.meta.url).pathname;
const SERVING = new Uint8Array([0, 0, 0, 0, 2, 8, 1]);

type Declared = TlsKeys & { service_name?: string; tls?: true };

async function placeOf(declared: Declared, found: Partial<PortPlace> | { why: string }) {
  const reached = { way: "published", connect: () => Promise.reject(), ...found };
  const engine = {
    project: { dir: FIXTURES },
    reach: (...asked: unknown[]) => Promise.resolve(asked.includes("answer") ? reached : { why: "no" }),
  } as unknown as Engine;
  const tools = { engine, host: denoHost(), lookAgain: () => Promise.reject() };
  const check = { service: "x", kind: "grpc", port: 50051, declared: true as const, ...declared };
  return await GRPC.locate(tools, { state: look("x"), ports: [], hostNetwork: false }, check, NEVER);
}

async function at(port: number, declared: Declared = {}, more: Partial<PortPlace> = {}): Promise<CheckPlace> {
  const place = await placeOf(declared, { address: `127.0.0.1:${port}`, ...more });
  if ("why" in place) throw new Error(place.why);
  return place;
}

/** The error of one attempt at a server that says this. */
async function errorOf(said: Said, declared: Declared = {}): Promise<string | null> {
  await using server = await serveGrpc(() => said);
  const place = await at(server.port, declared);
  const { error, status } = await place.ask(NEVER, LIMIT_MS);
  assertEquals(status, null);
  return error;
}

function serving(status: number): Said {
  return { data: new Uint8Array([0, 0, 0, 0, 2, 8, status]) };
}

Deno.test("the health service is asked for the whole server, or for the declared service", async () => {
  await using server = await serveGrpc(() => ({ data: SERVING }));
  for (const service_name of [undefined, "a.B"]) {
    const place = await at(server.port, service_name === undefined ? {} : { service_name });
    assertEquals((await place.ask(NEVER, LIMIT_MS)).error, null);
    assertEquals([place.url, place.baseUrl], Array(2).fill(`grpc://127.0.0.1:${server.port}`));
    assertEquals(place.what, `grpc://127.0.0.1:${server.port}${service_name === undefined ? "" : "/a.B"}`);
  }
  const path = "/grpc.health.v1.Health/Check trailers";
  assertEquals(server.asked, [`${path} 0000000000`, `${path} 00000000050a03612e42`]);
});

const refused = (code: number, message = ""): Said => ({
  headers: { "grpc-status": String(code), ...(message === "" ? {} : { "grpc-message": message }) },
  trailers: null,
});

const SAID: [what: string, said: Said, declared: Declared, error: string | null][] = [
  ["SERVING", serving(1), {}, null],
  ["SERVING between fields of others", { data: new Uint8Array([0, 0, 0, 0, 8, 26, 1, 9, 8, 1, 16, 200, 1]) }, {}, null],
  ["NOT_SERVING", serving(2), {}, "answered NOT_SERVING"],
  ["UNKNOWN, which is not sent", { data: new Uint8Array(5) }, {}, "answered UNKNOWN"],
  [
    "SERVICE_UNKNOWN",
    serving(3),
    { service_name: "a.B" },
    "answered SERVICE_UNKNOWN: it knows no service `a.B`: correct `service_name`",
  ],
  ["a status of the future", serving(9), {}, "answered status 9"],
  [
    "UNIMPLEMENTED",
    refused(12, "unknown service grpc.health.v1.Health"),
    {},
    "it speaks no health protocol: register grpc.health.v1 in it, or use kind tcp",
  ],
  [
    "NOT_FOUND of a service",
    refused(5),
    { service_name: "a" },
    "answered NOT_FOUND: it knows no service `a`: correct `service_name`",
  ],
  [
    "NOT_FOUND of the server",
    refused(5),
    {},
    "answered NOT_FOUND: it does not tell of the whole server: give `service_name`",
  ],
  ["a refusal with a reason", refused(16, "who%20are you, %C3%BC%3F"), {}, "answered UNAUTHENTICATED: who are you, ü?"],
  ["a refusal that is escaped wrongly", refused(14, "100%"), {}, "answered UNAVAILABLE: 100%"],
  ["a code of nobody", refused(77), {}, "answered code 77"],
  ["a refusal after data", { data: SERVING, trailers: { "grpc-status": "13" } }, {}, "answered INTERNAL"],
  ["no status of gRPC", { data: SERVING, trailers: null }, {}, "its answer ended without a status of gRPC"],
  ["another page", { headers: { ":status": 404 }, trailers: null }, {}, "it speaks no gRPC: it answered 404"],
  [
    "a page of text",
    { headers: { "content-type": "text/html" }, trailers: null },
    {},
    "it speaks no gRPC: its answer is text/html",
  ],
  ["no message", {}, {}, "its answer is no whole message"],
  ["half a message", { data: SERVING.slice(0, 6) }, {}, "its answer is no whole message"],
  ["a packed message", { data: new Uint8Array([1, 0, 0, 0, 2, 8, 1]) }, {}, "its answer is a packed message"],
  [
    "another message",
    { data: new Uint8Array([0, 0, 0, 0, 2, 10, 9]) },
    {},
    "its answer is no message of grpc.health.v1",
  ],
];
for (const [what, said, declared, error] of SAID) {
  Deno.test(`${what} ${error === null ? "passes" : "fails"}`, async () =>
    assertEquals(await errorOf(said, declared), error));
}

Deno.test("many long headers, beside those that count, are read", async () => {
  const headers = Object.fromEntries(Array.from({ length: 40 }, (_, nth) => [`x-${nth}`, "ü€~\\".repeat(150)]));
  assertEquals(await errorOf({ data: SERVING, headers }), null);
});

Deno.test("a server that speaks something else is no gRPC server", async () => {
  await using page = serve(() => new Response());
  await using silent = serveRaw((connection) => connection.close());
  await using http1 = serveRaw((connection) =>
    connection.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"))
  );
  await using smtp = serveRaw((connection) => connection.write(new TextEncoder().encode("220 mail.example ready\r\n")));
  await using tls = serveTls("good");
  const port = (url: string) => Number(new URL(url).port);
  for (
    const [to, why] of [
      [port(page.url), "it speaks no gRPC: its answer is of no type"],
      [port(http1.url), "it speaks no gRPC without TLS: no HTTP/2"],
      [port(silent.url), "it speaks no gRPC without TLS: the connection ended"],
      [port(smtp.url), "it speaks no gRPC without TLS: no HTTP/2"],
      [tls.port, "it speaks no gRPC without TLS: "],
      [freePort(), "refused"],
    ] as const
  ) {
    const place = await at(to);
    await assertRejects(
      async () => {
        const { error } = await place.ask(NEVER, LIMIT_MS);
        throw new Error(error ?? "passed");
      },
      Error,
      why,
    );
  }
});

/** As much of an answer as can be given without trailers. */
function overTls(cert: Cert) {
  const headers = { "content-type": "application/grpc", "grpc-status": "0" };
  return serveTls(cert, () => new Response(SERVING, { headers }));
}

Deno.test("with TLS, a certificate is looked at as for https", async () => {
  await using good = overTls("good");
  await using other = overTls("other");
  const place = await at(good.port, { tls: true, ca: "tls/ca.pem" });
  assertEquals(place.url, `grpcs://127.0.0.1:${good.port}`);
  assertEquals((await place.ask(NEVER, LIMIT_MS)).error, null);
  const insecure = await at(other.port, { tls: true, insecure: true });
  assertEquals((await insecure.ask(NEVER, LIMIT_MS)).error, null);
  const unknown = await at(good.port, { tls: true });
  await assertRejects(() => unknown.ask(NEVER, LIMIT_MS), Error, "its certificate is of an unknown issuer");
  const named = await at(other.port, { tls: true, ca: "tls/ca.pem", server_name: "x.test" });
  await assertRejects(() => named.ask(NEVER, LIMIT_MS), Error, "its certificate is for other.internal, *.shop.test");
});

Deno.test("an answer that never comes is given up with the signal, with TLS and without", async () => {
  const asked = Promise.withResolvers<void>();
  await using silent = serveRaw(() => asked.resolve());
  const asking = Promise.withResolvers<void>();
  const over = Promise.withResolvers<Response>();
  await using tls = serveTls("good", () => {
    asking.resolve();
    return over.promise;
  });
  for (
    const [place, begun] of [
      [await at(Number(new URL(silent.url).port)), asked.promise],
      [await at(tls.port, { tls: true, insecure: true }), asking.promise],
    ] as const
  ) {
    const stop = new AbortController();
    const answer = place.ask(stop.signal, LIMIT_MS);
    await begun;
    stop.abort(new Error("given up"));
    await assertRejects(() => answer, Error, "given up");
  }
  over.resolve(new Response());
});

Deno.test("an answer that is not the container's own does not count", async () => {
  await using server = await serveGrpc(() => ({ data: SERVING }));
  const place = await at(server.port, {}, { confirm: () => Promise.reject(new Error("held by process 7")) });
  await assertRejects(() => place.ask(NEVER, LIMIT_MS), Error, "held by process 7");
});

Deno.test("a port that is only reached from inside its container says so, and what to do", async () => {
  assertEquals(await placeOf({}, { way: "exec", address: null }), {
    why:
      'no address of service "x" can be reached from here: publish port 50051, or declare a check of kind exec that runs ' +
      "grpc_health_probe in its container",
  });
});
