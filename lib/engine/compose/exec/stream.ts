/** What a command in a container has printed, up to a limit. Pure. */

import { Tail } from "../../../host/tail.ts";
import { joinBytes } from "../../../text/bytes.ts";
import { Frames } from "./frames.ts";

/** How much of each stream is kept at most: its beginning and its end. */
const HEAD_BYTES = 2 ** 20;
const TAIL_BYTES = 2 ** 16;

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
  readonly #frames = new Frames();

  /** Throws NoStream. */
  add(bytes: Uint8Array): void {
    for (const piece of this.#frames.push(bytes)) this.#kept[piece.isError ? "stderr" : "stdout"].add(piece.bytes);
  }

  get stdout(): string {
    return this.#kept.stdout.text;
  }

  get stderr(): string {
    return this.#kept.stderr.text;
  }
}
