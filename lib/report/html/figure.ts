/** A chart's place in the page. Its numbers go into the page's data; the script draws it when it comes into view. */

import type { Chart, ChartPart } from "./charts.ts";
import { type Markup, markup } from "./escape.ts";

/** Where charts put their numbers, in the order of the page. */
export interface ChartSink {
  charts: Chart[];
}

/** `group`: charts of one group show the same moment when one of them is pointed at. */
export function figure({ chart, gist, title, words }: ChartPart, group: string, sink: ChartSink): Markup {
  const head = markup`<figcaption><b>${title}</b> <span class="gist">${gist}</span></figcaption>`;
  if (chart === null) {
    return markup`
<figure>${head}<p class="quiet">${words}</p></figure>`;
  }
  const index = sink.charts.push(chart) - 1;
  return markup`
<figure>${head}<div class="plot" data-chart="${index}" data-group="${group}" role="img" aria-label="${words}"></div></figure>`;
}
