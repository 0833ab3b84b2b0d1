/** One request by HTTP/1.1, and its answer, on a connection of its own. */

import { ByteReader } from "../../host/byte_reader.ts";
import type { Line } from "../../host/host.ts";
import { bodyOf, readHeaders, readStatus } from "../../host/http_text.ts";
import { AGENT } from "../../host/user_agent.ts";
import { TextSearch } from "./text_search.ts";

export interface Asked {
  method: string;
  /** With its path and query; its host is sent as such. */
  url: URL;
  headers: readonly (readonly [name: string, value: string])[];
  /** A text that is looked for in the body; null if none is. */
  text: string | null;
}

export interface Answered {
  status: number;
  location: string | null;
  /** What came of looking for the text; null if none was looked for. */
  search: TextSearch | null;
  /** How the body is packed; null if it is not. */
  packed: string | null;
}

/** Reads the answer to its end. Throws NoHttp. */
export async function exchange(line: Line, asked: Asked): Promise<Answered> {
  const bytes = new ByteReader(line.readable);
  const writing = line.write(new TextEncoder().encode(requestText(asked)));
  // The answer may say more than that it could not be written.
  writing.catch(() => {});
  const { headers, status } = await head(bytes);
  const search = asked.text === null ? null : new TextSearch(asked.text);
  if (hasBody(asked.method, status)) {
    for await (const piece of bodyOf(bytes, headers, true)) search?.add(piece);
  }
  return { status, location: headers.get("location") ?? null, search, packed: packingOf(headers) };
}

/** Of the answer itself, after any that only say that it will come. */
async function head(bytes: ByteReader): Promise<{ status: number; headers: Map<string, string> }> {
  while (true) {
    const status = await readStatus(bytes);
    const headers = await readHeaders(bytes);
    if (status >= 200 || status === 101) return { status, headers };
  }
}

function hasBody(method: string, status: number): boolean {
  return method !== "HEAD" && status !== 204 && status !== 304 && status !== 101;
}

function packingOf(headers: ReadonlyMap<string, string>): string | null {
  const packing = headers.get("content-encoding")?.toLowerCase() ?? "identity";
  return packing === "identity" || packing === "" ? null : packing;
}

/** Headers that are declared replace this program's own. */
function requestText({ headers, method, url }: Asked): string {
  const declared = headers.map(([name]) => name.toLowerCase());
  const own: [string, string][] = [
    ["Host", url.host],
    ["User-Agent", `${AGENT}/check`],
    ["Accept", "*/*"],
    ["Accept-Encoding", "identity"],
  ];
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    ...[...own.filter(([name]) => !declared.includes(name.toLowerCase())), ...headers].map(([name, value]) =>
      `${name}: ${value}`
    ),
    ...(["POST", "PUT", "PATCH"].includes(method) ? ["Content-Length: 0"] : []),
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}
