/** The comparison with a baseline on the page: of the run as a whole, and of each module's figures beside the earlier ones. */

import { FIGURE_TITLES } from "../../figures/figure_words.ts";
import { count } from "../../text/units.ts";
import { hasChanged, hiddenText, isTelling } from "../changed.ts";
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
  const { after, before, busy, differences, in_place, modules, sentence } = comparison;
  const changed = modules.filter(hasChanged);
  const others = modules.filter((module) => !hasChanged(module));
  return markup`
<section id="baseline" aria-labelledby="baseline-title"><h2 id="baseline-title">Against the baseline</h2>
<p><strong>${sentence}</strong></p>${when(busy !== null, () => note(`Not all was judged: ${busy}`))}${
    when(
      changed.length > 0,
      () => markup`<div class="card flush">${modulesTable("Modules that changed", changed)}</div>`,
    )
  }${
    when(others.length > 0, () =>
      markup`
<details class="bulk"><summary>${count(others.length, "module")} without a change that counts</summary>${
        modulesTable("Modules without a change", others)
      }</details>`)
  }<ul class="plain">
<li>Before: ${sideText(before)}</li><li>After: ${sideText(after)}</li><li>Figures: ${tallyText(comparison)}</li>${
    when(in_place !== null, () => markup`<li>${in_place ?? ""}</li>`)
  }${differences.map((text) => markup`<li>Not the same in both: ${text}</li>`)}</ul>
<p class="quiet">${basisText(comparison)}</p></section>`;
}

function modulesTable(name: string, modules: readonly ReportModuleChange[]): Markup {
  const head = markup`
<tr><th scope="col">Module</th><th scope="col">Status</th><th scope="col">Figures</th></tr>`;
  const rows = modules.map((module) =>
    markup`
<tr><th scope="row"><span class="name">${module.name}</span></th><td>${statusText(module)}</td><td>${
      moduleTally(module)
    }</td></tr>`
  );
  return table(name, head, rows);
}

function note(text: string): Markup {
  return markup`
<p class="note">${text}</p>`;
}

export function comparisonTable(comparison: ReportComparison | null, name: string): Markup {
  const module = comparison?.modules.find((each) => each.name === name);
  if (module === undefined || !module.in_both) return NOTHING;
  const telling = module.figures.filter(isTelling);
  const others = module.figures.filter((figure) => !isTelling(figure));
  return markup`
<h4>Against the baseline</h4>${
    when(telling.length > 0, () => figuresTable(`Figures of ${name} that changed`, module, telling))
  }${changedTests(module)}${
    when(others.length > 0, () =>
      markup`
<details class="bulk"><summary>${telling.length === 0 ? "Figures" : "Other figures"}: ${
        hiddenText(module.figures) ?? ""
      }</summary>${figuresTable(`Figures of ${name} without a change`, module, others)}</details>`)
  }`;
}

function figuresTable(name: string, module: ReportModuleChange, figures: readonly ReportFigureChange[]): Markup {
  const services = needsServices(module);
  const head = [...(services ? ["Service"] : []), "Figure", "Before", "After", "Change", "Cycles", "Judged"];
  return table(
    name,
    markup`
<tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr>`,
    figures.map((change) => figureRow(change, services)),
  );
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
