/**
 * Script and style of the page: uPlot (MIT, Leon Sorokin), which draws the charts, and our own. uPlot was chosen over larger
 * libraries since it is 50 kB without dependencies, draws thousands of points in milliseconds, and writes no styles and no
 * markup that a strict content policy would refuse. The texts are in embedded.ts, which scripts/embed_html.ts makes.
 */

import { PAGE_CSS, PAGE_JS, UPLOT_CSS, UPLOT_JS } from "./embedded.ts";

/** A text with its hash as a content policy names it: `sha256-…`. */
export interface Asset {
  hash: string;
  text: string;
}

export interface Assets {
  scripts: readonly Asset[];
  styles: readonly Asset[];
}

export const ASSETS: Assets = { scripts: [UPLOT_JS, PAGE_JS], styles: [UPLOT_CSS, PAGE_CSS] };
