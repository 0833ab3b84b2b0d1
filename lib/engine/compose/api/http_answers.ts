/** Reads an HTTP/1.1 server's answers to requests on one connection, in their order. */

import { ByteReader } from "../../../host/byte_reader.ts";
import { bodyOf, readHeaders, readStatus } from "../../../host/http_text.ts";
import { joinBytes } from "../../../text/bytes.ts";

/** `text` is the body, as UTF-8. */
export interface HttpText {
  status: number;
  text: string;
}

/** An answer whose body has not been read yet. Names of headers are in lower case. */
export interface HttpHead {
  status: number;
  headers: ReadonlyMap<string, string>;
}

/** No piece of a body is longer. */
const PIECE = 64 * 1024;

export class HttpAnswers {
  readonly #bytes: ByteReader;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#bytes = new ByteReader(stream);
  }

  /** The next answer, whole. After it throws NoHttp, no other answer can be read. */
  async next(): Promise<HttpText> {
    const head = await this.head();
    return { status: head.status, text: await this.text(head) };
  }

  /**
   * The next answer, and the last one on this connection. If it is 200, its body goes to `onBytes` as it comes; without a length, that is
   * all that comes until the connection ends.
   */
  async last(onBytes: (bytes: Uint8Array) => void): Promise<HttpText> {
    const head = await this.head();
    const { headers, status } = head;
    if (status !== 200) return { status, text: await this.text(head) };
    for await (const piece of bodyOf(this.#bytes, headers, true)) onBytes(piece);
    return { status, text: "" };
  }

  /** The beginning of the next answer. Its body is to be read with `text`, `pieces` or `rest`. */
  async head(): Promise<HttpHead> {
    const status = await readStatus(this.#bytes);
    return { status, headers: await readHeaders(this.#bytes) };
  }

  /** The whole body. */
  async text(head: HttpHead): Promise<string> {
    return new TextDecoder().decode(joinBytes(await Array.fromAsync(this.pieces(head))));
  }

  /** The body piece by piece: no more of it is held. */
  pieces({ headers }: HttpHead): AsyncGenerator<Uint8Array> {
    return bodyOf(this.#bytes, headers);
  }

  /** What comes next, of a body that ends with the connection; null at that end. */
  rest(): Promise<Uint8Array | null> {
    return this.#bytes.some(PIECE);
  }

  /** Ends the reading, including that of a waiting `next`. */
  async close(): Promise<void> {
    await this.#bytes.close();
  }
}
