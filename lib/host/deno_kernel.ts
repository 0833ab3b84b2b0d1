/** /proc and /sys of the real host, read synchronously: see Kernel in host.ts. */

import type { Kernel } from "./host.ts";

const CHUNK_BYTES = 64 * 1024;
const buffer = new Uint8Array(CHUNK_BYTES);
const decoder = new TextDecoder();

export const kernel: Kernel = {
  read: (path) => attempt(() => readAll(path)),
  list: (dir) => attempt(() => [...Deno.readDirSync(dir)].map(({ name }) => name)) ?? [],
  link: (path) => attempt(() => Deno.readLinkSync(path)),
};

/** A process that ends while it is read gives ESRCH, one of somebody else's EACCES: neither is an error of ours. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** Their size is told as 0, so that it is read until nothing more comes. */
function readAll(path: string): string {
  using file = Deno.openSync(path);
  let text = "";
  for (let count = file.readSync(buffer); count !== null && count > 0; count = file.readSync(buffer)) {
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text + decoder.decode();
}
