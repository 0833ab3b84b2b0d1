/** Text in roff, the language of manual pages. Pure. */

import { wrap } from "./layout.ts";

/** Characters that roff, or a terminal's font, would show as others: what is copied from a page must work. */
const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
};

/** The text as it stands, for use within a line. */
export function roff(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(
    /[\\\-'`^~]|[^\x20-\x7e]/gu,
    (char) => NAMED[char] ?? `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}

/** The text in lines, which roff fills anew. A dot at the start of one is no request. */
export function roffLines(text: string): string[] {
  return wrap(roff(text).trim(), 0).map((line) => line.startsWith(".") ? `\\&${line}` : line);
}

/** An argument of a request. */
export function roffArgument(text: string): string {
  return `"${roff(text).replaceAll('"', "\\(dq")}"`;
}
