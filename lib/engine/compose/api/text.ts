/** Texts of the engine's API: what it is asked, and what it says. Pure. */

import { recordOf, textOf } from "../../../values/json.ts";

/** A request by HTTP/1.1, whole. `body` is sent as JSON. */
export function requestBytes(method: "GET" | "POST", path: string, body?: unknown): Uint8Array {
  const encoder = new TextEncoder();
  const text = body === undefined ? "" : `${JSON.stringify(body)}\n`;
  const length = encoder.encode(text).length;
  const about = body === undefined ? "" : `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;
  return encoder.encode(`${method} ${path} HTTP/1.1\r\nHost: docker\r\n${about}\r\n${text}`);
}

/** The id of what was made; null if the answer has none. */
export function idIn(text: string): string | null {
  const id = textOf(jsonOf(text)["Id"]);
  return id !== null && /^\w+$/.test(id) ? id : null;
}

/** Why the engine refused; null if the answer does not say. */
export function messageIn(text: string): string | null {
  return textOf(jsonOf(text)["message"]);
}

/** Empty if it is no JSON object. */
function jsonOf(text: string): Record<string, unknown> {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return {};
  }
}
