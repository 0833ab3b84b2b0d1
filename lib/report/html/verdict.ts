/** The top of the page: the verdict of the run, what it rests on, and what makes it no whole run. */

import { count } from "../../text/units.ts";
import type { Status } from "../../model/outcome.ts";
import type { Report } from "../value/report.ts";
import { failureSentence, nameOf } from "../words.ts";
import { clock } from "./axis.ts";
import { type Markup, markup, preformatted, when } from "./escape.ts";

export interface Headline {
  word: "PASS" | "WARN" | "FAIL" | "SKIP";
  text: string;
}

/** Worst wins; a run that saw no module to its end is no PASS. */
export function headline({ also_run, failure, finished, interrupted, summary }: Report): Headline {
  const others = [...also_run.values()];
  const also = (status: Status) => others.filter((module) => module.status === status).map(nameOf).join(", ");
  const { failed, passed, skipped, total_modules, warned } = summary;
  const of = `of ${count(total_modules, "module")}`;
  if (failed > 0) return { word: "FAIL", text: `${failed} ${of} failed` };
  if (failure === null && also("FAIL") !== "") {
    return { word: "FAIL", text: `What the modules need failed: ${also("FAIL")}` };
  }
  if (failure !== null) return { word: "FAIL", text: "The run failed" };
  if (interrupted !== null || !finished) return { word: "WARN", text: "The run did not come to its end" };
  if (warned > 0) return { word: "WARN", text: `${warned} ${of} gave a warning` };
  if (also("WARN") !== "") return { word: "WARN", text: `What the modules need gave a warning: ${also("WARN")}` };
  if (passed === 0) {
    return { word: "SKIP", text: total_modules === 0 ? "No module was tested" : "Every module was skipped" };
  }
  return {
    word: "PASS",
    text: skipped > 0
      ? `${passed} ${of} passed`
      : passed === 1
      ? "The module is stable"
      : `All ${passed} modules are stable`,
  };
}

export function verdictPart(report: Report): Markup {
  const { word, text } = headline(report);
  const { failed, passed, skipped, warned } = report.summary;
  const tiles: [string, string, number][] = [
    ["FAIL", "failed", failed],
    ["WARN", "warned", warned],
    ["PASS", "passed", passed],
    ["SKIP", "skipped", skipped],
  ];
  return markup`
<header class="verdict card ${word}"><p class="kicker">VX11 stability report</p><h1><span class="status ${word}">${word}</span> ${text}</h1><ul class="tiles" role="list">${
    tiles.map(([status, name, many]) =>
      markup`
<li class="${many === 0 ? "zero" : status}"><b>${many}</b> ${name}</li>`
    )
  }</ul>${banners(report)}${factList(report)}</header>`;
}

/** Whoever reads on must know that this is not a whole run. */
function banners({ failure, finished, interrupted, left_behind }: Report): Markup {
  return markup`${
    left_behind.map((text) =>
      markup`
<p class="note FAIL"><b>Left behind.</b> ${text}</p>`
    )
  }${
    when(interrupted !== null, () =>
      markup`
<p class="note WARN"><b>Interrupted by ${interrupted ?? ""}.</b> This report holds what was seen until then.</p>`)
  }${
    when(failure !== null, () =>
      markup`<div class="note FAIL"><p><b>The run failed:</b> ${
        failure === null ? "" : failureSentence(failure)
      } (exit code ${failure?.exit_code ?? ""})</p>${
        when(failure?.detail !== null, () =>
          markup`
<pre role="region" tabindex="0" aria-label="Output of the tool that failed">${
            preformatted(
              (failure?.detail ?? "").trimEnd().split("\n").slice(-40),
            )
          }</pre>`)
      }</div>`)
  }${
    when(!finished && failure === null && interrupted === null, () =>
      markup`
<p class="note WARN"><b>The run did not come to its end.</b> This report holds what was seen until then.</p>`)
  }`;
}

function factList(report: Report): Markup {
  const { engine, host, project, settings, tool } = report;
  const facts: [string, string][] = [
    [
      "Started",
      report.started_at === null ? "unknown" : `${report.started_at.replace("T", " ").replace(/(\.\d+)?Z$/, "")} UTC`,
    ],
    ["Duration", clock(report.duration_ms)],
    ["Cycles", `${report.cycles ?? "unknown"}`],
    ["Mode", report.mode ?? "unknown"],
  ];
  if (project !== null) facts.push(["Project", `${project.name} in ${project.dir}`]);
  if (engine !== null) facts.push(["Engine", engineText(engine)]);
  if (host !== null) facts.push(["Host", `${host.hostname} (${host.os}, ${host.arch})`]);
  if (tool !== null) facts.push(["Tool", `${tool.name} ${tool.version}`]);
  if (settings?.strict === true) facts.push(["Strict", "a warning counts as a failure"]);
  return markup`
<dl class="facts">${facts.map(([key, value]) => markup`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function engineText({ cgroup, name, versions }: NonNullable<Report["engine"]>): string {
  const parts = Object.entries(versions).map(([part, version]) => `${part} ${version}`);
  if (cgroup !== null) parts.push(`cgroup ${cgroup}`);
  return parts.length === 0 ? name : `${name} (${parts.join(", ")})`;
}
