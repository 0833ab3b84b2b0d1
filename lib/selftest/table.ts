/** A self-test's results as text, Markdown and JSON. Pure. */

import { DEFAULT_TESTS_PER, type TestsPer } from "../model/settings.ts";
import { mean } from "../figures/stats.ts";
import { count, duration } from "../text/units.ts";
import type { RigName } from "./rig_name.ts";
import { codeSpan, markdown, plain } from "../report/escape.ts";
import { table } from "../report/words.ts";
import type { CatalogueEntry, Family } from "./defect.ts";
import { incidentsText, OUTCOMES, type Planted, plantedIn } from "./outcome.ts";
import { type Row, rowsOf, type Score, scoreOf } from "./score.ts";
import type { Trial } from "./trial.ts";

export interface Results {
  tool: { name: string; version: string };
  engine: RigName;
  /** Name → version, of the engine's parts and of the host. */
  versions: Record<string, string>;
  /** UTC, with `Z`. */
  startedAt: string;
  durationMs: number;
  jobs: number;
  repeat: number;
  /** Families that were asked for; empty: all. */
  only: readonly Family[];
  sideBySide: boolean;
  /** What has a pytest of its own. */
  testsPer: TestsPer;
  entries: readonly CatalogueEntry[];
  trials: readonly Trial[];
  /** Entries that were not tried here → why. */
  skipped: ReadonlyMap<string, string>;
}

/** The whole result in one line. */
export function verdictLine({ engine, trials }: Results): string {
  const score = scoreOf(trials);
  const counts = OUTCOMES.slice(1).map((outcome) => `${score.counts[outcome]} ${outcome}`).join(", ");
  return `${count(score.trials, "trial")} on the ${engine} engine: ${score.wrong} wrong (${counts}); ${
    boundText(score)
  }`;
}

function boundText({ boundPct }: Score): string {
  return boundPct === null
    ? "nothing was tried"
    : `with 95 % confidence wrong in at most ${boundPct.toPrecision(2)} % of such cases`;
}

/** The text of SELFTEST.md. */
export function markdownOf(results: Results): string {
  const { durationMs, entries, jobs, sideBySide, skipped, startedAt, testsPer, tool, trials, versions } = results;
  const rows = rowsOf(entries, trials);
  const wrong = rows.filter(({ shown }) => shown !== undefined && shown.outcome !== "right");
  const parts = [
    "# VX11 stability self-test",
    `**${markdown(verdictLine(results))}**`,
    [
      `- **Started:** ${startedAt}`,
      `- **Duration:** ${duration(durationMs)}, ${count(jobs, "trial")} at a time${
        sideBySide ? ", each beside a healthy module" : ""
      }${testsPer === DEFAULT_TESTS_PER ? "" : `, one pytest a ${testsPer}`}`,
      `- **Tool:** ${markdown(`${tool.name} ${tool.version}`)}`,
      `- **On:** ${markdown(Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", "))}`,
    ].join("\n"),
    table(["Defect", "What is planted", "Expected", "Got", "Trials", "Wrong", "Mean time"], rows.map(cells)),
    ...wrong.flatMap(({ entry, shown }) => shown === undefined ? [] : [wrongText(entry, shown)]),
    ...(skipped.size === 0
      ? []
      : ["Not tried here:", [...skipped].map(([id, why]) => `- ${id}: ${markdown(why)}`).join("\n")]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function cells({ entry, trials, shown }: Row): string[] {
  const time = mean(trials.map(({ durationMs }) => durationMs));
  return [
    entry.id,
    markdown(entry.what),
    verdictText(entry.status, entry.codes),
    shown === undefined ? "–" : verdictText(shown.status ?? "none", shown.codes),
    `${trials.length}`,
    `${trials.filter(({ outcome }) => outcome !== "right").length}`,
    time === undefined ? "–" : duration(time),
  ];
}

/** `FAIL oom_killed, exited` */
export function verdictText(status: string, codes: readonly string[]): string {
  return codes.length === 0 ? status : `${status} ${codes.join(", ")}`;
}

function wrongText(entry: CatalogueEntry, trial: Trial): string {
  const said = `**${entry.id}** was judged wrong (${trial.outcome}); evidence: ${codeSpan(trial.dir)}`;
  const why = whyOf(trial).map((text) => `- ${markdown(text)}`);
  return [said, ...(why.length === 0 ? [] : ["", ...why])].join("\n");
}

/** The sentences of its reasons, and the recorded figures if these are wrong. */
function whyOf({ incidents, outcome, why }: Trial): string[] {
  return outcome === "wrong figure" && incidents !== null ? [...why, `recorded: ${incidentsText(incidents)}`] : why;
}

/** The text of SELFTEST.json; the unit is the last word of a key. */
export function jsonOf(results: Results): string {
  const {
    durationMs,
    engine,
    entries,
    jobs,
    only,
    repeat,
    sideBySide,
    skipped,
    startedAt,
    testsPer,
    tool,
    trials,
    versions,
  } = results;
  const score = scoreOf(trials);
  const value = {
    tool,
    engine,
    versions,
    started_at: startedAt,
    duration_ms: Math.round(durationMs),
    jobs,
    repeat,
    only,
    side_by_side: sideBySide,
    tests_per: testsPer,
    summary: { trials: score.trials, wrong: score.wrong, counts: score.counts, wrong_bound_95_pct: score.boundPct },
    skipped: Object.fromEntries(skipped),
    defects: rowsOf(entries, trials).map(({ entry, trials: own }) => ({
      id: entry.id,
      what: entry.what,
      expected: { status: entry.status, codes: entry.codes, ...incidentsJson(plantedIn(entry)) },
      trials: own.map(trialJson),
    })),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function trialJson({ status, codes, incidents, outcome, why, durationMs }: Trial) {
  return {
    status,
    codes,
    ...incidentsJson(incidents),
    outcome,
    duration_ms: Math.round(durationMs),
    ...(outcome === "right" ? {} : { why }),
  };
}

function incidentsJson(incidents: Planted | null) {
  return {
    restarts: incidents?.restarts ?? null,
    replaced: incidents?.replaced ?? null,
    killed_for_memory: incidents?.killedForMemory ?? null,
  };
}

/** One trial as a line of output: `right   start/exits-1   FAIL exited   812 ms`. */
export function trialLine(trial: Trial): string {
  const { id, outcome, status, codes, durationMs } = trial;
  const line = `${outcome.padEnd(12)} ${id.padEnd(32)} ${verdictText(status ?? "none", codes)} (${
    duration(durationMs)
  })`;
  return [line, ...(outcome === "right" ? [] : whyOf(trial).map((text) => `    ${plain(text)}`))].join("\n");
}
