/** Reads a stream of bytes by lines and by lengths. */

/** The stream ended before what was to be read. */
export class Ended extends Error {
  constructor() {
    super("the connection ended");
  }
}

/** A line is longer than the caller takes. */
export class TooLong extends Error {}

const CR = 13;
const LF = 10;
const LEAST_ROOM = 4096;

export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The bytes that came and were not taken yet are those from `#start` to `#end`. */
  #bytes: Uint8Array<ArrayBufferLike> = new Uint8Array();
  #start = 0;
  #end = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Up to the next line end, without it, as UTF-8. Throws Ended, and TooLong. */
  async line(most = Infinity): Promise<string> {
    let end = this.#bytes.subarray(0, this.#end).indexOf(LF, this.#start);
    while (end < 0) {
      const seen = this.#end - this.#start;
      if (seen > most) throw new TooLong(`a line of over ${most} bytes`);
      await this.#need();
      end = this.#bytes.subarray(0, this.#end).indexOf(LF, this.#start + seen);
    }
    const line = await this.take(end + 1 - this.#start);
    return new TextDecoder().decode(line.subarray(0, line.at(-2) === CR ? -2 : -1));
  }

  /** Throws Ended. */
  async take(length: number): Promise<Uint8Array> {
    while (this.#end - this.#start < length) await this.#need();
    const taken = this.#bytes.slice(this.#start, this.#start + length);
    this.#start += length;
    return taken;
  }

  /** What has come, at least one byte and at most so many; null at the end. */
  async some(most: number): Promise<Uint8Array | null> {
    if (this.#start === this.#end && !await this.#more()) return null;
    return await this.take(Math.min(most, this.#end - this.#start));
  }

  /** Ends the reading, including one that waits. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  async #need(): Promise<void> {
    if (!await this.#more()) throw new Ended();
  }

  /** Makes room for twice as much as there is, so that a body in many pieces is not copied with each piece. */
  async #more(): Promise<boolean> {
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
