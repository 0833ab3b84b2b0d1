/** A module's tests that both passed and failed: how often, in which cycles, and what was around the first failure. */

import { cut } from "../escape.ts";
import { FLAKY_COLUMNS, flakyWords } from "../value/flaky_tests.ts";
import type { ReportFlakyTest, ReportModule } from "../value/report.ts";
import { orDash } from "../words.ts";
import { type Markup, markup, NOTHING, when } from "./escape.ts";
import type { FileRef } from "./logs.ts";
import { table } from "./table.ts";

/** REPORT.json has the rest. */
const MOST = 200;
const LONGEST_MESSAGE = 600;

export function flakyTable({ flaky_tests, name }: ReportModule, fileRef: FileRef): Markup {
  if (flaky_tests.length === 0) return NOTHING;
  const head = markup`
<tr>${FLAKY_COLUMNS.map((text) => markup`<th scope="col">${text}</th>`)}<th scope="col">First failure</th></tr>`;
  const more = flaky_tests.length - MOST;
  return markup`
<h4>Flaky tests</h4>${
    table(`Flaky tests of ${name}`, head, flaky_tests.slice(0, MOST).map((each) => row(each, fileRef)))
  }${
    when(more > 0, () =>
      markup`
<p class="quiet">And ${more} more in REPORT.json.</p>`)
  }`;
}

function row(flaky: ReportFlakyTest, fileRef: FileRef): Markup {
  const { first_failure } = flaky;
  const { cycles, first, name, notes, rate } = flakyWords(flaky);
  const message = first_failure?.message ?? null;
  return markup`
<tr><th scope="row"><span class="name">${name}</span>${
    when(message !== null, () => markup`<span class="first-failure">${cut(message ?? "", LONGEST_MESSAGE)}</span>`)
  }</th><td>${rate}</td><td>${cycles}</td><td>${orDash(notes || null)}</td><td>${
    first_failure === null ? "–" : markup`${first}: ${fileRef(first_failure.output)}`
  }</td></tr>`;
}
