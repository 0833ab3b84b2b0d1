/** A table that scrolls by itself if the screen is too narrow for it, also by the keyboard. */

import { type Markup, markup } from "./escape.ts";

/** `head`: the rows of its head. `name`: what the table shows. */
export function table(name: string, head: Markup, rows: readonly Markup[], kind = "plain"): Markup {
  return markup`
<div class="scroll" role="region" tabindex="0" aria-label="${name}"><table class="${kind}"><thead>${head}</thead><tbody>${rows}</tbody></table></div>`;
}
