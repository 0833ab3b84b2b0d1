/** Reads an HTTP/1.1 server's answers to requests on one connection, in their order. */

import { ByteReader } from "../../host/byte_reader.ts";
import { bodyOf, readHeaders, readStatus } from "../../host/http_text.ts";
import { joinBytes } from "../../text/bytes.ts";

/** `text` is the body, as UTF-8. */
export interface HttpText {
  status: number;
  text: string;
}

export class HttpAnswers {
  readonly #bytes: ByteReader;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#bytes = new ByteReader(stream);
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
    for await (const piece of bodyOf(this.#bytes, headers, true)) onBytes(piece);
    return { status, text: "" };
  }

  /** Ends the reading, including that of a waiting `next`. */
  async close(): Promise<void> {
    await this.#bytes.close();
  }

  async #head(): Promise<{ status: number; headers: Map<string, string> }> {
    const status = await readStatus(this.#bytes);
    return { status, headers: await readHeaders(this.#bytes) };
  }

  async #text(headers: ReadonlyMap<string, string>): Promise<string> {
    return new TextDecoder().decode(joinBytes(await Array.fromAsync(bodyOf(this.#bytes, headers))));
  }
}
