/**
 * "Timeline" of the page: the whole run as a Gantt chart; with several cycles, one bar for each cycle, and below it each cycle
 * by its phases; then all marks as a list.
 */

import { max } from "../../figures/stats.ts";
import { count, duration } from "../../text/units.ts";
import type { Phase } from "../../model/evidence.ts";
import type { CycleEvidence, JudgedRun } from "../../model/record.ts";
import type { Status } from "../../model/outcome.ts";
import { clock, type Span } from "./axis.ts";
import { type Markup, markup, NOTHING, when } from "./escape.ts";
import { type Bar, gantt, markLegend, markText, type Row } from "./gantt.ts";
import { type ChartMark, MARK_KINDS, marksOf } from "./marks.ts";
import { STATUSES, worstOf } from "../../model/outcome.ts";

/** Up to this many cycles are shown by phases in one picture. */
const MOST_IN_ONE = 2;
/** Pictures of single cycles, and marks in the list; REPORT.json has the rest. */
const MOST_CYCLES = 120;
const MOST_MARKS = 200;

const PHASE_NAMES: Record<Phase, string> = {
  slot: "Waits for its turn",
  dependencies: "Waits for dependencies",
  start: "Start",
  ready: "Until ready",
  probes: "Probes",
  tests: "Tests",
  soak: "Soak",
  look: "Last look",
  stop: "Stop",
};

/** In pieces: for a long run, the pictures of its cycles are most of the page. */
export function* timeline(judged: JudgedRun, anchors: ReadonlyMap<string, string>): Generator<Markup> {
  const { evidence } = judged;
  const marks = marksOf(evidence);
  const numbers = [...new Set(evidence.modules.flatMap(({ cycles }) => cycles.map(({ cycle }) => cycle)))]
    .sort((a, b) => a - b);
  const byPhase = numbers.length <= MOST_IN_ONE;
  const statusOf = statusFinder(judged);
  const all = rowsOf(judged, anchors, marks, byPhase ? phaseBars : (cycle, name) => [cycleBar(statusOf, cycle, name)]);
  const rows = all.filter(({ bars }) => bars.length > 0);
  if (rows.length === 0) {
    return yield markup`
<section id="timeline" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2><p class="quiet">No phase of the run was timed.</p></section>`;
  }
  const span = {
    startMs: 0,
    endMs: Math.max(evidence.durationMs, max(rows.flatMap(({ bars }) => bars.map((b) => b.endMs))) ?? 0),
  };
  const label = `Timeline of ${count(rows.length, "module")} over ${duration(span.endMs)}, ${
    byPhase ? "by phases" : "a bar for each cycle"
  }; ${count(marks.length, "mark")}${marks.length > 0 ? ", listed below" : ""}`;
  yield markup`
<section id="timeline" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2><div class="card">${
    gantt(rows, span, label)
  }${byPhase ? phaseLegend(judged, marks) : cycleLegend(judged, marks)}`;
  if (!byPhase) yield* cyclePictures(judged, anchors, marks, numbers);
  yield markup`${markList(marks)}</div></section>`;
}

type BarsOf = (cycle: CycleEvidence, module: string) => Bar[];

function rowsOf(
  { evidence }: JudgedRun,
  anchors: ReadonlyMap<string, string>,
  marks: readonly ChartMark[],
  barsOf: BarsOf,
): Row[] {
  const place = new Map(Object.keys(evidence.run?.services ?? {}).map((name, index) => [name, index]));
  const placeOf = ({ name }: Row) => place.get(name) ?? place.size;
  const marked = Map.groupBy(marks, ({ module }) => module);
  return evidence.modules.map(({ cycles, name }): Row => ({
    name,
    href: anchors.get(name) ?? null,
    bars: cycles.filter(({ phases }) => phases.length > 0).flatMap((cycle) => barsOf(cycle, name)),
    marks: marked.get(name) ?? [],
  })).sort((a, b) => placeOf(a) - placeOf(b));
}

function phaseBars({ cycle, phases }: CycleEvidence, module: string): Bar[] {
  return phases.map(({ durationMs, phase, startMs }) => ({
    startMs,
    endMs: startMs + durationMs,
    look: `p-${phase}`,
    lane: phase === "probes" ? "upper" : phase === "tests" ? "lower" : "whole",
    title: `${module}, cycle ${cycle}: ${phase} ${duration(durationMs)}, from ${clock(startMs)}`,
  }));
}

function cycleBar(statusOf: StatusOf, { cycle, phases }: CycleEvidence, module: string): Bar {
  const { endMs, startMs } = spanOf(phases);
  const status = statusOf(module, cycle);
  const said = status === null ? "not tested" : status;
  const title = `${module}, cycle ${cycle}: ${said}, ${duration(endMs - startMs)}, from ${clock(startMs)}`;
  return { startMs, endMs, look: `s-${status ?? "none"}`, lane: "whole", title };
}

/** null if the module was not tested in that cycle. */
type StatusOf = (module: string, cycle: number) => Status | null;

