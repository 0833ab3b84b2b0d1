import { assert, assertEquals, assertRejects } from "@std/assert";
import type { WaitOptions } from "../../lib/health/wait.ts";
import { waitReady } from "../../lib/health/wait.ts";
import { denoHost } from "../../lib/host/deno.ts";
import { directClient } from "../../lib/host/deno_get.ts";
import { asking } from "./asking.ts";
import { freePort, serve, serveRaw } from "./servers.ts";

const host = denoHost();
/** Made outside of the tests, since it outlives each of them. */
directClient();

function options(url: string, over: Partial<WaitOptions> = {}): WaitOptions {
  const never = new AbortController().signal;
  return { ask: asking(host, url), timeoutMs: 30_000, probeTimeoutMs: 20_000, signal: never, hopeless: never, ...over };
}

Deno.test("waitReady() is ready at the first 2xx", async () => {
  await using server = serve(() => new Response("ok"));
  const outcome = await waitReady(host, options(server.url));
  assert(outcome.ready);
  assertEquals(outcome.attempts, 1);
  assert(outcome.afterMs > 0);
});

Deno.test("waitReady() asks again until it is ready, without ever waiting long in between", async () => {
  const asked: number[] = [];
  const began = performance.now();
  await using server = serve(() => {
    asked.push(performance.now() - began);
    return new Response("", { status: performance.now() - began < 1500 ? 503 : 200 });
  });
  const outcome = await waitReady(host, options(server.url));
  assert(outcome.ready);
  assertEquals(outcome.attempts, asked.length);
  assert(Math.abs(outcome.afterMs - (asked.at(-1) ?? 0)) < 1000, `${outcome.afterMs}`);
  // Pauses of 20, 40, 80 and then 100 ms, down to half of that: more at first, and no more than these.
  assert(asked.length >= 5 && asked.length <= 45, `${asked.length} attempts`);
  // Without the cap each pause after 700 ms were over 600 ms; on a busy machine, one of several is below.
  const pauses = asked.slice(1).map((at, index) => ({ from: asked[index] ?? 0, ms: at - (asked[index] ?? 0) }));
  assert(Math.min(...pauses.filter(({ from }) => from > 700).map(({ ms }) => ms)) < 400, asked.join(" "));
});

Deno.test("waitReady() sees a server that only begins to listen", async () => {
  const port = freePort();
  const waiting = waitReady(host, options(`http://127.0.0.1:${port}/health`));
  await new Promise((resolve) => setTimeout(resolve, 200));
  await using _server = serve(() => new Response("ok"), port);
  const outcome = await waiting;
  assert(outcome.ready && outcome.attempts >= 2);
});

Deno.test("waitReady() at its limit gives the last answer seen", async () => {
  let asked = 0;
  await using server = serve(() => new Response("", { status: ++asked < 3 ? 500 : 404 }));
  const outcome = await waitReady(host, options(server.url, { timeoutMs: 800 }));
  assert(!outcome.ready);
  assertEquals([outcome.limit, outcome.last], ["timeout", "answered 404"]);
  assert(outcome.afterMs >= 795 && outcome.afterMs < 15_000, `${outcome.afterMs}`);
});

Deno.test("waitReady() keeps its limit where a request hangs for longer", async () => {
  await using server = serveRaw(() => {});
  const outcome = await waitReady(host, options(server.url, { timeoutMs: 400 }));
  assert(!outcome.ready);
  assertEquals([outcome.limit, outcome.attempts], ["timeout", 1]);
  assert(outcome.afterMs >= 395 && outcome.afterMs < 15_000, `${outcome.afterMs}`);
});

Deno.test("waitReady() gives up one hanging request and asks again", async () => {
  let asked = 0;
  await using server = serve(() =>
    ++asked === 1
      ? new Promise<Response>((resolve) => setTimeout(() => resolve(new Response("")), 1500))
      : new Response("ok")
  );
  const outcome = await waitReady(host, options(server.url, { probeTimeoutMs: 300 }));
  assert(outcome.ready);
  assertEquals(outcome.attempts, 2);
});

Deno.test("waitReady() ends at once when waiting has become useless, also in the middle of a request", async () => {
  const over = new AbortController();
  await using server = serveRaw(() => over.abort());
  const outcome = await waitReady(host, options(server.url, { hopeless: over.signal }));
  assert(!outcome.ready);
  assertEquals(outcome.limit, "exited");
  assert(outcome.afterMs < 15_000, `${outcome.afterMs}`);
});

Deno.test("waitReady() asks nothing where waiting was useless from the beginning", async () => {
  let asked = 0;
  await using server = serve(() => new Response(`${++asked}`));
  const outcome = await waitReady(host, options(server.url, { hopeless: AbortSignal.abort() }));
  assertEquals([outcome.ready, outcome.attempts, asked], [false, 0, 0]);
});

Deno.test("waitReady() rejects with the reason of the user's abort, though it is hopeless too", async () => {
  const stop = new AbortController();
  await using server = serveRaw(() => stop.abort(new Error("Ctrl+C")));
  await assertRejects(() => waitReady(host, options(server.url, { signal: stop.signal })), Error, "Ctrl+C");
  const both = { signal: stop.signal, hopeless: AbortSignal.abort() };
  await assertRejects(() => waitReady(host, options(server.url, both)), Error, "Ctrl+C");
});
