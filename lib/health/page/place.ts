/** How a page is requested with more than a GET of its path: from this host, never from inside a container. */

import type { Look } from "../../engine/engine.ts";
import type { TlsWanted } from "../../host/host.ts";
import type { CheckPlace, CheckTools } from "../kind.ts";
import { sentHeaders } from "./headers.ts";
import { furtherKeys, type PageCheck, type Scheme } from "./keys.ts";
import { placeOf, requestPage } from "./request.ts";
import { SUCCESS } from "./statuses.ts";

/** The URL with the name of the server, which it expects as the host of a request that names it in TLS. */
function named(url: URL, name: string | undefined): URL {
  const own = new URL(url);
  if (name !== undefined) own.hostname = name.includes(":") ? `[${name}]` : name;
  return own;
}

interface Target {
  url: URL;
  place: Pick<CheckPlace, "refusedBecause" | "way"> & { confirm?(signal: AbortSignal, limitMs: number): Promise<void> };
}

/** `tls`: how, for the host name of the page's URL; absent for a page without it. Throws EngineError. */
export async function pagePlace(
  tools: CheckTools,
  look: Look,
  check: PageCheck,
  signal: AbortSignal,
  tls?: (hostname: string) => TlsWanted,
): Promise<CheckPlace | { why: string }> {
  const scheme = tls === undefined ? "http" : "https";
  const target = await targetOf(tools, look, check, scheme, signal);
  if ("why" in target) return target;
  const { host } = tools;
  const { place, url } = target;
  const { confirm, refusedBecause, way } = place;
  const { body = null, headers = {}, method = "GET", status = SUCCESS } = check;
  const at = placeOf(url);
  const wantedTls = tls?.(at.host);
  const isInside = way === "host network" || way === "process";
  return {
    what: method === "GET" ? url.href : `${method} ${url.href}`,
    url: url.href,
    way,
    source: "config file",
    baseUrl: url.origin,
    async ask(signal, limitMs) {
      const answer = await requestPage(host, {
        url: named(url, wantedTls?.name),
        at,
        method,
        headers: sentHeaders(headers, host.env),
        wanted: status,
        text: body,
        ...(wantedTls === undefined ? {} : { tls: wantedTls }),
      }, signal);
      await confirm?.(signal, limitMs);
      return answer;
    },
    ...(refusedBecause === undefined ? {} : { refusedBecause }),
    logged: {
      method,
      path: url.pathname + url.search,
      ...(check.status === undefined ? {} : { wanted: check.status }),
      from: isInside ? "loopback" : "gateway",
    },
  };
}

async function targetOf(
  { engine }: CheckTools,
  look: Look,
  check: PageCheck,
  scheme: Scheme,
  signal: AbortSignal,
): Promise<Target | { why: string }> {
  const { path, port, service, url } = check;
  // Whoever answers there: whether that is the service, only the user knows.
  if (url !== undefined) return { url: new URL(url), place: { way: "declared URL" } };
  if (port === undefined) throw new Error("a page without a URL has a port");
  const found = await engine.reach(look, port, signal, "answer");
  if ("why" in found) return found;
  if (found.address !== null) return { url: new URL(`${scheme}://${found.address}${path}`), place: found };
  const what = scheme === "https" ? "no page by https" : `no page with ${furtherKeys(check).join(", ")}`;
  return {
    why:
      `no address of service "${service}" can be reached from here, and ${what} can be requested from inside its container: ` +
      `publish port ${port}, or declare a check of kind exec`,
  };
}
