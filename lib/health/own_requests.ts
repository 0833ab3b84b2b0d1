/** Leaves out of a log for people the lines that a server wrote about this program's own health requests. Pure. */

/** Such lines stay if a person needs to see them: with an answer that is no success, or any word of trouble. */
const TROUBLE = /\b(error|exception|traceback|fatal|critical|panic|fail(ed|ure|s)?|refused|denied|warn(ing)?)\b/i;
// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[[\d;]*m/g;
/** `docker logs --timestamps`. */
const DOCKER_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z /;
/** Method and path as servers write them, then the status: in quotes (uvicorn, nginx, werkzeug) or without (morgan). */
const ACCESS = /(?:^|[\s"])([A-Z]{3,7}) (\S+?)(?: HTTP\/[\d.]+)?"?,? +"?(?:-> ?)?(\d{3})(?=\D|$)/;
const METHOD = /\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)(?= )/;
const ADDRESS = /(?:^|[\s[(=])(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})(?=[\s:\])]|$)/;
/** The user agent in the combined log format. */
const AGENT = /"[^"]*" "([^"-][^"]*)"\s*(?:"[^"]*"\s*)*$/;
const BUSYBOX = /^(?:httpd: ?)?(\S+:\d+): (?:url:(\S+)|response:(\d{3}))$/;

import type { LoggedRequest } from "./kind.ts";
import { isWanted } from "./page/statuses.ts";

export interface Own {
  pages: readonly LoggedRequest[];
  /** The beginning of the User-Agent of this program's requests. */
  agent: string;
}

/** The other lines, and how many were left out. */
export function withoutOwnRequests(lines: readonly string[], own: Own): { lines: string[]; leftOut: number } {
  /** Connections of requests that busybox has logged without their status so far. */
  const open = new Set<string>();
  const kept = lines.filter((line) => !isOwn(line, own, open));
  return { lines: kept, leftOut: lines.length - kept.length };
}

function isOwn(whole: string, own: Own, open: Set<string>): boolean {
  const line = whole.replaceAll(COLOURS, "").replace(DOCKER_TIME, "").trim();
  if (TROUBLE.test(line)) return false;
  const busybox = BUSYBOX.exec(line);
  if (busybox !== null) return isBusybox(busybox, own, open);
  if (line.startsWith("{")) return isOwnJson(line, own);
  const [, method = "", path = "", status = ""] = ACCESS.exec(line) ?? [];
  const pages = pagesOf(own, { method, path, status });
  if (pages.length === 0) return false;
  const agent = AGENT.exec(line)?.[1];
  if (agent !== undefined) return agent.startsWith(own.agent);
  return line.includes(`${own.agent}/`) || isFromHere(ADDRESS.exec(line)?.[1], pages);
}

function isBusybox([, peer = "", path, status]: RegExpExecArray, own: Own, open: Set<string>): boolean {
  if (path !== undefined) {
    const pages = own.pages.filter((page) => page.path === path);
    if (!isFromHere(ADDRESS.exec(peer)?.[1], pages)) return false;
    open.add(peer);
    return true;
  }
  return open.delete(peer) && isSuccess(status ?? "");
}

function isOwnJson(line: string, own: Own): boolean {
  const values = new Map<string, unknown>();
  try {
    collect(JSON.parse(line), values);
  } catch {
    return false;
  }
  const first = (...names: string[]) => names.map((name) => values.get(name)).find((value) => value !== undefined);
  const method = first("method", "requestmethod", "request_method", "verb");
  const path = first("path", "url", "uri", "request_uri", "requesturl", "route");
  const status = first("status", "statuscode", "status_code", "code");
  const request = typeof path === "string" ? path : "";
  const agent = first("user_agent", "useragent", "user-agent", "http_user_agent");
  const asked = typeof method === "string" ? method : METHOD.exec(line)?.[0] ?? "";
  const pages = pagesOf(own, { method: asked, path: request, status: String(status ?? "") });
  if (pages.length === 0) return false;
  if (typeof agent === "string" && agent !== "" && agent !== "-") return agent.startsWith(own.agent);
  const address = first("remote_addr", "remoteaddr", "remoteaddress", "remote_ip", "client", "client_ip", "ip");
  return isFromHere(ADDRESS.exec(typeof address === "string" ? address : "")?.[1], pages);
}

/** The values of an object and of the objects within it; the outermost value of a name comes first. */
function collect(value: unknown, into: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    if (typeof each !== "object" && !into.has(name.toLowerCase())) into.set(name.toLowerCase(), each);
  }
  for (const each of Object.values(value)) collect(each, into);
}

/** The pages of which it may be a request that needs nobody's attention. A GET may be logged as the HEAD that it is answered by. */
function pagesOf({ pages }: Own, asked: { method: string; path: string; status: string }): LoggedRequest[] {
  return pages.filter(({ method = "GET", path, wanted }) => {
    const isMethod = asked.method === method || (method === "GET" && asked.method === "HEAD");
    const isFine = wanted === undefined ? isSuccess(asked.status) : isWanted(Number(asked.status), wanted);
    return isMethod && asked.path === path && isFine;
  });
}

function isSuccess(status: string): boolean {
  return /^[123]\d\d$/.test(status);
}

/**
 * Whether requests for one of the pages come from such an address: the server's loopback, or the gateway of its container's
 * network. Without an address in the line, this program's requests cannot be told from others for the page.
 */
function isFromHere(address: string | undefined, pages: readonly LoggedRequest[]): boolean {
  const from = pages.map((page) => page.from);
  if (address === undefined) return from.length > 0;
  if (address.startsWith("127.")) return from.includes("loopback");
  return from.includes("gateway") && /^(10|172|192)\..*\.1$/.test(address);
}
