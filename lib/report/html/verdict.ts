/** The top of the page: the verdict of the run, what it rests on, and why the run is incomplete. */

import type { Report } from "../value/report.ts";
import { engineText } from "../words.ts";
import { clock } from "./axis.ts";
import { type Markup, markup, preformatted, when } from "./escape.ts";

export function verdictPart(report: Report): Markup {
  const { status: word, text } = report.verdict;
  const { failed, passed, skipped, warned } = report.summary;
  const tiles: [string, string, number][] = [
    ["FAIL", "failed", failed],
    ["WARN", "warned", warned],
    ["PASS", "passed", passed],
    ["SKIP", "skipped", skipped],
  ];
  return markup`
<header class="verdict card ${word}"><p class="kicker">${report.title}</p><h1><span class="status ${word}">${word}</span> ${text}</h1><ul class="tiles" role="list">${
    tiles.map(([status, name, many]) =>
      markup`
<li class="${many === 0 ? "zero" : status}"><b>${many}</b> ${name}</li>`
    )
  }</ul>${banners(report)}${factList(report)}</header>`;
}

/** Readers must know if the run is incomplete. */
function banners({ failure, verdict }: Report): Markup {
  const detail = failure?.detail ?? null;
  return markup`${
    verdict.endings.map(({ kind, text }) =>
      markup`
<p class="note ${kind === "interrupted" || kind === "unfinished" ? "WARN" : "FAIL"}"><b>${text}</b></p>`
    )
  }${
    when(detail !== null, () =>
      markup`
<pre role="region" tabindex="0" aria-label="Output of the tool that failed">${
        preformatted((detail ?? "").trimEnd().split("\n").slice(-40))
      }</pre>`)
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
