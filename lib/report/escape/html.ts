/** Makes foreign text harmless for a page: markup is shown as text, controls and bidi marks as the escapes of plain text. */

import { plain } from "./text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element, or for an attribute in quotes. */
export function htmlText(text: string): string {
  return plain(text).replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
