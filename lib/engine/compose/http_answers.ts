/** Reads an HTTP/1.1 server's answers to requests on one connection, in their order. */

import { joinBytes } from "../../text/bytes.ts";

/** `text` is the body, as UTF-8. */
export interface HttpText {
  status: number;
  text: string;
}

/** The bytes were no answer, or the connection ended. */
export class NoHttp extends Error {}

const CR = 13;
const LF = 10;
const LEAST_ROOM = 4096;

export class HttpAnswers {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The bytes that came and were not taken yet are those from `#start` to `#end`. */
  #bytes: Uint8Array = new Uint8Array();
  #start = 0;
  #end = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next answer, whole. After it throws NoHttp, no other answer can be read. */
  async next(): Promise<HttpText> {
    const { headers, status } = await this.#head();
    return { status, text: await this.#text(headers) };
  }

  /**
   * The next answer, and the last one on this connection. If it is 200, its body goes to `onBytes` as it comes; without a length, that is
   * all that comes until the connection ends.
   */
  async last(onBytes: (bytes: Uint8Array) => void): Promise<HttpText> {
    const { headers, status } = await this.#head();
    if (status !== 200) return { status, text: await this.#text(headers) };
    if (isChunked(headers)) await this.#chunks(onBytes);
    else if (headers.has("content-length")) onBytes(await this.#sized(headers));
    else await this.#untilEnd(onBytes);
    return { status, text: "" };
  }

  async #head(): Promise<{ status: number; headers: Map<string, string> }> {
    const line = await this.#line();
    const [, status] = /^HTTP\/1\.[01] (\d{3})\b/.exec(line) ?? [];
    if (status === undefined) throw new NoHttp(`no HTTP but ${JSON.stringify(line.slice(0, 100))}`);
    return { status: Number(status), headers: await this.#headers() };
  }

  async #text(headers: ReadonlyMap<string, string>): Promise<string> {
    const chunks: Uint8Array[] = [];
    if (isChunked(headers)) await this.#chunks((chunk) => chunks.push(chunk));
    else chunks.push(await this.#sized(headers));
    return new TextDecoder().decode(joinBytes(chunks));
  }

  async #sized(headers: ReadonlyMap<string, string>): Promise<Uint8Array> {
    return await this.#take(size(headers.get("content-length") ?? "none", 10));
  }

  async #untilEnd(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    do {
      if (this.#end > this.#start) onBytes(await this.#take(this.#end - this.#start));
    } while (await this.#hasMore());
  }

  /** Ends the reading, including that of a waiting `next`. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  /** Name in lower case → value. */
  async #headers(): Promise<Map<string, string>> {
    const headers = new Map<string, string>();
    for (let line = await this.#line(); line !== ""; line = await this.#line()) {
      const colon = line.indexOf(":");
      if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    return headers;
  }

  /** The chunks, each after its size, up to the empty chunk and any trailer. */
  async #chunks(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    while (true) {
      const [digits = ""] = (await this.#line()).split(";");
      const length = size(digits.trim(), 16);
      if (length === 0) break;
      onBytes(await this.#take(length));
      await this.#line();
    }
    await this.#headers();
  }

  /** Up to the next line end, without it. */
  async #line(): Promise<string> {
    let end = this.#bytes.subarray(0, this.#end).indexOf(LF, this.#start);
    while (end < 0) {
      const seen = this.#end - this.#start;
      await this.#more();
      end = this.#bytes.subarray(0, this.#end).indexOf(LF, this.#start + seen);
    }
    const line = await this.#take(end + 1 - this.#start);
    return new TextDecoder().decode(line.subarray(0, line.at(-2) === CR ? -2 : -1));
  }

  async #take(length: number): Promise<Uint8Array> {
    while (this.#end - this.#start < length) await this.#more();
    const taken = this.#bytes.slice(this.#start, this.#start + length);
    this.#start += length;
    return taken;
  }

  /** Makes room for twice as much as there is, so that a body in many pieces is not copied with each piece. */
  async #more(): Promise<void> {
    if (!await this.#hasMore()) throw new NoHttp("the connection ended");
  }

  /** false: the connection ended. */
  async #hasMore(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    if (this.#end + value.length > this.#bytes.length) {
      const rest = this.#bytes.subarray(this.#start, this.#end);
      const roomier = new Uint8Array(Math.max(LEAST_ROOM, 2 * (rest.length + value.length)));
      roomier.set(rest);
      [this.#bytes, this.#start, this.#end] = [roomier, 0, rest.length];
    }
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
    return true;
  }
}

function isChunked(headers: ReadonlyMap<string, string>): boolean {
  return /\bchunked$/i.test(headers.get("transfer-encoding") ?? "");
}

function size(digits: string, radix: 10 | 16): number {
  const isNumber = radix === 10 ? /^\d{1,15}$/ : /^[\da-f]{1,12}$/i;
  if (!isNumber.test(digits)) throw new NoHttp(`no length but ${JSON.stringify(digits.slice(0, 100))}`);
  return Number.parseInt(digits, radix);
}
