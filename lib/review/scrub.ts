/**
 * Removes whatever looks like a secret from text that leaves this host, even if no variable of a known environment holds it: an
 * old record may contain such. Rather too much than too little. Every pattern is bounded, so that no text makes it slow. Pure.
 */

import { URL_CREDENTIALS } from "../secrets/marker.ts";

const BLANK = "[blanked]";

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, BLANK],
  [URL_CREDENTIALS, "$1***@"],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|hf_|npm_|AKIA|ASIA|AIza|eyJ)[\w.-]{10,}/g, BLANK],
  [/\b(bearer|basic)(\s+)[\w.~+/=-]{6,}/gi, `$1$2${BLANK}`],
  [
    /((?:token|secret|passw(?:or)?d|passphrase|credential|api[_-]?key|private[_-]?key|access[_-]?key)[\w.-]{0,60}["']?\s{0,5}(?:=|:(?!:))\s{0,5})(?:"[^"\n]*"|'[^'\n]*'|[^\s"',;&]+)/gi,
    `$1${BLANK}`,
  ],
  // Long, and with all three kinds of characters: not a word, a number or a hexadecimal id.
  [/(?<![\w+=-])(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])(?=[\w+=-]*\d)[A-Za-z\d+=-]{32,}/g, BLANK],
];

/** The text with `[blanked]` in place of each. */
export function scrubbed(text: string): string {
  return PATTERNS.reduce((left, [pattern, by]) => left.replaceAll(pattern, by), text);
}
