/** Looks for a text in a body that comes in pieces, without holding more of it than it must. */

/** How far into the body it looks. */
export const SEARCHED_BYTES = 2 ** 20;

export class TextSearch {
  readonly #wanted: string;
  readonly #decoder = new TextDecoder();
  /** What may be the beginning of the text. */
  #rest = "";
  #bytes = 0;
  #isFound = false;

  /** `wanted` is not empty. */
  constructor(wanted: string) {
    this.#wanted = wanted;
  }

  get isFound(): boolean {
    return this.#isFound;
  }

  /** Whether there was more than it looked at. */
  get isCut(): boolean {
    return this.#bytes > SEARCHED_BYTES;
  }

  add(piece: Uint8Array): void {
    const left = Math.max(0, SEARCHED_BYTES - this.#bytes);
    this.#bytes += piece.length;
    if (this.#isFound || left === 0) return;
    const text = this.#rest + this.#decoder.decode(piece.subarray(0, left), { stream: true });
    this.#isFound = text.includes(this.#wanted);
    this.#rest = text.slice(Math.max(0, text.length - this.#wanted.length + 1));
  }
}
