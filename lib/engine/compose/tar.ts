/** The one file in a tar archive that the engine makes of a path. Pure. */

import { EngineError } from "../engine.ts";

const BLOCK = 512;
const SIZE_AT = 124;
const SIZE_BYTES = 12;
const TYPE_AT = 156;
/** What may stand before a file's content: its head, and one with further attributes (PAX), which are short. */
export const MOST_BEFORE = 64 * 1024;

/** Its content as far as it is there, and how long it is in full. Throws EngineError if there is none. */
export function fileInTar(archive: Uint8Array): { bytes: Uint8Array; size: number } {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const head = archive.subarray(at, at + BLOCK);
    const size = sizeIn(head);
    const type = String.fromCharCode(head[TYPE_AT] ?? 0);
    if (type === "0" || type === "\0") return { bytes: archive.subarray(at + BLOCK, at + BLOCK + size), size };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new EngineError("the engine sent an archive without the file");
}

/** In octal digits. */
function sizeIn(head: Uint8Array): number {
  const digits = new TextDecoder().decode(head.subarray(SIZE_AT, SIZE_AT + SIZE_BYTES)).replaceAll(/[\0 ]/g, "");
  if (!/^[0-7]+$/.test(digits)) throw new EngineError("the engine sent no archive");
  return Number.parseInt(digits, 8);
}
