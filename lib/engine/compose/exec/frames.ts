/**
 * What a command in a container prints, as the engine sends it: pieces of both streams, each behind a header of eight bytes,
 * which are the stream's number, three zeros, and the length. Pure. Source: "Attach to a container" in Docker's API.
 */

import { joinBytes } from "../../../text/bytes.ts";

const HEADER_BYTES = 8;

/** The bytes were no such stream. */
export class NoStream extends Error {}

/** A part of what came on one of the streams. */
export interface Piece {
  isError: boolean;
  bytes: Uint8Array;
}

export class Frames {
  #header: Uint8Array = new Uint8Array();
  #isError = false;
  /** How many bytes of the current piece are still to come. */
  #left = 0;

  /** The pieces in these bytes, whole or not, in the order in which they came. Throws NoStream. */
  *push(bytes: Uint8Array): Generator<Piece> {
    for (let rest = bytes; rest.length > 0;) {
      const wanted = this.#left > 0 ? this.#left : HEADER_BYTES - this.#header.length;
      const part = rest.subarray(0, wanted);
      rest = rest.subarray(part.length);
      if (this.#left > 0) {
        this.#left -= part.length;
        yield { isError: this.#isError, bytes: part };
      } else this.#addHeader(part);
    }
  }

  #addHeader(part: Uint8Array): void {
    this.#header = joinBytes([this.#header, part]);
    if (this.#header.length < HEADER_BYTES) return;
    const view = new DataView(this.#header.buffer);
    const [stream, ...zeros] = this.#header.subarray(0, 4);
    if (stream === undefined || stream > 2 || zeros.some((byte) => byte !== 0)) {
      throw new NoStream("the engine sends no streams of a command");
    }
    this.#isError = stream === 2;
    this.#left = view.getUint32(4);
    this.#header = new Uint8Array();
  }
}
