/** The comparison with a baseline on the page: of the run as a whole, and of each module's figures beside the earlier ones. */

import { FIGURE_TITLES } from "../../figures/figure_words.ts";
import type { ReportComparison, ReportFigureChange, ReportModuleChange } from "../value/comparison.ts";
import {
  basisText,
  changeText,
  cyclesText,
  judgedText,
  moduleTally,
  needsServices,
  sideText,
  statusText,
  tallyText,
  testText,
  valueText,
} from "../comparison_words.ts";
import { type Markup, markup, NOTHING, when } from "./escape.ts";
import { table } from "./table.ts";

export function comparisonSection(comparison: ReportComparison | null): Markup {
  if (comparison === null) return NOTHING;
  const { after, before, busy, differences, in_place, modules, not_judged } = comparison;
  const head = markup`
<tr><th scope="col">Module</th><th scope="col">Status</th><th scope="col">Figures</th></tr>`;
  const rows = modules.map((module) =>
    markup`
<tr><th scope="row"><span class="name">${module.name}</span></th><td>${statusText(module)}</td><td>${
      moduleTally(module)
    }</td></tr>`
  );
  return markup`
<section id="baseline" aria-labelledby="baseline-title"><h2 id="baseline-title">Against the baseline</h2>${
    when(not_judged !== null, () => note(`Not judged: ${not_judged}`))
  }${when(not_judged === null && busy !== null, () => note(`Not all was judged: ${busy}`))}<ul class="plain">
<li>Before: ${sideText(before)}</li><li>After: ${sideText(after)}</li><li>Figures: ${tallyText(comparison)}</li>${
    when(in_place !== null, () => markup`<li>${in_place ?? ""}</li>`)
  }${differences.map((text) => markup`<li>Not the same in both: ${text}</li>`)}</ul><div class="card flush">${
    table("Modules against the baseline", head, rows)
  }</div>
<p class="quiet">${basisText(comparison)}</p></section>`;
}

function note(text: string): Markup {
  return markup`
<p class="note">${text}</p>`;
}

export function comparisonTable(comparison: ReportComparison | null, name: string): Markup {
  const module = comparison?.modules.find((each) => each.name === name);
  if (module === undefined || !module.in_both) return NOTHING;
  const services = needsServices(module);
  const head = [...(services ? ["Service"] : []), "Figure", "Before", "After", "Change", "Cycles", "Judged"];
  return markup`
<h4>Against the baseline</h4>${
    when(module.figures.length > 0, () =>
      table(
        `Figures of ${name} against the baseline`,
        markup`
<tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr>`,
        module.figures.map((change) => figureRow(change, services)),
      ))
  }${changedTests(module)}`;
}

function figureRow(change: ReportFigureChange, services: boolean): Markup {
  const { figure, judgement, median_after, median_before, service } = change;
  const judged = judgedText(change);
  const cells = [
    valueText(figure, median_before),
    valueText(figure, median_after),
    changeText(change),
    cyclesText(change),
  ];
  return markup`
<tr>${when(services, () => markup`<td>${service}</td>`)}<th scope="row">${FIGURE_TITLES[figure]}</th>${
    cells.map((cell) => markup`<td class="n">${cell}</td>`)
  }<td>${judgement === "worse" ? markup`<strong>${judged}</strong>` : judged}</td></tr>`;
}

function changedTests({ tests }: ReportModuleChange): Markup {
  if (tests.length === 0) return NOTHING;
  return markup`
<ul class="plain">${tests.map((test) => markup`<li>${testText(test)}</li>`)}</ul>`;
}
