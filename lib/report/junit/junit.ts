/**
 * junit.xml, for the test reporters of Jenkins, GitLab, GitHub and their like: the run itself, then a suite a module and
 * cycle. Bounded: what does not fit is counted, and is red where any of it was. Pure.
 */

import { allowedOutputs } from "../../judge/flaky_tests.ts";
import type { JudgedRun } from "../../model/record.ts";
import { reportOf } from "../json/json.ts";
import { moduleSuites, TEST } from "./module.ts";
import {
  type Case,
  documentPieces,
  NO_CASES,
  type Outcome,
  plus,
  type Suite,
  suiteText,
  type Totals,
  totalsOf,
} from "./xml.ts";
import { utf8Length } from "../../text/bytes.ts";
import type { Rendering } from "../rendering.ts";
import { type PytestCases, readPytestCases } from "./pytest_cases.ts";
import type { Report } from "../value/report.ts";
import { allOf } from "../words.ts";

export interface Limits {
  /** Suites with everything in them; each further one has only what is not well. */
  fullSuites: number;
  /** In UTF-8, of all suites together. */
  bytes: number;
}

/** GitLab takes 30 MB. */
const LIMITS: Limits = { fullSuites: 2000, bytes: 20_000_000 };

const SUITES_BETWEEN = 16;

/** The text of junit.xml in pieces, with the tests' own cases if they are in the audit dir. */
export async function renderJunit({ judged, makeRoom, readRaw }: Rendering): Promise<string[]> {
  return junitPieces(judged, await readPytestCases(judged, readRaw), LIMITS, makeRoom);
}

/** The text of junit.xml, in pieces. `makeRoom` is called now and then. */
export function junitPieces(
  judged: JudgedRun,
  pytest: PytestCases = new Map(),
  limits = LIMITS,
  makeRoom: () => void = () => {},
): string[] {
  const report = reportOf(judged);
  const texts: string[] = [];
  const rest = { suites: 0, totals: NO_CASES };
  let [totals, bytes, index] = [NO_CASES, 0, 0];
  // One by one: the cases of a long run take several times the memory of their text.
  for (const whole of suitesOf(report, pytest, allowedIn(judged))) {
    if (index % SUITES_BETWEEN === 0) makeRoom();
    const suite = index++ < limits.fullSuites ? whole : brief(whole);
    const text = rest.suites > 0 ? "" : suiteText(suite);
    bytes += utf8Length(text);
    if (bytes > limits.bytes) {
      rest.suites++;
      rest.totals = plus(rest.totals, totalsOf(suite));
    } else {
      texts.push(text);
      totals = plus(totals, totalsOf(suite));
    }
  }
  if (rest.suites > 0) {
    const last = restSuite(rest.suites, rest.totals);
    texts.push(suiteText(last));
    totals = plus(totals, totalsOf(last));
  }
  return documentPieces("vx11-stability", totals, report.duration_ms, texts);
}

/** A warning is no failure, unless the run was told to be strict. */
function allowedIn({ evidence }: JudgedRun): ReadonlySet<string> {
  return evidence.run?.strict === true ? new Set() : allowedOutputs(evidence);
}

function* suitesOf(report: Report, pytest: PytestCases, allowed: ReadonlySet<string>): Generator<Suite> {
  yield runSuite(report);
  for (const module of allOf(report)) yield* moduleSuites(report, module, { pytest, allowed });
}

/** Whoever reads it must see that a run was cut short, though no module of it failed. */
function runSuite(report: Report): Suite {
  const { duration_ms, engine, host, mode, started_at, tool } = report;
  const ended = { classname: "vx11.run", name: "came to its end", ms: null, outcome: endOutcome(report) };
  const properties = [
    ["tool", tool === null ? null : `${tool.name} ${tool.version}`],
    ["started_at", started_at],
    ["mode", mode],
    ["engine", engine?.name ?? null],
    ["host", host?.hostname ?? null],
  ] as const;
  return {
    name: "run",
    properties: properties.flatMap(([name, value]) => value === null ? [] : [[name, value] as const]),
    ms: duration_ms,
    cases: [ended, { classname: "vx11.run", name: "left nothing behind", ms: null, outcome: leftOutcome(report) }],
  };
}

function endOutcome({ failure, verdict }: Report): Outcome {
  const ending = verdict.endings.find(({ kind }) => kind !== "left_behind");
  if (ending === undefined) return { kind: "passed" };
  const detail = failure?.detail ?? "";
  const lines = detail === "" ? [] : detail.slice(-40_000).trimEnd().split("\n");
  return {
    kind: "error",
    type: ending.kind === "failed" ? failure?.exit ?? "failed" : ending.kind,
    message: ending.text,
    lines,
  };
}

/** What is left is known at the end alone: a killed run did not get to say it. */
function leftOutcome({ finished, left_behind }: Report): Outcome {
  const [message] = left_behind;
  if (message !== undefined) return { kind: "failure", type: "left_behind", message, lines: left_behind };
  if (finished) return { kind: "passed" };
  return { kind: "skipped", type: "", message: "not looked at: the run did not come to its end", lines: [] };
}

/** What is not well, or else that it was well, in a case or two. */
function brief({ cases, name, ms, properties }: Suite): Suite {
  const telling = cases.filter(({ outcome }) => isTelling(outcome)).map(({ classname, ms, name, outcome }) => (
    { classname, ms, name, outcome }
  ));
  const status = new Map(properties).get("status") ?? "PASS";
  const outcome: Outcome = status === "PASS"
    ? { kind: "passed" }
    : { kind: "skipped", type: "", message: status, lines: [] };
  const verdict: Case[] = cases.slice(0, 1).map(({ classname }) => ({ classname, name: "verdict", ms: null, outcome }));
  return { name, ms, properties: [], cases: telling.length > 0 ? telling : verdict };
}

/** A failure, or a warning. */
function isTelling(outcome: Outcome): boolean {
  if (outcome.kind !== "skipped") return outcome.kind !== "passed";
  return outcome.type !== TEST && outcome.lines.length > 0;
}

function restSuite(count: number, { errors, failures }: Totals): Suite {
  const message = `${count} more suites, with ${failures} failures and ${errors} errors, are in REPORT.json`;
  const kind = failures + errors > 0 ? "failure" : "skipped";
  return {
    name: "what did not fit",
    properties: [],
    ms: null,
    cases: [{ classname: "vx11.run", name: "rest", ms: null, outcome: { kind, type: "rest", message, lines: [] } }],
  };
}
