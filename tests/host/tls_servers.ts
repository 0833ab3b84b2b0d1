/** Servers on this host that speak TLS, with certificates of tests/fixtures/tls. */

import { fixture } from "../fixtures/read.ts";

export type Cert = "good" | "other" | "expired" | "future" | "self" | "nameless";

/** The authority that has signed them all but `self`. */
export const CA = fixture("tls/ca.pem");

export function certOf(name: Cert): { cert: string; key: string } {
  return { cert: fixture(`tls/${name}.pem`), key: fixture(`tls/${name}.key`) };
}

/** With HTTP/1.1 and HTTP/2. */
export function serveTls(
  name: Cert,
  handler: (request: Request) => Response | Promise<Response> = () => new Response("ok"),
): AsyncDisposable & { port: number } {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {}, ...certOf(name) }, handler);
  return { port: server.addr.port, [Symbol.asyncDispose]: () => server.shutdown() };
}
