/** Foreign text in XML. A character that XML 1.0 cannot hold even as a reference (ESC, NUL) is shown as an escape. Pure. */

import { cut, LONGEST, plainUpTo, sentence } from "./text.ts";

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Names, numbers and words, of which a long run's file has a million: nothing in them needs an escape or a trim. */
const HARMLESS = /^[\w./(-](?:[\w., /()=-]*[\w./)-])?$/;

/** A sentence as an attribute's value. */
export function xmlText(text: string, longest = LONGEST): string {
  return text.length <= longest && HARMLESS.test(text) ? text : escaped(cut(sentence(text), longest));
}

/** Since every `>` is escaped, no text can end a CDATA section. */
function escaped(shown: string): string {
  return shown.replaceAll(/[&<>"']/g, (char) => REFERENCES[char] ?? char);
}

/** Lines within an element; a line end inside a line makes two of it. */
export function xmlLines(lines: readonly string[], longest = LONGEST): string {
  const shown = lines.flatMap((line) => line.split(/\r?\n|\r/));
  return shown.map((line) => escaped(plainUpTo(line.replaceAll("\t", "    "), longest))).join("\n");
}
