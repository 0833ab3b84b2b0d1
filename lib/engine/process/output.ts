/**
 * The output of one service's processes, as it comes, in one file that continues over its restarts. Beyond the limit
 * only the end is kept; it is written when all processes have ended; the rest, and what cannot be written, is read and
 * counted, so that no service blocks on a full pipe.
 */

import { readChunks, settleWithin } from "../../host/capture.ts";
import type { AppendFile, Child, Host } from "../../host/host.ts";
import { Tail, tailBytes } from "../../host/tail.ts";
import { messageOf } from "../../model/failure.ts";
import { Printed } from "./printed.ts";
import type { Redactor } from "../../secrets/redactor.ts";

/** What is kept of a service's output. */
export const OUTPUT_LIMIT_BYTES = 16 * 2 ** 20;

export interface OutputOptions {
  limitBytes?: number;
  redactor?: Redactor;
}

export class ProcessOutput {
  readonly path: string;
  readonly #host: Host;
  readonly #file: AppendFile;
  readonly #headBytes: number;
  readonly #tail: Tail;
  readonly #redactor: Redactor | undefined;
  readonly #readers = new Set<{ reading: Promise<void>; abandon: AbortController }>();
  #printed: Printed | null = null;
  #keptBytes = 0;
  /** What could not be written. */
  #lostBytes = 0;
  /** Why nothing more could be written; null while writing works. */
  #trouble: string | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(host: Host, path: string, file: AppendFile, { limitBytes, redactor }: OutputOptions) {
    this.#host = host;
    this.path = path;
    this.#file = file;
    const most = limitBytes ?? OUTPUT_LIMIT_BYTES;
    this.#headBytes = most - tailBytes(most);
    this.#tail = new Tail(tailBytes(most));
    this.#redactor = redactor;
  }

  /** Rejects if the file cannot be opened. */
  static async open(host: Host, path: string, options: OutputOptions = {}): Promise<ProcessOutput> {
    return new ProcessOutput(host, path, await host.files.openAppend(path), options);
  }

  /** Of the latest child; null before the first. */
  get printed(): Printed | null {
    return this.#printed;
  }

  /** Reads what the child prints, to its end. */
  take({ stderr, stdout }: Child): void {
    const abandon = new AbortController();
    this.#printed?.end();
    const printed = this.#printed = new Printed();
    const streams = [stdout, stderr].map((stream, nth) =>
      readChunks(this.#redactor?.stream(stream) ?? stream, abandon.signal, (chunk) => {
        printed.add(nth, chunk);
        return this.#write(chunk);
      })
    );
    const reader = { reading: Promise.all(streams).then(() => {}), abandon };
    this.#readers.add(reader);
    reader.reading.finally(() => {
      printed.end();
      this.#readers.delete(reader);
    });
  }

  /** Waits until everything has been read; a grandchild that keeps the pipe open is not waited for. */
  async close(): Promise<void> {
    await Promise.all([...this.#readers].map(({ abandon, reading }) => settleWithin(this.#host, reading, abandon)));
    await this.#writing;
    await this.#append(this.#tail.rest(this.#headBytes));
    if (this.#trouble !== null) {
      const what = `${this.#lostBytes} bytes could not be written: ${this.#trouble}`;
      await this.#append(`\n[cut here: ${what}]\n`);
    }
    await this.#file.close().catch(() => {});
  }

  /** One after the other, so that no two chunks are mixed. */
  #write(chunk: Uint8Array): Promise<void> {
    const head = chunk.subarray(0, Math.max(0, this.#headBytes - this.#keptBytes));
    this.#keptBytes += head.length;
    this.#tail.add(chunk.subarray(head.length));
    if (head.length > 0) this.#writing = this.#writing.then(() => this.#append(head));
    return this.#writing;
  }

  async #append(data: string | Uint8Array): Promise<void> {
    if (data.length === 0) return;
    try {
      await this.#file.append(data);
    } catch (error) {
      this.#trouble = messageOf(error);
      this.#lostBytes += data.length;
    }
  }
}
