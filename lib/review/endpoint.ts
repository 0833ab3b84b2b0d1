/** The chat-completions endpoint that the user names, checked before anything is sent there. No message has the key. */

import type { Host } from "../host/host.ts";
import { usageFailure } from "../model/failure.ts";
import { shown } from "../text/shown.ts";

export const KEY_VARIABLE = "DEEPSEEK_API_KEY";
export const URL_VARIABLE = "DEEPSEEK_BASE_URL";
const DEEPSEEK = "https://api.deepseek.com";

export interface Endpoint {
  /** Where the request goes. */
  url: string;
  key: string | null;
  /** On this host: requests use no proxy. */
  isLocal: boolean;
  /** A warning for the user; null if there is none. */
  warning: string | null;
}

/** `given`: the value of --endpoint. null if no endpoint is named. Throws a usage Failure if the named one is invalid. */
export function readEndpoint({ env }: Pick<Host, "env">, given: string | undefined): Endpoint | null {
  const key = readKey(env(KEY_VARIABLE) ?? "");
  const named = given ?? env(URL_VARIABLE) ?? "";
  if (named === "" && key === null) return null;
  const what = given === undefined ? URL_VARIABLE : "--endpoint";
  const url = readUrl(what, named === "" ? DEEPSEEK : named);
  const isLocal = isLoopback(url.hostname);
  const isOpen = url.protocol === "http:" && !isLocal;
  if (isOpen && key !== null) {
    throw usageFailure(
      `${what} is ${shown(named)}: over http:// the key would be readable on its way`,
      `Use https://, or leave ${KEY_VARIABLE} unset if the endpoint needs no key`,
    );
  }
  return {
    url: url.href,
    key,
    isLocal,
    warning: isOpen ? `${url.origin} is not this host and not https: what is sent is readable on its way` : null,
  };
}

function readKey(text: string): string | null {
  const key = text.trim();
  if (key === "") return null;
  const odd = [...key].findIndex((char) => !/[\x21-\x7e]/.test(char));
  if (odd < 0) return key;
  throw usageFailure(`${KEY_VARIABLE} has a character that no key has, at position ${odd + 1}`, "Set it again");
}

/** The base URL with `/chat/completions` at its end, added if missing. */
function readUrl(what: string, text: string): URL {
  const refused = (why: string, next: string) => usageFailure(`${what} ${why}`, next);
  const example = "Give a base URL, such as https://api.deepseek.com or http://localhost:11434/v1";
  const url = URL.parse(text);
  if (url === null) throw refused(`is ${shown(text)}, it must be a URL`, example);
  if (url.username !== "" || url.password !== "") {
    throw refused("holds a user name or a password", `Take it out, and put the key into ${KEY_VARIABLE}`);
  }
  if (url.search !== "" || url.hash !== "") throw refused("holds a query or a fragment", example);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refused(`is ${shown(text)}, it must begin with https:// or http://`, example);
  }
  // A `?` or `#` with nothing behind it is no query or fragment, but would stay at the end of the URL.
  url.search = url.hash = "";
  const path = url.pathname.replace(/(?<!\/)\/+$/, "");
  url.pathname = path.endsWith("/chat/completions") ? path : `${path}/chat/completions`;
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
    /^127(\.\d+){3}$/.test(hostname);
}
