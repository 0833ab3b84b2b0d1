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
    const line = await this.#line();
    const [, status] = /^HTTP\/1\.[01] (\d{3})\b/.exec(line) ?? [];
    if (status === undefined) throw new NoHttp(`no HTTP but ${JSON.stringify(line.slice(0, 100))}`);
    const headers = await this.#headers();
    const length = headers.get("content-length");
    const body = /\bchunked$/i.test(headers.get("transfer-encoding") ?? "")
      ? await this.#chunks()
      : await this.#take(size(length ?? "none", 10));
    return { status: Number(status), text: new TextDecoder().decode(body) };
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
  async #chunks(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    while (true) {
      const [digits = ""] = (await this.#line()).split(";");
      const length = size(digits.trim(), 16);
      if (length === 0) break;
      chunks.push(await this.#take(length));
      await this.#line();
    }
    await this.#headers();
    return joinBytes(chunks);
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
    const { done, value } = await this.#reader.read();
    if (done) throw new NoHttp("the connection ended");
    if (this.#end + value.length > this.#bytes.length) {
      const rest = this.#bytes.subarray(this.#start, this.#end);
      const roomier = new Uint8Array(Math.max(LEAST_ROOM, 2 * (rest.length + value.length)));
      roomier.set(rest);
      [this.#bytes, this.#start, this.#end] = [roomier, 0, rest.length];
    }
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
  }
}

function size(digits: string, radix: 10 | 16): number {
  const isNumber = radix === 10 ? /^\d{1,15}$/ : /^[\da-f]{1,12}$/i;
  if (!isNumber.test(digits)) throw new NoHttp(`no length but ${JSON.stringify(digits.slice(0, 100))}`);
  return Number.parseInt(digits, radix);
}
