/** Foreign text in TAP: in the description of a test point, and in the YAML below it. Pure. */

import { sentence } from "./text.ts";

/**
 * A description: `#` would begin a directive such as `# SKIP`, and readers written for node take a final `{` as the start of a
 * nested test.
 */
export function tapText(text: string): string {
  return sentence(text).replace(/\{$/, "\\x7b").replaceAll(/[\\#]/g, "\\$&");
}

/** A YAML scalar, whatever the text looks like: a JSON string is also a YAML string. */
export function yamlText(text: string): string {
  return JSON.stringify(sentence(text));
}
