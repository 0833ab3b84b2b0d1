/**
 * One request to a chat-completions endpoint, within its time. It is repeated if the endpoint says that it is busy; every other
 * error becomes a Failure. No message contains anything from which the key could be read.
 */

import { retry, RetryError } from "@std/async";
import { duration } from "../text/units.ts";
import { anySignal } from "../host/any_signal.ts";
import type { Host, PostAnswer } from "../host/host.ts";
import { environmentFailure, type Failure } from "../model/failure.ts";
import { errorMessage } from "./answer.ts";
import { cut } from "../report/escape.ts";
import { type Endpoint, KEY_VARIABLE } from "./endpoint.ts";

export const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 1000;
/** If the endpoint asks for a longer wait, the user is told so instead. */
export const LONGEST_PAUSE_MS = 60_000;
/** Includes what an endpoint sends to keep the connection open. */
const MOST_ANSWER_BYTES = 4 * 2 ** 20;

export interface AskOptions {
  body: string;
  /** The time for each attempt. */
  limitMs: number;
  signal: AbortSignal;
  /** Called before a pause. */
  onPause: (why: string, ms: number) => void;
  /** Takes the key out of foreign text. */
  clean: (text: string) => string;
}

type AskHost = Pick<Host, "clock" | "post">;

/** The endpoint may answer later. */
class Busy extends Error {
  readonly askedMs: number | null;

  constructor(what: string, askedMs: number | null) {
    super(what);
    this.name = "Busy";
    this.askedMs = askedMs;
  }
}

/** The text of an answer with status 200. Rejects with the signal's reason on abort. */
export async function ask(host: AskHost, endpoint: Endpoint, options: AskOptions): Promise<string> {
  let tries = 0;
  let pauseMs = 0;
  const attempt = async () => {
    if (pauseMs > 0) await host.clock.sleep(pauseMs, options.signal);
    try {
      return await post(host, endpoint, options);
    } catch (error) {
      tries++;
      if (error instanceof Busy) pauseMs = pauseAfter(error, tries);
      if (error instanceof Busy && tries < ATTEMPTS && pauseMs <= LONGEST_PAUSE_MS) {
        options.onPause(error.message, pauseMs);
      }
      throw error;
    }
  };
  try {
    // `attempt` makes the pauses itself, since the endpoint may say how long to wait.
    const isRetriable = (error: unknown) => error instanceof Busy && (error.askedMs ?? 0) <= LONGEST_PAUSE_MS;
    return await retry(attempt, { maxAttempts: ATTEMPTS, minTimeout: 0, signal: options.signal, isRetriable });
  } catch (error) {
    options.signal.throwIfAborted();
    const last = error instanceof RetryError ? error.cause : error;
    if (!(last instanceof Busy)) throw last;
    const asked = last.askedMs === null ? "" : `, and asks to wait ${duration(last.askedMs)}`;
    throw refused(`${last.message} (asked ${tries === 1 ? "once" : `${tries} times`})${asked}`, "Try again later");
  }
}

/** There is a pause even if the endpoint asks for none. */
function pauseAfter({ askedMs }: Busy, tries: number): number {
  return askedMs === null ? FIRST_PAUSE_MS * 2 ** (tries - 1) : Math.max(FIRST_PAUSE_MS, askedMs);
}

function refused(what: string, next: string): Failure {
  return environmentFailure(`No review: ${what}`, `${next}. Nothing was changed`);
}

async function post(host: AskHost, endpoint: Endpoint, options: AskOptions): Promise<string> {
  const limit = new AbortController();
  const timer = host.clock.sleep(options.limitMs, limit.signal).then(() => limit.abort(), () => {});
  try {
    const answer = await host.post({
      url: endpoint.url,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...(endpoint.key === null ? {} : { authorization: `Bearer ${endpoint.key}` }),
      },
      body: options.body,
      direct: endpoint.isLocal,
      maxBytes: MOST_ANSWER_BYTES,
    }, anySignal([limit.signal, options.signal]));
    return taken(host, endpoint, answer, options.clean);
  } catch (error) {
    options.signal.throwIfAborted();
    if (limit.signal.aborted) {
      throw refused(
        `${originOf(endpoint)} gave no whole answer within ${duration(options.limitMs)}`,
        "Raise --wait-sec, or name a faster --model",
      );
    }
    if (!(error instanceof TypeError)) throw error;
    throw refused(
      `${originOf(endpoint)} cannot be reached: ${options.clean(reasonOf(error))}`,
      "Check the network, and the endpoint; --dry-run shows what would be sent",
    );
  } finally {
    limit.abort();
    await timer;
  }
}

function originOf({ url }: Endpoint): string {
  return new URL(url).origin;
}

/** The end of fetch's message; the part before it has the whole URL. */
function reasonOf(error: TypeError): string {
  return cut(error.message.replace(/^.*client error \([^)]*\): /s, "").replaceAll(/\s+/g, " "), 200);
}

/** Throws unless the status is 200. */
function taken(
  { clock }: Pick<Host, "clock">,
  endpoint: Endpoint,
  { cut: isCut, header, status, text }: PostAnswer,
  clean: (text: string) => string,
): string {
  const origin = originOf(endpoint);
  if (status === 200) {
    if (!isCut) return text;
    throw refused(`the answer of ${origin} is longer than ${MOST_ANSWER_BYTES} bytes`, "Name another --model");
  }
  const said = errorMessage(text);
  const answered = `${origin} answered ${status}`;
  const withText = said === null ? answered : `${answered}: ${cut(clean(said).replaceAll(/\s+/g, " "), 300)}`;
  if (status === 429 || status >= 500) throw new Busy(withText, waitOf(header("retry-after"), clock.wall()));
  // The endpoint's message about a key may contain a part of it.
  if (status === 401 || status === 403) {
    const why = endpoint.key === null ? "it asks for a key" : "it does not accept the key";
    throw refused(`${answered}: ${why}`, `Set ${KEY_VARIABLE} to a key of this endpoint`);
  }
  if (status >= 300 && status < 400) {
    const to = URL.parse(header("location") ?? "", endpoint.url);
    const where = to === null ? "" : ` to ${clean(cut(to.origin + to.pathname, 200))}`;
    throw refused(`${answered}, a redirect${where}, which is not followed`, "Name that one, if you trust it");
  }
  if (status === 404) {
    throw refused(withText, "Check --endpoint, which mostly ends with /v1, and --model");
  }
  throw refused(withText, "Check --endpoint and --model");
}

/** `Retry-After`: seconds, or a date; null if it is missing or unreadable. */
function waitOf(text: string | null, now: number): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
