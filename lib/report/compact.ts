/** JSON on fewer lines: what has nothing nested in it stands on one, so that a list of latencies is not a page. Pure. */

import { visibleInJson } from "./escape.ts";

/** In columns, with the indent; what is longer stays as it is. */
const LONGEST = 120;

/** A list or an object in indented JSON that holds numbers, words and strings without brackets, and nothing nested. */
const FLAT = /^( *)([^\n]*?)([[{])\n([^[\]{}]*)\n *([\]}])(,?)$/gm;

/**
 * The text of `JSON.stringify(value, null, 2)` with every flat list of numbers on one line, and every other flat list or
 * object that fits one. It says the same: a line break never stands within a string of JSON.
 */
export function compactJson(indented: string): string {
  return indented.replace(
    FLAT,
    (whole, indent: string, key: string, open: string, inner: string, close: string, comma: string) => {
      const items = inner.split("\n").map((line) => line.trim()).join(" ");
      const line = `${indent}${key}${open}${open === "{" ? ` ${items} ` : items}${close}${comma}`;
      return line.length <= LONGEST || /^[\d., -]*$/.test(items) ? line : whole;
    },
  );
}

/** A value as people and programs read it. Control and bidi characters of foreign text come as `\u` escapes. */
export function readableJson(value: unknown): string {
  return visibleInJson(compactJson(JSON.stringify(value, null, 2))) + "\n";
}
