/** One module's section of the page: reasons, figures and charts of each container, tests, cycles, logs, commands. */

import type { JudgedRun, ModuleEvidence } from "../../model/record.ts";
import type { Report, ReportModule, ReportReason } from "../value/report.ts";
import { mainReason, nameOf } from "../words.ts";
import { commandsOf } from "./commands.ts";
import { comparisonTable } from "./comparison.ts";
import { containerPart } from "./container.ts";
import { cycleTable } from "./cycles.ts";
import { type Markup, markup, NOTHING, preformatted, when } from "./escape.ts";
import type { ChartSink } from "./figure.ts";
import { flakyTable } from "./flaky_table.ts";
import { failureLogs, type FileRef } from "./logs.ts";
import { testTable } from "./test_table.ts";

/** Shown at once; the rest is folded away. */
const FIRST_REASONS = 12;
/** REPORT.json has the rest. */
const MOST_REASONS = 1000;

export interface ModulePage {
  judged: JudgedRun;
  report: Report;
  module: ReportModule;
  anchor: string;
  charts: ChartSink;
  fileRef: FileRef;
}

export function moduleSection(page: ModulePage): Markup {
  const { anchor, charts, fileRef, judged, module, report } = page;
  const seen = judged.evidence.modules.find(({ name }) => name === module.name);
  const cycles = seen?.cycles ?? [];
  const containers = Object.entries(module.metrics).map(([name, container]) =>
    containerPart(
      { cycles, name, container, leak: module.leaks[container.service], thresholds: report.thresholds },
      charts,
    )
  );
  const open = module.status === "FAIL" || module.status === "WARN";
  const body = markup`${skippedPart(module)}${reasonPart(module)}${commandPart(page, seen)}${
    failureLogs(module, fileRef)
  }${containers}${comparisonTable(report.comparison, module.name)}${
    when(module.role === undefined, () => testTable(module, fileRef))
  }${flakyTable(module, fileRef)}${cycleTable(module)}${logFiles(module, fileRef)}`;
  const head = markup`<summary><h3>${
    nameOf(module)
  }</h3><span class="status ${module.status}">${module.status}</span><span class="gist">${
    mainReason(module)
  }</span></summary>`;
  return open
    ? markup`
<details class="module card ${module.status}" id="${anchor}" data-module open>${head}<div class="body">${body}</div></details>`
    : markup`
<details class="module card ${module.status}" id="${anchor}" data-module>${head}<div class="body">${body}</div></details>`;
}

function skippedPart({ skipped, status }: ReportModule): Markup {
  if (skipped === null) return NOTHING;
  return markup`
<p class="note">${status === "SKIP" ? "Skipped" : "Not finished"}: ${skipped}</p>`;
}

function reasonPart({ reasons }: ReportModule): Markup {
  if (reasons.length === 0) return NOTHING;
  const shown = reasons.slice(0, MOST_REASONS);
  const rest = shown.slice(FIRST_REASONS);
  const more = reasons.length - shown.length;
  return markup`
<h4>Reasons</h4><ul class="reasons" role="list">${shown.slice(0, FIRST_REASONS).map(reasonItem)}</ul>${
    when(
      rest.length > 0,
      () =>
        markup`
<details class="bulk"><summary>${rest.length} more reasons</summary><ul class="reasons" role="list">${
          rest.map(reasonItem)
        }</ul>${
          when(more > 0, () =>
            markup`
<p class="quiet">And ${more} more in REPORT.json.</p>`)
        }</details>`,
    )
  }`;
}

function reasonItem({ code, level, text }: ReportReason): Markup {
  return markup`
<li data-reason="${code}"><span class="status ${level === "fail" ? "FAIL" : "WARN"}">${
    level === "fail" ? "FAIL" : "WARN"
  }</span><span>${text} <code>${code}</code></span></li>`;
}

function commandPart({ judged: { evidence: { run } }, module }: ModulePage, seen: ModuleEvidence | undefined): Markup {
  if (run === null || module.reasons.length === 0) return NOTHING;
  const lines = commandsOf(module, seen?.cycles ?? [], run);
  return markup`
<details class="commands"><summary>Repeat it by hand</summary><pre role="region" tabindex="0" aria-label="Commands that repeat it by hand">${
    preformatted(lines)
  }</pre></details>`;
}

/** Links to all saved logs of the module. */
function logFiles({ cycle_results, metrics }: ReportModule, fileRef: FileRef): Markup {
  const paths = new Set([
    ...cycle_results.flatMap(({ metrics }) => Object.values(metrics).flatMap(({ log }) => log?.path ?? [])),
    ...Object.values(metrics).flatMap(({ log }) => log?.path ?? []),
  ]);
  if (paths.size === 0) return NOTHING;
  const [first, ...others] = [...paths];
  if (others.length < 4) {
    return markup`
<p class="files">Logs: ${[...paths].map((path, i) => markup`${i > 0 ? ", " : ""}${fileRef(path)}`)}</p>`;
  }
  return markup`
<details class="bulk"><summary>${paths.size} saved logs</summary><p class="files">${fileRef(first ?? "")}${
    others.map((path) => markup`, ${fileRef(path)}`)
  }</p></details>`;
}
