/** Makes foreign text in JSON visible, and never a command for a CI runner. Pure. */

import { INVISIBLE } from "./text.ts";

/** Skips the line ends of the JSON itself: a long report has a million. */
const WITHIN_LINES = new RegExp(`(?!\n)${INVISIBLE.source}`, INVISIBLE.flags);

/** JSON text without invisible characters except its own line ends; it parses to the same value. */
export function visibleInJson(json: string): string {
  return json.replaceAll(
    WITHIN_LINES,
    (char) => char.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ).replaceAll("##[", "#\\u0023[");
}
