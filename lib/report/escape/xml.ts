/** Foreign text in XML. What XML 1.0 cannot hold even as a reference (ESC, NUL) is shown as an escape. Pure. */

import { cut, LONGEST, plainUpTo, sentence } from "./text.ts";

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Names, numbers and words, of which a long run's file has a million: nothing of them is escaped, trimmed or a command. */
const HARMLESS = /^[\w./(-](?:[\w., /()=-]*[\w./)-])?$/;

/** A sentence as an attribute's value. */
export function xmlText(text: string, longest = LONGEST): string {
  return text.length <= longest && HARMLESS.test(text) ? text : escaped(cut(sentence(text), longest));
}

/** With every `>` goes the end of a CDATA section. */
function escaped(shown: string): string {
  return shown.replaceAll(/[&<>"']/g, (char) => REFERENCES[char] ?? char);
}

/** Lines within an element; line ends inside one make more of them. */
export function xmlLines(lines: readonly string[], longest = LONGEST): string {
  const shown = lines.flatMap((line) => line.split(/\r?\n|\r/));
  return shown.map((line) => escaped(plainUpTo(line.replaceAll("\t", "    "), longest))).join("\n");
}
