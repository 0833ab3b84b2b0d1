/** Foreign text in TAP: in the description of a test point, and in the YAML below it. Pure. */

import { sentence } from "./text.ts";

/**
 * A description: `#` would begin a directive such as `# SKIP`, and to node's readers a last `{` a test within the test.
 */
export function tapText(text: string): string {
  return sentence(text).replace(/\{$/, "\\x7b").replaceAll(/[\\#]/g, "\\$&");
}

/** A scalar of YAML, whatever the text looks like: a string of JSON is one of YAML. */
export function yamlText(text: string): string {
  return JSON.stringify(sentence(text));
}
