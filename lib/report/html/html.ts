/**
 * REPORT.html: the run in one file that opens from disk, without a network. It is written from the same values as the other
 * reports and decides nothing. Everything is in the markup; the script only sorts the table and draws the charts.
 */

import type { Rendering } from "../rendering.ts";
import type { Status } from "../../model/outcome.ts";
import type { JudgedRun } from "../../model/record.ts";
import { reportOf } from "../json/json.ts";
import { ASSETS, type Assets } from "./assets.ts";
import { footer, remarksPart, settingsPart, timingPart } from "./closing.ts";
import { comparisonSection } from "./comparison.ts";
import { dataScript, element, type Markup, markup } from "./escape.ts";
import type { ChartSink } from "./figure.ts";
import { fileRefs } from "./logs.ts";
import { moduleSection } from "./module.ts";
import { overview } from "./overview.ts";
import { timeline } from "./timeline.ts";
import { allOf } from "../words.ts";
import { verdictPart } from "./verdict.ts";

export function renderHtml({ judged, up }: Rendering): Iterable<string> {
  return htmlPieces(judged, undefined, up);
}

/**
 * The text of REPORT.html, in pieces. `assets`: script and style, which tests leave out. `up`: the path of links from its folder
 * to the audit dir, with a slash at the end; empty if both are the same.
 */
export function* htmlPieces(judged: JudgedRun, assets: Assets = ASSETS, up = ""): Generator<string> {
  for (const piece of pieces(judged, assets, up)) yield piece.toString();
}

function* pieces(judged: JudgedRun, assets: Assets, up: string): Generator<Markup> {
  const report = reportOf(judged);
  const { status: word, text } = report.verdict;
  const modules = allOf(report);
  const anchors = new Map(modules.map(({ name }, index) => [name, `m${index}`]));
  const fileRef = fileRefs(up);
  const sink: ChartSink = { charts: [] };
  yield head(`${word}: ${text} – ${report.title}, ${report.timestamp ?? ""}`, word, assets);
  yield markup`<a class="skip" href="#modules">To the modules</a>
<main>${verdictPart(report)}${overview(modules, anchors)}${comparisonSection(report.comparison)}`;
  yield* timeline(judged, anchors);
  yield markup`
<section id="details" aria-labelledby="details-title"><h2 id="details-title">Module by module</h2>`;
  for (const module of modules) {
    yield moduleSection({ judged, report, module, anchor: anchors.get(module.name) ?? "", charts: sink, fileRef });
  }
  yield markup`</section>${timingPart(report.timing)}${remarksPart(report)}${settingsPart(report)}</main>${
    footer(fileRefs(""), fileRef)
  }
`;
  yield dataScript("chart-data", sink.charts);
  yield markup`${assets.scripts.map(({ text }) => element("script", text))}</body></html>
`;
}

/** The icon in the browser's tab: a dot in the colour of the verdict. */
const ICON = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
  "%3Ccircle cx='8' cy='8' r='7' fill='%23COLOR'/%3E%3C/svg%3E";
const ICON_COLORS: Record<Status, string> = {
  PASS: "1a7f4b",
  WARN: "c98a12",
  FAIL: "b3261e",
  SKIP: "7a828a",
};

/** The policy forbids loading anything, and any script or style but the page's own. */
function head(title: string, word: Status, assets: Assets): Markup {
  const policy = `default-src 'none'; script-src ${
    assets.scripts.map(({ hash }) => `'${hash}'`).join(" ")
  }; style-src ${
    assets.styles.map(({ hash }) => `'${hash}'`).join(" ")
  }; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="${ICON.replace("COLOR", ICON_COLORS[word])}">${
    assets.styles.map(({ text }) => element("style", text))
  }</head>
<body>
`;
}
