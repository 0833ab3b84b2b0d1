/** Text cut to a width in terminal columns: no piece of a line pushes the next one away or over the edge. Pure. */

import { stringWidth } from "../../std/string_width.ts";
import { plain } from "../escape.ts";

/** Columns that the text takes on a terminal: East Asian wide characters and emoji take two, combining marks none. */
export function columns(text: string): number {
  return stringWidth(text);
}

/** Foreign text as one harmless line of at most `width` columns; cut with … if it is longer. */
export function fit(text: string, width: number): string {
  const shown = plain(text);
  if (columns(shown) <= width) return shown;
  const room = width - 1;
  if (room < 0) return "";
  let kept = "";
  let used = 0;
  // Character by character as a person sees them, so that no emoji and no accent is cut in two.
  for (const { segment } of new Intl.Segmenter().segment(shown)) {
    used += columns(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept.trimEnd() + "…";
}
