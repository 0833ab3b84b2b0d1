/**
 * The chain of hashes through a journal. A line ends with the key `h`: the first 16 hex digits of the SHA-256 over the
 * `h` of the line before (nothing for the first) and the line's own text without `h`. So a line that was changed,
 * removed, doubled, moved or put in afterwards shows, unless all hashes were written anew.
 */

import { digest, DIGEST_DIGITS as DIGITS } from "../../model/digest.ts";

const BEFORE = ',"h":"';
const AFTER = '"}';
const LENGTH = BEFORE.length + DIGITS + AFTER.length;

/** What the first line follows. */
export const START = "";

/** The hash of a line, from the hash of the line before and its own text, an object in JSON without `h`. */
export function hashOf(before: string, text: string): string {
  return digest(before + text);
}

/** The text with its hash as the last key. */
export function withHash(text: string, hash: string): string {
  return `${text.slice(0, -1)}${BEFORE}${hash}${AFTER}`;
}

/** A line of the file → its own text, and the hash that it states, null if it has none. */
export function apart(line: string): { text: string; hash: string | null } {
  const at = line.length - LENGTH;
  if (at <= 0 || !line.endsWith(AFTER) || !line.startsWith(BEFORE, at)) return { text: line, hash: null };
  return { text: `${line.slice(0, at)}}`, hash: line.slice(at + BEFORE.length, -AFTER.length) };
}

/**
 * Chains lines of a journal, each an object in JSON without `h`; `before` is the hash of the line that the first one
 * follows.
 */
export function* chained(texts: Iterable<string>, before = START): Generator<string> {
  for (const text of texts) {
    before = hashOf(before, text);
    yield withHash(text, before);
  }
}
