/** /proc and /sys of the real host, read synchronously: see Kernel in host.ts. */

import { noted } from "./deno_shortage.ts";
import type { Kernel } from "./host.ts";

const CHUNK_BYTES = 64 * 1024;
const buffer = new Uint8Array(CHUNK_BYTES);
const decoder = new TextDecoder();

export const kernel: Kernel = {
  read: (path) => attempt(() => readAll(path)),
  linesWith: (path, text) => attempt(() => readLinesWith(path, text)),
  list: (dir) => attempt(() => [...Deno.readDirSync(dir)].map(({ name }) => name)) ?? [],
  link: (path) => attempt(() => Deno.readLinkSync(path)),
  inode: (path) => attempt(() => Deno.statSync(path).ino),
};

/**
 * A process that ends while it is read gives ESRCH, another user's process gives EACCES: these are no errors of ours. A
 * shortage is noted.
 */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    noted(error);
    return null;
  }
}

/** The kernel gives their size as 0, so they are read until nothing more comes. */
function readAll(path: string): string {
  using file = Deno.openSync(path);
  let text = "";
  for (let count = file.readSync(buffer); count !== null && count > 0; count = file.readSync(buffer)) {
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text + decoder.decode();
}

const NEWLINE = 10;

function readLinesWith(path: string, text: string): string[] {
  using file = Deno.openSync(path);
  const found: string[] = [];
  /** How many bytes at the beginning of the buffer are of a line whose end has not come yet. */
  let rest = 0;
  for (;;) {
    const count = file.readSync(buffer.subarray(rest)) ?? 0;
    const bytes = buffer.subarray(0, rest + count);
    // A piece that fills the buffer counts as a line, and so does the end of the file without a line end.
    const whole = count === 0 || bytes.length === buffer.length ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    for (const line of decoder.decode(bytes.subarray(0, whole)).split("\n")) if (line.includes(text)) found.push(line);
    if (count === 0) return found;
    buffer.copyWithin(0, whole, bytes.length);
    rest = bytes.length - whole;
  }
}
