/** Passes on what comes on one connection to another one. */

import { writeAll } from "./deno_drain.ts";
import { close } from "./deno_tcp.ts";

/** Keeps back what comes for as long as it is shut. */
export class Gate {
  #opened = Promise.withResolvers<void>();
  #isOpen = false;

  constructor() {
    this.open();
  }

  get passed(): Promise<void> {
    return this.#opened.promise;
  }

  open(): void {
    this.#isOpen = true;
    this.#opened.resolve();
  }

  shut(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#opened = Promise.withResolvers();
  }
}

/** Resolves when one of them has ended; never rejects. */
export async function passOn(from: Deno.Conn, to: Deno.Conn, gate?: Gate): Promise<void> {
  const piece = new Uint8Array(64 * 1024);
  try {
    for (let length = await from.read(piece); length !== null; length = await from.read(piece)) {
      await gate?.passed;
      await writeAll(to, piece.subarray(0, length));
    }
    await to.closeWrite();
  } catch {
    // One of the two is gone: so must the other be.
    close(from);
    close(to);
  }
}
