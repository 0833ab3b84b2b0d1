/**
 * What a command in a container prints, as the engine sends it: pieces of both streams, each behind a header of eight bytes,
 * which are the stream's number, three zeros, and the length. Pure. Source: "Attach to a container" in Docker's API.
 */

import { Tail } from "../../host/tail.ts";
import { joinBytes } from "../../text/bytes.ts";

const HEADER_BYTES = 8;
/** How much of each stream is kept at most: its beginning and its end. */
const HEAD_BYTES = 2 ** 20;
const TAIL_BYTES = 2 ** 16;

/** The bytes were no such stream. */
export class NoStream extends Error {}

/** Keeps the first and the last of a long text. */
class Kept {
  readonly #head: Uint8Array[] = [];
  readonly #tail = new Tail(TAIL_BYTES);
  #headBytes = 0;

  add(bytes: Uint8Array): void {
    const head = bytes.slice(0, HEAD_BYTES - this.#headBytes);
    if (head.length > 0) this.#head.push(head);
    this.#headBytes += head.length;
    this.#tail.add(bytes.subarray(head.length));
  }

  get text(): string {
    return new TextDecoder().decode(joinBytes([...this.#head, this.#tail.rest(this.#headBytes)]));
  }
}

export class ExecStream {
  readonly #kept = { stdout: new Kept(), stderr: new Kept() };
  #header: Uint8Array = new Uint8Array();
  #stream: "stdout" | "stderr" = "stdout";
  /** How many bytes of the current piece are still to come. */
  #left = 0;

  /** Throws NoStream. */
  add(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0;) {
      const wanted = this.#left > 0 ? this.#left : HEADER_BYTES - this.#header.length;
      const part = rest.subarray(0, wanted);
      rest = rest.subarray(part.length);
      if (this.#left > 0) {
        this.#kept[this.#stream].add(part);
        this.#left -= part.length;
      } else this.#addHeader(part);
    }
  }

  get stdout(): string {
    return this.#kept.stdout.text;
  }

  get stderr(): string {
    return this.#kept.stderr.text;
  }

  #addHeader(part: Uint8Array): void {
    this.#header = joinBytes([this.#header, part]);
    if (this.#header.length < HEADER_BYTES) return;
    const view = new DataView(this.#header.buffer);
    const [stream, ...zeros] = this.#header.subarray(0, 4);
    if (stream === undefined || stream > 2 || zeros.some((byte) => byte !== 0)) {
      throw new NoStream("the engine sends no streams of a command");
    }
    this.#stream = stream === 2 ? "stderr" : "stdout";
    this.#left = view.getUint32(4);
    this.#header = new Uint8Array();
  }
}
