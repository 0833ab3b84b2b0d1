/** A module's cycles, one row each: for runs with more than one cycle. */

import { CYCLE_COLUMNS, figureCells } from "../cycle_cells.ts";
import type { ReportModule } from "../value/report.ts";
import { orDash } from "../words.ts";
import { type Markup, markup, NOTHING } from "./escape.ts";
import { table } from "./table.ts";

/** Up to this many are shown unfolded. */
const SHORT = 10;
/** A very long run shows only the last ones; REPORT.json has all. */
const MOST = 500;

export function cycleTable({ cycle_results, name }: ReportModule): Markup {
  if (cycle_results.length < 2) return NOTHING;
  const more = cycle_results.length - MOST;
  const rows = cycle_results.slice(-MOST).map((cycle) => {
    const figures = figureCells(cycle);
    return markup`
<tr><th scope="row">${cycle.cycle}</th><td><span class="status ${cycle.status}">${cycle.status}</span></td>${
      figures.map((figure) => markup`<td class="n">${figure}</td>`)
    }<td>${orDash([...new Set(cycle.reasons.map(({ code }) => code))].join(", ") || null)}</td></tr>`;
  });
  const body = table(
    `Cycles of ${name}`,
    markup`
<tr>${CYCLE_COLUMNS.map((text) => markup`<th scope="col">${text}</th>`)}</tr>`,
    rows,
  );
  return cycle_results.length <= SHORT
    ? markup`
<h4>Cycles</h4>${body}`
    : markup`
<details class="bulk"><summary>${
      more > 0 ? `The last ${MOST} of` : "All"
    } ${cycle_results.length} cycles</summary>${body}</details>`;
}