function statusFinder({ alsoRun, modules }: JudgedRun): StatusOf {
  const known = new Map(
    [...modules, ...alsoRun].map((
      { cycles, name },
    ) => [name, new Map(cycles.map(({ cycle, status }) => [cycle, status]))]),
  );
  return (module, cycle) => known.get(module)?.get(cycle) ?? null;
}

function spanOf(phases: CycleEvidence["phases"]): Span {
  return {
    startMs: Math.min(...phases.map(({ startMs }) => startMs)),
    endMs: Math.max(...phases.map(({ durationMs, startMs }) => startMs + durationMs)),
  };
}

function* cyclePictures(
  judged: JudgedRun,
  anchors: ReadonlyMap<string, string>,
  marks: readonly ChartMark[],
  numbers: readonly number[],
): Generator<Markup> {
  const statusOf = statusFinder(judged);
  const marked = Map.groupBy(marks, ({ cycle }) => cycle);
  const shown = new Set(numbers.slice(0, MOST_CYCLES));
  const few = withCycles(judged, (cycle) => shown.has(cycle));
  yield markup`
<details class="bulk"><summary>Each cycle by its phases</summary>${phaseLegend(judged, marks)}`;
  for (const number of shown) {
    const statuses = [...judged.modules, ...judged.alsoRun].map(({ name }) => statusOf(name, number));
    const worst = worstOf(statuses.filter((status) => status !== null));
    yield cyclePicture(withCycles(few, (cycle) => cycle === number), anchors, marked.get(number) ?? [], {
      number,
      worst,
    });
  }
  const more = numbers.length - MOST_CYCLES;
  yield markup`${
    when(more > 0, () =>
      markup`
<p class="quiet">And ${count(more, "more cycle")} in REPORT.json.</p>`)
  }</details>`;
}

/** The run as if it had only these cycles. */
function withCycles(judged: JudgedRun, isWanted: (cycle: number) => boolean): JudgedRun {
  const modules = judged.evidence.modules.map((module) => (
    { ...module, cycles: module.cycles.filter(({ cycle }) => isWanted(cycle)) }
  ));
  return { ...judged, evidence: { ...judged.evidence, modules } };
}

function cyclePicture(
  judged: JudgedRun,
  anchors: ReadonlyMap<string, string>,
  marks: readonly ChartMark[],
  { number, worst }: { number: number; worst: Status | undefined },
): Markup {
  const rows = rowsOf(judged, anchors, marks, phaseBars).filter(({ bars }) => bars.length > 0);
  if (rows.length === 0) return NOTHING;
  const span = spanOf(
    rows.flatMap(({ bars }) => bars).map(({ endMs, startMs }) => ({
      phase: "look",
      startMs,
      durationMs: endMs - startMs,
    })),
  );
  const label = `Cycle ${number} by phases, ${duration(span.endMs - span.startMs)}`;
  return markup`
<details class="cycle"><summary>Cycle ${number}<span class="status ${worst ?? "SKIP"}">${
    worst ?? "not judged"
  }</span><span class="quiet">${duration(span.endMs - span.startMs)}, from ${clock(span.startMs)}</span></summary>${
    gantt(rows, span, label)
  }</details>`;
}

function phaseLegend({ evidence }: JudgedRun, marks: readonly ChartMark[]): Markup {
  const used = new Set(evidence.modules.flatMap(({ cycles }) => cycles.flatMap((c) => c.phases.map((p) => p.phase))));
  const phases = (Object.keys(PHASE_NAMES) as Phase[]).filter((phase) => used.has(phase));
  return legend(phases.map((phase) => [`p-${phase}`, PHASE_NAMES[phase]]), marks);
}

function cycleLegend({ alsoRun, modules }: JudgedRun, marks: readonly ChartMark[]): Markup {
  const statuses = new Set([...modules, ...alsoRun].flatMap(({ cycles }) => cycles.map(({ status }) => status)));
  const known = STATUSES.filter((status) => statuses.has(status));
  return legend([...known.map((status): [string, string] => [`s-${status}`, status]), ["s-none", "not tested"]], marks);
}

function legend(entries: readonly (readonly [string, string])[], marks: readonly ChartMark[]): Markup {
  const kinds = MARK_KINDS.filter((kind) => marks.some((mark) => mark.kind === kind));
  return markup`<ul class="legend" role="list">${
    entries.map(([look, name]) =>
      markup`
<li><svg class="key" width="14" height="14" aria-hidden="true"><rect class="${look}" width="14" height="14" rx="3"/></svg>${name}</li>`
    )
  }${markLegend(kinds)}</ul>`;
}

function markList(marks: readonly ChartMark[]): Markup {
  if (marks.length === 0) return NOTHING;
  const more = marks.length - MOST_MARKS;
  return markup`
<details class="bulk"><summary>All marks as a list (${marks.length})</summary><ul class="plain">${
    marks.slice(0, MOST_MARKS).map((mark) =>
      markup`
<li>${mark.module}: ${markText(mark)}</li>`
    )
  }${
    when(more > 0, () =>
      markup`
<li>and ${more} more in REPORT.json</li>`)
  }</ul></details>`;
}
