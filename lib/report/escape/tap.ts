/** Foreign text in TAP: in the description of a test point, and in the YAML below it. Pure. */

import { plain } from "./text.ts";

/** A description: `#` would begin a directive such as `# SKIP`. */
export function tapText(text: string): string {
  return plain(text).replaceAll(/[\\#]/g, "\\$&");
}

/** A scalar of YAML, whatever the text looks like: a string of JSON is one of YAML. */
export function yamlText(text: string): string {
  return JSON.stringify(plain(text));
}
