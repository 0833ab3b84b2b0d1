/** Requests a page as a check declares it, and says whether the answer is the wanted one. */

import type { Dialled, Host, TlsWanted } from "../../host/host.ts";
import { measureLateness } from "../../host/lateness.ts";
import { isRedirect, MOST_REDIRECTS, redirectWithin } from "../../host/redirect.ts";
import type { Answer } from "../kind.ts";
import { dialFor, inWords } from "../tls/dial.ts";
import { type Answered, exchange } from "./exchange.ts";
import { isWanted, SUCCESS } from "./statuses.ts";

export interface PageRequest {
  /** What is requested. */
  url: URL;
  /** Where, whatever host the URL names. */
  at: Pick<Dialled, "host" | "port">;
  tls?: TlsWanted;
  method: string;
  headers: readonly (readonly [name: string, value: string])[];
  /** Statuses and classes. */
  wanted: readonly string[];
  /** What the body must contain; null if that is not asked. */
  text: string | null;
}

/** Follows redirects to their end within the origin that was requested, unless they are wanted themselves. Rejects if no answer came. */
export async function requestPage(
  host: Pick<Host, "dial">,
  request: PageRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const endLateness = measureLateness();
  try {
    const answered = await followed(host, request, signal);
    return { status: answered.status, error: errorOf(answered, request), lateMs: endLateness() };
  } finally {
    endLateness();
  }
}

async function followed(host: Pick<Host, "dial">, request: PageRequest, signal: AbortSignal): Promise<Answered> {
  const { method, wanted } = request;
  // Of another method, nobody knows whether the next page is to be asked with it.
  const follows = method === "GET" || method === "HEAD";
  let { url } = request;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const answered = await ask(host, { ...request, url }, signal);
    const { location, status } = answered;
    if (!follows || !isRedirect(status) || location === null || isWanted(status, wanted)) return answered;
    url = redirectWithin(url, location);
  }
  throw new Error("maximum number of redirects");
}

async function ask(host: Pick<Host, "dial">, request: PageRequest, signal: AbortSignal): Promise<Answered> {
  const { at, tls } = request;
  const line = await dialFor(host, { ...at, ...(tls === undefined ? {} : { tls }) }, signal);
  const giveUp = () => void line.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    signal.throwIfAborted();
    return await exchange(line, request);
  } catch (error) {
    signal.throwIfAborted();
    throw inWords(error, tls);
  } finally {
    signal.removeEventListener("abort", giveUp);
    await line.close();
  }
}

/** Where the host of the URL is. */
export function placeOf({ hostname, port, protocol }: URL): Pick<Dialled, "host" | "port"> {
  const usual = protocol === "https:" ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? usual : Number(port) };
}

function errorOf({ packed, search, status }: Answered, { text, wanted }: PageRequest): string | null {
  if (!isWanted(status, wanted)) {
    return wanted === SUCCESS ? `answered ${status}` : `answered ${status}, and not ${wanted.join(" or ")}`;
  }
  if (search === null || search.isFound) return null;
  if (packed !== null) return `answered ${status}, with a body packed by ${packed}, in which no text can be looked for`;
  return `answered ${status}, without \`${text}\` in ${search.isCut ? "the first MiB of " : ""}its body`;
}
