/**
 * Checks many lines of a journal at once: how many each follow from the one before, by the chain of hashes (chain.ts).
 */

import { BEFORE, chainCode, LINES } from "./chain_code.ts";
import { CONSTANTS, K } from "./sha256_code.ts";

const PAGE = 65536;
/** A character takes no more in UTF-8. */
const MOST_BYTES = 3;
/** Room for a whole piece of a file, if it is in ASCII as most are. */
const FIRST_BYTES = 256 * 1024;

interface Chain {
  memory: WebAssembly.Memory;
  follow(end: number, digits: number): number;
}

let made: Chain | null = null;

/**
 * How many lines, from the first one on, each follow from the one before; `before` is the hash before the first. A
 * closer look finds what is wrong with the others.
 */
export function countFollowing(before: string, lines: readonly string[]): number {
  const { memory, follow } = made ??= newChain();
  const text = `${lines.join("\n")}\n`;
  const needed = LINES + text.length * MOST_BYTES;
  if (needed > memory.buffer.byteLength) memory.grow(Math.ceil((needed - memory.buffer.byteLength) / PAGE));
  const bytes = new Uint8Array(memory.buffer);
  const encoder = new TextEncoder();
  const digits = encoder.encodeInto(before, bytes.subarray(BEFORE)).written;
  return follow(LINES + encoder.encodeInto(text, bytes.subarray(LINES)).written, digits);
}

function newChain(): Chain {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(chainCode(FIRST_BYTES)));
  const memory = exports["memory"] as WebAssembly.Memory;
  new Uint32Array(memory.buffer).set(CONSTANTS, K / 4);
  return { memory, follow: exports["main"] as Chain["follow"] };
}
