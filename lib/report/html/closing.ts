/** The end of the page: where the time went, remarks, the settings it was judged by, and the other files. */

import { FORMATS, WRITTEN } from "../formats.ts";
import { count, duration } from "../../text/units.ts";
import { PHASES } from "../../model/evidence.ts";
import { RULES, THRESHOLDS } from "../../model/settings.ts";
import type { Report } from "../value/report.ts";
import { pathText, type ReportModuleTiming, type ReportTiming } from "../value/timing.ts";
import { type Markup, markup, NOTHING, when } from "./escape.ts";
import type { FileRef } from "./logs.ts";
import { table } from "./table.ts";

/** `look` is the harness's own work, and is in its share. */
const COLUMNS = PHASES.filter((phase) => phase !== "look");

/** The phases as a table; the timeline shows them as a picture. */
export function timingPart(timing: ReportTiming): Markup {
  if (timing.modules.length === 0) return NOTHING;
  const head = markup`
<tr><th scope="col">Module</th>${
    COLUMNS.map((phase) => markup`<th scope="col">${phase.charAt(0).toUpperCase() + phase.slice(1)}</th>`)
  }</tr>`;
  const rows = timing.modules.map((module) =>
    markup`
<tr><th scope="row"><span class="name">${module.name}</span>${roles(module)}</th>${
      COLUMNS.map((phase) => {
        const once = module.core && (phase === "start" || phase === "stop");
        const ms = (once ? module.phases_total_ms : module.phases_median_ms)[phase];
        return markup`<td class="n">${ms === undefined ? "–" : duration(ms)}</td>`;
      })
    }</tr>`
  );
  const many = timing.cycles.length;
  return markup`
<section id="time" aria-labelledby="time-title"><h2 id="time-title">Where the time went</h2>${
    when(many > 1, () =>
      markup`
<p class="quiet">Medians over ${count(many, "cycle")}; for the core's start and stop, which happen once, the sum.</p>`)
  }<div class="card flush">${table("Phases of each module", head, rows)}</div><ul class="plain">${
    timeLines(timing)
  }</ul></section>`;
}

function roles({ core, tested }: ReportModuleTiming): Markup {
  const words = [...(core ? ["core"] : []), ...(tested ? [] : ["not tested"])];
  return words.length === 0 ? NOTHING : markup` <small>${words.join(", ")}</small>`;
}

function timeLines(
  { critical_ms, critical_path, cycles, jobs, own_ms, own_pct, sum_ms, wall_ms }: ReportTiming,
): Markup {
  const longest = cycles.reduce<ReportTiming["cycles"][number] | null>(
    (most, cycle) => (cycle.critical_ms ?? 0) > (most?.critical_ms ?? 0) ? cycle : most,
    null,
  );
  const path = pathText(critical_path.filter(({ cycle }) => cycle === longest?.cycle));
  const parts = [
    sum_ms === null ? null : `one after the other ${duration(sum_ms)}`,
    critical_ms === null ? null : `critical path ${duration(critical_ms)}`,
    `the whole run ${duration(wall_ms)}${jobs === null ? "" : ` with ${count(jobs, "job")}`}`,
    own_ms === null
      ? "the harness's own share is not known"
      : `the harness's own ${duration(own_ms)}${own_pct === null ? "" : ` (${own_pct} %)`}`,
  ].filter((part) => part !== null);
  return markup`${
    when(path !== "", () =>
      markup`
<li><b>Critical path${cycles.length > 1 ? ` of cycle ${longest?.cycle ?? ""}, the longest one` : ""}:</b> ${path}</li>`)
  }<li><b>Time:</b> ${parts.join("; ")}</li>`;
}

export function remarksPart({ modules, notices }: Report): Markup {
  const gaps = [...modules.values()].flatMap(({ cycle_results }) =>
    cycle_results.flatMap(({ event_gaps }) => event_gaps)
  );
  const remarks = [...new Set([...notices, ...gaps])];
  if (remarks.length === 0) return NOTHING;
  return markup`
<section id="remarks" aria-labelledby="remarks-title"><h2 id="remarks-title">Remarks</h2><ul class="plain">${
    remarks.slice(0, 100).map((text) =>
      markup`
<li>${text}</li>`
    )
  }${
    when(remarks.length > 100, () =>
      markup`
<li>and ${remarks.length - 100} more in REPORT.json</li>`)
  }</ul></section>`;
}

export function settingsPart({ rules, thresholds }: Report): Markup {
  if (rules === null || thresholds === null) return NOTHING;
  const thresholdRows = Object.entries(thresholds).map(([name, value]) =>
    markup`
<tr><th scope="row"><code>${name}</code></th><td class="n">${value}</td><td>${
      helpOf(THRESHOLDS, name)?.help ?? ""
    }</td></tr>`
  );
  const ruleRows = Object.entries(rules).map(([code, level]) =>
    markup`
<tr><th scope="row"><code>${code}</code></th><td>${level}</td><td>${helpOf(RULES, code)?.when ?? ""}</td></tr>`
  );
  const head = (last: string) =>
    markup`
<tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">${last}</th></tr>`;
  return markup`
<section id="settings" aria-labelledby="settings-title"><h2 id="settings-title">Judged by</h2><details class="bulk card"><summary>Rules and thresholds</summary>${
    table("Rules", head("Applies when"), ruleRows)
  }${table("Thresholds", head("What it is"), thresholdRows)}</details></section>`;
}

function helpOf<T extends object>(entries: T, name: string): T[keyof T] | undefined {
  return Object.hasOwn(entries, name) ? entries[name as keyof T] : undefined;
}

/** Reports are beside the page; `evidenceRef` links to the record, which may be elsewhere. */
export function footer(ownRef: FileRef, evidenceRef: FileRef): Markup {
  const files = [
    ...WRITTEN.map(({ file }) => file).filter((file) => file !== FORMATS.html.file).map(ownRef),
    ...["journal.ndjson", "samples.ndjson", "events.ndjson"].map(evidenceRef),
  ];
  return markup`
<footer><p>Beside this file: ${
    files.map((file, index) => markup`${index > 0 ? ", " : ""}${file}`)
  }, and <code>raw/</code>. Charts are thinned for drawing and keep every lowest and highest point; figures and verdicts rest on all samples.</p></footer>`;
}
