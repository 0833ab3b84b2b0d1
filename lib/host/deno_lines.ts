/**
 * Reads a file of the real host line by line. Whatever the path names, reading comes to an end, and holds no more than
 * a line.
 */

import { type Files, LinesError, MOST_LINE_MIB } from "./host.ts";

const BLOCK_BYTES = 64 * 1024;
const MOST_CHARS = MOST_LINE_MIB * 2 ** 20;

export const readLines: Files["readLines"] = async function* (path) {
  for await (const lines of lineBlocks(path)) yield* lines;
};

export const lineBlocks: Files["lineBlocks"] = async function* (path) {
  // Reading a pipe may wait forever, and a device may have no end.
  if (!(await Deno.stat(path)).isFile) throw new LinesError("it is not a regular file");
  using file = await Deno.open(path);
  const decoder = new TextDecoder();
  const block = new Uint8Array(BLOCK_BYTES);
  let begun: string[] = [];
  let chars = 0;
  let count = 0;
  for (let read = await file.read(block); read !== null; read = await file.read(block)) {
    const lines = decoder.decode(block.subarray(0, read), { stream: true }).split("\n");
    const rest = lines.pop() ?? "";
    if (lines.length > 0) {
      lines[0] = begun.join("") + lines[0];
      begun = [];
      chars = 0;
      count += lines.length;
      const full = lines.filter((line) => line !== "");
      if (full.length > 0) yield full;
    }
    begun.push(rest);
    chars += rest.length;
    if (chars > MOST_CHARS) throw new LinesError(`line ${count + 1} is longer than ${MOST_LINE_MIB} MiB`);
  }
  const last = begun.join("") + decoder.decode();
  if (last !== "") yield [last];
};
