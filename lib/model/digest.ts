/** A short fingerprint of a text. */

import { createHash } from "../std/sha256.ts";

export const DIGEST_DIGITS = 16;

/** The first 16 hex digits of the SHA-256 over the text. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, DIGEST_DIGITS);
}
