/** What a command prints, as it comes over a connection of its own, and when no more comes. */

import { Frames } from "./frames.ts";
import type { OwnLine } from "../api/own_line.ts";

/** What is kept of it: if the command cannot be started, that has why. */
const MOST_SAID = 2000;

export class FramedOutput {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #frames = new Frames();
  readonly #silent = Promise.withResolvers<void>();
  #said = "";

  /** `starting`: the connection, as soon as the output comes on it. If that rejects, nothing comes. */
  constructor(starting: Promise<OwnLine>, cancel: () => Promise<void>) {
    this.stream = new ReadableStream({
      pull: async (controller) => {
        try {
          if (await this.#read(await starting, controller)) return;
        } catch {
          // Its end says why.
        }
        this.#silent.resolve();
        controller.close();
      },
      cancel: async () => {
        this.#silent.resolve();
        await cancel();
      },
    });
  }

  /** Resolves when no more comes. */
  get silent(): Promise<void> {
    return this.#silent.promise;
  }

  /** The beginning of it. */
  get said(): string {
    return this.#said;
  }

  /** Nobody waits for more. */
  giveUp(): void {
    this.#silent.resolve();
  }

  /** Hands the next output on; false if no more comes. */
  async #read(
    { answers }: OwnLine,
    controller: ReadableStreamDefaultController<Uint8Array>,
  ): Promise<boolean> {
    for (;;) {
      const bytes = await answers.rest();
      if (bytes === null) return false;
      const contents = [...this.#frames.push(bytes)].map((piece) => piece.bytes);
      if (this.#said.length < MOST_SAID) {
        this.#said += contents.map((each) => new TextDecoder().decode(each.subarray(0, MOST_SAID))).join("");
      }
      for (const content of contents) controller.enqueue(content);
      if (contents.length > 0) return true;
    }
  }
}
