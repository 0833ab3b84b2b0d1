/** How much of a limit in bytes a text takes. Pure. */

/** Its length in UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
