/** A tar archive made in memory, for `docker import`. Pure. */

import { joinBytes } from "../text/bytes.ts";

export type TarEntry =
  | { kind: "directory"; path: string; mode: number }
  | { kind: "file"; path: string; mode: number; data: Uint8Array }
  | { kind: "link"; path: string; target: string };

const BLOCK = 512;
const TAR_TYPE = { file: "0", link: "2", directory: "5" } as const;

/** One ustar archive, always the same bytes for the same entries: owner 0, time 0. Paths hold up to 100 bytes. */
export function tar(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const blocks = entries.flatMap((entry) => {
    const data = entry.kind === "file" ? entry.data : new Uint8Array();
    const padding = new Uint8Array(Math.ceil(data.length / BLOCK) * BLOCK - data.length);
    return [tarHeader(entry, data.length), data, padding];
  });
  blocks.push(new Uint8Array(2 * BLOCK));
  return joinBytes(blocks);
}

function tarHeader(entry: TarEntry, size: number): Uint8Array {
  const header = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => header.set(new TextEncoder().encode(text), offset);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  put(0, entry.path);
  put(100, octal(entry.kind === "link" ? 0o777 : entry.mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(0, 11));
  put(148, " ".repeat(8));
  put(156, TAR_TYPE[entry.kind]);
  if (entry.kind === "link") put(157, entry.target);
  put(257, "ustar\x0000");
  put(148, `${octal(header.reduce((sum, byte) => sum + byte, 0), 6)}\0 `);
  return header;
}
