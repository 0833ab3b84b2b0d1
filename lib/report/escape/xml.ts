/** Foreign text in XML, and back. What XML 1.0 cannot hold even as a reference (ESC, NUL) is shown as an escape. Pure. */

import { cut, LONGEST, plainUpTo, sentence } from "./text.ts";

const REFERENCES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** A sentence as an attribute's value. */
export function xmlText(text: string, longest = LONGEST): string {
  return escaped(cut(sentence(text), longest));
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

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** What an XML text or attribute says; a reference to what is no character stays as it is. */
export function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
