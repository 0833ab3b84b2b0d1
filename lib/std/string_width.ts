/**
 * Door to npm's string-width (MIT, Sindre Sorhus): the columns of a text on a terminal, by grapheme and Unicode's own
 * tables. Chosen over own ranges of characters, which miss new emoji and sequences; deno-std's `unicode_width` comes on
 * npm without its table. The exact version is pinned here, and by deno.lock.
 */
// @ts-types="./string_width.d.ts"
export { default as stringWidth } from "npm:string-width@9.0.0";
