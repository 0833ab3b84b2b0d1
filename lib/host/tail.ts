/**
 * The last bytes of an output that is too long to be kept whole: pytest, and most programs that fail, say why at the
 * end.
 */

/** How much of the part that is kept of an output is its end. */
export function tailBytes(maxBytes: number): number {
  return Math.floor(maxBytes / 16);
}

const LINE_END = 10;

/** The size at first: most outputs have no more after their first part, which is kept elsewhere. */
const FIRST_BYTES = 4096;

export class Tail {
  readonly #most: number;
  /** Grows with what is added, up to the most; from then on it is written in a circle. */
  #ring = new Uint8Array();
  #added = 0;

  constructor(bytes: number) {
    this.#most = bytes;
  }

  add(data: Uint8Array): void {
    this.#makeRoom(this.#added + data.length);
    const size = this.#ring.length;
    const kept = data.subarray(Math.max(0, data.length - size));
    const at = size === 0 ? 0 : (this.#added + data.length - kept.length) % size;
    const first = kept.subarray(0, size - at);
    this.#ring.set(first, at);
    this.#ring.set(kept.subarray(first.length), 0);
    this.#added += data.length;
  }

  #makeRoom(bytes: number): void {
    const size = this.#ring.length;
    if (bytes <= size || size === this.#most || bytes === 0) return;
    const wider = new Uint8Array(Math.min(this.#most, Math.max(FIRST_BYTES, 2 * size, bytes)));
    // The circle has not gone round yet: what was added is at its beginning.
    wider.set(this.#ring);
    this.#ring = wider;
  }

  /**
   * What comes after the first `headBytes` bytes: all that was added, or a line that says what was left out, and the
   * end.
   */
  rest(headBytes: number): Uint8Array {
    const size = this.#ring.length;
    if (this.#added <= size) return this.#ring.subarray(0, this.#added);
    const at = size === 0 ? 0 : this.#added % size;
    const last = joined(this.#ring.subarray(at), this.#ring.subarray(0, at));
    // From the beginning of a line, if it has more than one.
    const lineEnd = last.indexOf(LINE_END);
    const end = last.subarray(lineEnd === last.length - 1 ? 0 : lineEnd + 1);
    const all = headBytes + this.#added;
    const note = `\n[cut here: of ${all} bytes the first ${headBytes} are kept, and the last ${end.length}]\n`;
    return joined(new TextEncoder().encode(note), end);
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
