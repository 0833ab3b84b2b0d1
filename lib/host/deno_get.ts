/** Health requests of the real host: one GET each, on a connection of its own, straight to the address. */

import type { HttpAnswer } from "./host.ts";
import { measureLateness } from "./lateness.ts";
import { isRedirect, MOST_REDIRECTS, redirectWithin } from "./redirect.ts";
import { AGENT } from "./user_agent.ts";

/**
 * A body up to this size is read in one go, which costs half of reading it as a stream; a larger one is never held as a
 * whole.
 */
const SMALL_BODY_BYTES = 64 * 1024;

let client: Deno.HttpClient | null = null;

/**
 * The client of all requests, made at the first of them: making one for each would double the cost of a request. It
 * connects straight to the address, since a proxy of the environment (HTTP_PROXY) cannot know this host's loopback.
 * Every request has a new connection, since the server may close a kept one at the moment it is used again.
 */
export function directClient(): Deno.HttpClient {
  if (client !== null) return client;
  const names = ["NO_PROXY", "no_proxy"];
  const before = names.map((name) => Deno.env.get(name));
  // The proxies are read from the environment when the client is made, and there is no option to have none.
  for (const name of names) Deno.env.set(name, "0.0.0.0/0,::/0,*");
  try {
    client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    return client;
  } finally {
    for (const [index, name] of names.entries()) {
      const value = before[index];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

export async function get(url: string, signal: AbortSignal, version = "dev"): Promise<HttpAnswer> {
  const endLateness = measureLateness();
  try {
    const response = await followed(url, signal, { "user-agent": `${AGENT}/${version}` });
    await readToEnd(response);
    return { status: response.status, lateMs: endLateness() };
  } finally {
    endLateness();
  }
}

/**
 * Follows redirects to their end within the origin that was requested: an answer from elsewhere is another service's.
 */
async function followed(url: string, signal: AbortSignal, headers: Record<string, string>): Promise<Response> {
  let at = new URL(url);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await fetch(at, { signal, client: directClient(), headers, redirect: "manual" });
    const location = response.headers.get("location");
    if (!isRedirect(response.status) || location === null) return response;
    await response.body?.cancel();
    at = redirectWithin(at, location);
  }
  throw new Error("maximum number of redirects");
}

/** Reads to the end, since a body that never ends is not a healthy answer. */
async function readToEnd(response: Response): Promise<void> {
  if (response.body === null) return;
  // Without a length, or with packed content, it is not known how much will come.
  const length = response.headers.get("content-length");
  const packed = response.headers.has("content-encoding");
  if (length !== null && !packed && Number(length) <= SMALL_BODY_BYTES) await response.arrayBuffer();
  else for await (const _ of response.body);
}
