/** The table of modules, which the page's script sorts by any column. Figures that were not seen sort last. */

import { median } from "../../figures/stats.ts";
import { duration } from "../../text/units.ts";
import { cut } from "../escape.ts";
import type { ReportModule } from "../value/report.ts";
import { highest, mainReason, nameOf, orDash, testTally } from "../words.ts";
import { type Markup, markup, NOTHING } from "./escape.ts";
import { table } from "./table.ts";
import { STATUSES } from "../../model/outcome.ts";

interface Column {
  name: string;
  /** `wide`: left out if the screen is narrow; `spare`: on paper, too. */
  room: "" | "wide" | "wide spare";
  cell: (module: ReportModule) => Cell;
}

interface Cell {
  shown: Markup | string;
  /** What it is sorted by; null if there is no value. */
  by: number | string | null;
}

function amount(value: number | null, shown: (value: number) => string): Cell {
  return { shown: value === null ? "–" : shown(value), by: value };
}

const COLUMNS: readonly Column[] = [
  {
    name: "Status",
    room: "",
    cell: ({ status }) => ({
      shown: markup`<span class="status ${status}">${status}</span>`,
      by: STATUSES.indexOf(status),
    }),
  },
  {
    name: "Ready",
    room: "wide spare",
    cell: (module) => amount(most(module, (c) => c.health.ready_after_ms), duration),
  },
  {
    name: "Health p95",
    room: "",
    cell: (module) => amount(most(module, (c) => c.health.p95_ms), (ms) => `${ms} ms`),
  },
  {
    name: "RAM peak",
    room: "wide",
    cell: (module) => amount(most(module, (c) => c.stats.mem_peak_mib), (mib) => `${mib} MiB`),
  },
  {
    name: "CPU mean",
    room: "wide spare",
    cell: (module) => amount(most(module, (c) => c.stats.cpu_mean_pct), (pct) => `${pct} %`),
  },
  {
    name: "Restarts",
    room: "wide spare",
    cell: (module) => amount(most(module, (c) => c.stats.restarts_in_window), (times) => `${times}`),
  },
  {
    name: "Tests",
    room: "wide",
    cell: (module) => ({ shown: testTally(module.test_results), by: failedTests(module) }),
  },
  { name: "Time", room: "wide spare", cell: (module) => amount(cycleTime(module), duration) },
  {
    name: "Main reason",
    room: "wide",
    cell: (module) => ({ shown: orDash(mainReason(module) || null), by: cut(mainReason(module), 80) || null }),
  },
];

export function overview(modules: readonly ReportModule[], anchors: ReadonlyMap<string, string>): Markup {
  if (modules.length === 0) return NOTHING;
  const head = markup`
<tr>${headCell("Module", "")}${COLUMNS.map(({ name, room }) => headCell(name, room))}</tr>`;
  const rows = modules.map((module) =>
    markup`
<tr data-row="${module.status}"><th scope="row" data-by="${nameOf(module)}"><a class="name" href="#${
      anchors.get(module.name) ?? ""
    }">${nameOf(module)}</a><span class="narrow gist">${mainReason(module)}</span></th>${
      COLUMNS.map((column) => dataCell(column, module))
    }</tr>`
  );
  return markup`
<section id="modules" aria-labelledby="modules-title"><h2 id="modules-title">Modules</h2><div class="card flush">${
    table("Modules, sortable by each column", head, rows, "sortable")
  }</div></section>`;
}

function headCell(name: string, room: Column["room"]): Markup {
  return markup`<th scope="col" class="${room}" aria-sort="none"><button type="button">${name}</button></th>`;
}

function dataCell({ cell, name, room }: Column, module: ReportModule): Markup {
  const { by, shown } = cell(module);
  const numeric = name !== "Status" && name !== "Main reason";
  return markup`<td class="${numeric ? "n" : name === "Main reason" ? "reason" : ""} ${room}" data-by="${
    by ?? ""
  }">${shown}</td>`;
}

function most({ metrics }: ReportModule, figure: Parameters<typeof highest>[1]): number | null {
  return highest(Object.values(metrics), figure);
}

/** null if no test was run. */
function failedTests({ test_results }: ReportModule): number | null {
  const tests = Object.values(test_results);
  return tests.length === 0 ? null : tests.filter(({ passed }) => !passed).length;
}

/** The median over the cycles. */
function cycleTime({ cycle_results }: ReportModule): number | null {
  return median(cycle_results.flatMap(({ duration_ms }) => duration_ms ?? [])) ?? null;
}
