/**
 * The output of one service's processes, as it comes, in one file that goes on over its restarts. What is beyond the
 * limit, or cannot be written, is read and counted, so that no service blocks on a full pipe.
 */

import { readChunks, settleWithin } from "../host/capture.ts";
import type { AppendFile, Child, Host } from "../host/host.ts";
import { messageOf } from "../model/failure.ts";
import type { Redactor } from "./redactor.ts";

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
  readonly #limitBytes: number;
  readonly #redactor: Redactor | undefined;
  readonly #readers = new Set<{ reading: Promise<void>; abandon: AbortController }>();
  #keptBytes = 0;
  #leftOutBytes = 0;
  /** Why nothing more could be written; null while all goes well. */
  #trouble: string | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(host: Host, path: string, file: AppendFile, { limitBytes, redactor }: OutputOptions) {
    this.#host = host;
    this.path = path;
    this.#file = file;
    this.#limitBytes = limitBytes ?? OUTPUT_LIMIT_BYTES;
    this.#redactor = redactor;
  }

  /** Rejects where the file cannot be opened. */
  static async open(host: Host, path: string, options: OutputOptions = {}): Promise<ProcessOutput> {
    return new ProcessOutput(host, path, await host.files.openAppend(path), options);
  }

  /** Reads what the child prints, to its end. */
  take({ stderr, stdout }: Child): void {
    const abandon = new AbortController();
    const streams = [stdout, stderr].map((stream) =>
      readChunks(this.#redactor?.stream(stream) ?? stream, abandon.signal, (chunk) => this.#write(chunk))
    );
    const reader = { reading: Promise.all(streams).then(() => {}), abandon };
    this.#readers.add(reader);
    reader.reading.finally(() => this.#readers.delete(reader));
  }

  /** Waits until everything has been read; a grandchild that keeps the pipe open is not waited for. */
  async close(): Promise<void> {
    await Promise.all([...this.#readers].map(({ abandon, reading }) => settleWithin(this.#host, reading, abandon)));
    await this.#writing;
    if (this.#leftOutBytes > 0) {
      const why = this.#trouble === null ? "" : `, since it could not be written: ${this.#trouble}`;
      await this.#append(`\n[cut here: ${this.#leftOutBytes} more bytes were printed and are not kept${why}]\n`);
    }
    await this.#file.close().catch(() => {});
  }

  /** In turns, so that no two chunks are mixed. */
  #write(chunk: Uint8Array): Promise<void> {
    const room = this.#trouble === null ? Math.max(0, this.#limitBytes - this.#keptBytes) : 0;
    const kept = chunk.subarray(0, room);
    this.#keptBytes += kept.length;
    this.#leftOutBytes += chunk.length - kept.length;
    if (kept.length > 0) this.#writing = this.#writing.then(() => this.#append(kept));
    return this.#writing;
  }

  async #append(data: string | Uint8Array): Promise<void> {
    try {
      await this.#file.append(data);
    } catch (error) {
      this.#trouble = messageOf(error);
      this.#leftOutBytes += data.length;
    }
  }
}
