/** The parts of an HTTP/1.1 answer, read from its bytes. */

import { type ByteReader, Ended, TooLong } from "./byte_reader.ts";

/** The bytes were no answer, or the connection ended. */
export class NoHttp extends Error {}

/** Longer lines, and more headers, are no answer of a server that means well. */
const LONGEST_LINE = 64 * 1024;
const MOST_HEADERS = 1000;

/** Throws NoHttp. */
export async function readStatus(bytes: ByteReader): Promise<number> {
  const line = await readLine(bytes);
  const [, status] = /^HTTP\/1\.[01] (\d{3})\b/.exec(line) ?? [];
  if (status === undefined) throw new NoHttp(`no HTTP but ${JSON.stringify(line.slice(0, 100))}`);
  return Number(status);
}

/** Name in lower case → value; of several with one name the last. Throws NoHttp. */
export async function readHeaders(bytes: ByteReader): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  let count = 0;
  for (let line = await readLine(bytes); line !== ""; line = await readLine(bytes)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    if (++count > MOST_HEADERS) throw new NoHttp(`more than ${MOST_HEADERS} headers`);
  }
  return headers;
}

/**
 * The body, in pieces of at most 64 KiB. Without a length it lasts until the connection ends, for a caller that allows that. Throws
 * NoHttp.
 */
export async function* bodyOf(
  bytes: ByteReader,
  headers: ReadonlyMap<string, string>,
  mayEndUntold = false,
): AsyncGenerator<Uint8Array> {
  try {
    if (isChunked(headers)) return yield* chunks(bytes);
    const length = headers.get("content-length");
    if (length !== undefined || !mayEndUntold) return yield* pieces(bytes, size(length ?? "none", 10));
    for (let piece = await bytes.some(PIECE); piece !== null; piece = await bytes.some(PIECE)) yield piece;
  } catch (error) {
    throw asNoHttp(error);
  }
}

const PIECE = 64 * 1024;

function isChunked(headers: ReadonlyMap<string, string>): boolean {
  return /\bchunked$/i.test(headers.get("transfer-encoding") ?? "");
}

/** Each chunk comes after its size; the empty one is the last, and before it may be a trailer. */
async function* chunks(bytes: ByteReader): AsyncGenerator<Uint8Array> {
  while (true) {
    const [digits = ""] = (await readLine(bytes)).split(";");
    const length = size(digits.trim(), 16);
    if (length === 0) break;
    yield* pieces(bytes, length);
    await readLine(bytes);
  }
  await readHeaders(bytes);
}

async function* pieces(bytes: ByteReader, length: number): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0;) {
    const piece = await bytes.some(Math.min(left, PIECE));
    if (piece === null) throw new Ended();
    left -= piece.length;
    yield piece;
  }
}

async function readLine(bytes: ByteReader): Promise<string> {
  try {
    return await bytes.line(LONGEST_LINE);
  } catch (error) {
    throw asNoHttp(error);
  }
}

function asNoHttp(error: unknown): unknown {
  return error instanceof Ended || error instanceof TooLong ? new NoHttp(error.message) : error;
}

function size(digits: string, radix: 10 | 16): number {
  const isNumber = radix === 10 ? /^\d{1,15}$/ : /^[\da-f]{1,12}$/i;
  if (!isNumber.test(digits)) throw new NoHttp(`no length but ${JSON.stringify(digits.slice(0, 100))}`);
  return Number.parseInt(digits, radix);
}
