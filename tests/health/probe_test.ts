import { assert, assertEquals, assertRejects } from "@std/assert";
import { probe } from "../../lib/health/probe.ts";
import { calmHost } from "../fakes/calm.ts";
import { directClient } from "../../lib/host/deno_get.ts";
import type { ProbeOutcome } from "../../lib/model/evidence.ts";
import { handClock } from "../fakes/clock.ts";
import { asking } from "./asking.ts";
import type { Server } from "./servers.ts";
import { close, freePort, serve, serveRaw } from "./servers.ts";

const host = calmHost();
/** Made outside of the tests, since it outlives each of them. */
directClient();
const NEVER = new AbortController().signal;
/** Longer than any answer takes; the tests that wait for a limit give their own. */
const AMPLE_MS = 20_000;

async function probed(server: Server, timeoutMs = AMPLE_MS): Promise<ProbeOutcome> {
  await using running = server;
  return await probe(host, asking(host, running.url), timeoutMs, NEVER);
}

function facts({ ok, status, error }: ProbeOutcome) {
  return { ok, status, error };
}

for (const status of [200, 201, 299]) {
  Deno.test(`probe() is ok with ${status}`, async () => {
    const outcome = await probed(serve(() => new Response("x".repeat(100_000), { status })));
    assertEquals(facts(outcome), { ok: true, status, error: null });
    assert(outcome.latencyMs > 0);
  });
}

for (const status of [304, 400, 404, 500, 503]) {
  Deno.test(`probe() names ${status}`, async () => {
    const outcome = await probed(serve(() => new Response(null, { status })));
    assertEquals(facts(outcome), { ok: false, status, error: `answered ${status}` });
  });
}

Deno.test("probe() is ok with 204, which has no body", async () => {
  assertEquals(facts(await probed(serve(() => new Response(null, { status: 204 })))), {
    ok: true,
    status: 204,
    error: null,
  });
});

Deno.test("probe() follows redirects to their end, and judges that", async () => {
  const redirecting = (status: number) =>
    serve((request) =>
      request.url.endsWith("/there")
        ? new Response("", { status })
        : new Response(null, { status: 307, headers: { location: "/there" } })
    );
  assertEquals(facts(await probed(redirecting(200))), { ok: true, status: 200, error: null });
  assertEquals(facts(await probed(redirecting(503))), { ok: false, status: 503, error: "answered 503" });
});

Deno.test("probe() takes no answer of another origin that it is redirected to", async () => {
  await using other = serve(() => new Response("ok"));
  const location = `${new URL(other.url).origin}/health`;
  const outcome = await probed(serve(() => new Response(null, { status: 302, headers: { location } })));
  assertEquals([outcome.ok, outcome.status], [false, null]);
  assertEquals(outcome.error, `redirects to ${new URL(other.url).origin}, whose answer is not this service's`);
});

Deno.test("probe() follows a redirect that calls the asked host by another name of its own", async () => {
  let port = "";
  const server = serve((request) =>
    request.url.endsWith("/there")
      ? new Response("ok")
      : new Response(null, { status: 302, headers: { location: `http://localhost:${port}/there` } })
  );
  port = new URL(server.url).port;
  assertEquals(facts(await probed(server)), { ok: true, status: 200, error: null });
});

Deno.test("probe() gives up a redirect loop", async () => {
  const outcome = await probed(serve(() => new Response(null, { status: 302, headers: { location: "/health" } })));
  assertEquals(facts(outcome), { ok: false, status: null, error: "too many redirects" });
});

Deno.test("probe() names a refused connection", async () => {
  const outcome = await probe(host, asking(host, `http://127.0.0.1:${freePort()}/`), AMPLE_MS, NEVER);
  assertEquals(facts(outcome), { ok: false, status: null, error: "connection refused" });
});

Deno.test("probe() names a connection that is closed without an answer", async () => {
  const outcome = await probed(serveRaw(close));
  assertEquals([outcome.ok, outcome.status], [false, null]);
  assert(/^connection (closed|reset)$/.test(outcome.error ?? ""), String(outcome.error));
});

Deno.test("probe() is not ok where the body is cut off", async () => {
  const cut = serveRaw(async (connection) => {
    await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    close(connection);
  });
  const outcome = await probed(cut);
  assertEquals([outcome.ok, outcome.status], [false, null]);
  assert((outcome.error ?? "").length > 3);
});

Deno.test("probe() says what is wrong with an answer that is no HTTP, in one short line without ports of its own", async () => {
  const ssh = serveRaw((connection) => connection.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9\r\n")));
  const { ok, error } = await probed(ssh);
  assertEquals([ok, error], [false, "invalid HTTP version parsed"]);
});

const HANGS: [string, () => Server][] = [
  ["accepts and says nothing", () => serveRaw(() => {})],
  [
    "sends a body without end",
    () => serve(() => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([65])) }))),
  ],
  [
    "answers a second after the limit",
    () => serve(() => new Promise((resolve) => setTimeout(() => resolve(new Response("late")), 1300))),
  ],
];
for (const [what, server] of HANGS) {
  Deno.test(`probe() gives up a server that ${what}`, async () => {
    const outcome = await probed(server(), 300);
    assertEquals(facts(outcome), { ok: false, status: null, error: "no complete answer within 300 ms" });
    assert(outcome.latencyMs >= 295 && outcome.latencyMs < 15_000, `${outcome.latencyMs}`);
  });
}

Deno.test("probe() measures until the body's end", async () => {
  const slow = serve(() => {
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(new Uint8Array([65]));
        setTimeout(() => stream.close(), 500);
      },
    });
    return new Response(body);
  });
  const outcome = await probed(slow);
  assert(outcome.ok && outcome.latencyMs >= 245, `${outcome.latencyMs}`);
});

Deno.test("probe() rejects with the reason of an abort, and leaves no timer", async () => {
  const clock = handClock();
  const stop = new AbortController();
  await using server = serveRaw(() => {});
  const probing = probe({ clock }, asking(host, server.url), 5000, stop.signal);
  assertEquals(clock.sleepers(), 1);
  stop.abort(new Error("the user said so"));
  await assertRejects(() => probing, Error, "the user said so");
  assertEquals(clock.sleepers(), 0);
});

Deno.test("probe() takes from the latency what this program itself was late by, and tells it", async () => {
  const clock = handClock();
  const get = () => clock.sleep(700).then(() => ({ status: 200, lateMs: 650 }));
  const probing = probe({ clock }, asking({ get }, "http://x/"), 5000, NEVER);
  await clock.advance(700);
  assertEquals(await probing, { ok: true, latencyMs: 50, lateMs: 650, status: 200, error: null });
});

Deno.test("probe() leaves no timer after an answer", async () => {
  const clock = handClock();
  const get = () => clock.sleep(7).then(() => ({ status: 200 }));
  const probing = probe({ clock }, asking({ get }, "http://x/"), 5000, NEVER);
  await clock.advance(7);
  assertEquals(await probing, { ok: true, latencyMs: 7, status: 200, error: null });
  assertEquals(clock.sleepers(), 0);
});
