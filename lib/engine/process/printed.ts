/** What a service's processes print from one start on, for whoever looks for a line in it. */

import { lineCutter } from "../line_cutter.ts";

/** What is kept for one that follows it later; more is printed before a service is ready only by one that is very talkative. */
export const KEPT_BYTES = 2 ** 18;

type Piece = (stream: number, chunk: Uint8Array) => void;

export class Printed {
  readonly #pieces: { stream: number; chunk: Uint8Array }[] = [];
  readonly #followers = new Set<Piece>();
  readonly #ended = Promise.withResolvers<void>();
  #keptBytes = 0;

  add(stream: number, chunk: Uint8Array): void {
    if (this.#keptBytes < KEPT_BYTES) {
      // A chunk may be a small part of a large buffer.
      const kept = chunk.slice(0, KEPT_BYTES - this.#keptBytes);
      this.#pieces.push({ stream, chunk: kept });
      this.#keptBytes += kept.length;
    }
    for (const follower of this.#followers) follower(stream, chunk);
  }

  /** No more of it comes. */
  end(): void {
    this.#ended.resolve();
  }

  /** Resolves at its end, or when the signal aborts. */
  async follow(onLines: (lines: readonly string[]) => void, signal: AbortSignal): Promise<void> {
    const cutters = new Map<number, (chunk: Uint8Array) => void>();
    const take: Piece = (stream, chunk) => {
      const cut = cutters.get(stream) ?? lineCutter((lines) => signal.aborted || onLines(lines));
      cutters.set(stream, cut);
      cut(chunk);
    };
    for (const { chunk, stream } of this.#pieces) take(stream, chunk);
    this.#followers.add(take);
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    await Promise.race([this.#ended.promise, aborted.promise]);
    signal.removeEventListener("abort", onAbort);
    this.#followers.delete(take);
  }
}
