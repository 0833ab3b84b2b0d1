/** A module's cycles, a row each: for runs of more than one. */

import { duration } from "../../text/units.ts";
import { cycleFigures } from "../value/cycle_figures.ts";
import { testTally } from "../markdown/module.ts";
import type { ReportModule } from "../value/report.ts";
import { orDash } from "../words.ts";
import { type Markup, markup, NOTHING } from "./escape.ts";
import { table } from "./table.ts";

/** Up to so many are shown at once. */
const SHORT = 10;
/** Of a very long run the last ones; REPORT.json has all. */
const MOST = 500;

export function cycleTable({ cycle_results, name }: ReportModule): Markup {
  if (cycle_results.length < 2) return NOTHING;
  const more = cycle_results.length - MOST;
  const rows = cycle_results.slice(-MOST).map((cycle) => {
    const figures = cycleFigures(cycle);
    return markup`
<tr><th scope="row">${cycle.cycle}</th><td><span class="status ${cycle.status}">${cycle.status}</span></td>${
      [
        orDash(cycle.duration_ms === null ? null : duration(cycle.duration_ms)),
        orDash(figures.p95Ms, "ms"),
        orDash(figures.peakMib, "MiB"),
        orDash(figures.settledMib, "MiB"),
        orDash(figures.restarts),
        testTally(cycle.test_results),
      ].map((figure) => markup`<td class="n">${figure}</td>`)
    }<td>${orDash([...new Set(cycle.reasons.map(({ code }) => code))].join(", ") || null)}</td></tr>`;
  });
  const head = ["Cycle", "Status", "Duration", "Health p95", "RAM peak", "RAM settled", "Restarts", "Tests", "Reasons"];
  const body = table(
    `Cycles of ${name}`,
    markup`
<tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr>`,
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
