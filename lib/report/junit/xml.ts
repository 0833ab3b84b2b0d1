/**
 * Suites and cases as JUnit's XML, in what Jenkins and Maven Surefire both allow: one `failure`, `error` or `skipped` a case,
 * no attribute that only one of them knows. Every text is bounded. Pure.
 */

import { xmlLines, xmlText } from "../escape/xml.ts";

export interface Suite {
  name: string;
  properties: readonly (readonly [string, string])[];
  /** null where it is not known. */
  ms: number | null;
  cases: readonly Case[];
}

export interface Case {
  classname: string;
  name: string;
  /** null for what takes no time of its own, such as a rule. */
  ms: number | null;
  outcome: Outcome;
  /** Lines that stand below it as its output. */
  output?: readonly string[];
}

export type Outcome =
  | { kind: "passed" }
  | { kind: "failure" | "error" | "skipped"; type: string; message: string; lines: readonly string[] };

export type Kind = Outcome["kind"];

const LONGEST_NAME = 200;
const LONGEST_MESSAGE = 600;
const LONGEST_LINE = 1000;
const MOST_LINES = 40;

export function countOf(cases: readonly Case[], kind: Kind): number {
  return cases.filter(({ outcome }) => outcome.kind === kind).length;
}

export interface Totals {
  tests: number;
  failures: number;
  errors: number;
}

export const NO_CASES: Totals = { tests: 0, failures: 0, errors: 0 };

export function totalsOf({ cases }: Suite): Totals {
  return { tests: cases.length, failures: countOf(cases, "failure"), errors: countOf(cases, "error") };
}

export function plus(a: Totals, b: Totals): Totals {
  return { tests: a.tests + b.tests, failures: a.failures + b.failures, errors: a.errors + b.errors };
}

/** The whole document around the texts of its suites, in pieces. */
export function documentPieces(
  name: string,
  { errors, failures, tests }: Totals,
  ms: number | null,
  suites: readonly string[],
): string[] {
  const counts = [["tests", tests], ["failures", failures], ["errors", errors]] as const;
  const head = attributes([["name", name], ...counts, ...time(ms)]);
  return ['<?xml version="1.0" encoding="UTF-8"?>\n', `<testsuites ${head}>\n`, ...suites, "</testsuites>\n"];
}

export function suiteText({ cases, ms, name, properties }: Suite): string {
  const head = attributes([
    ["name", name],
    ["tests", cases.length],
    ["failures", countOf(cases, "failure")],
    ["errors", countOf(cases, "error")],
    ["skipped", countOf(cases, "skipped")],
    ...time(ms),
  ]);
  const facts = properties.map(([name, value]) =>
    `      <property ${attributes([["name", name], ["value", value]])}/>\n`
  );
  const block = facts.length === 0 ? "" : `    <properties>\n${facts.join("")}    </properties>\n`;
  return `  <testsuite ${head}>\n${block}${cases.map(caseText).join("")}  </testsuite>\n`;
}

/** Surefire wants a time for every case. */
function caseText({ classname, ms, name, outcome, output = [] }: Case): string {
  const head = attributes([["classname", classname], ["name", name], ...time(ms ?? 0)]);
  const inner = [outcomeText(outcome), output.length === 0 ? "" : `<system-out>${linesText(output)}</system-out>`]
    .filter((part) => part !== "").map((part) => `      ${part}\n`).join("");
  return inner === "" ? `    <testcase ${head}/>\n` : `    <testcase ${head}>\n${inner}    </testcase>\n`;
}

function outcomeText(outcome: Outcome): string {
  if (outcome.kind === "passed") return "";
  const { kind, lines, message, type } = outcome;
  const said = `message="${xmlText(message, LONGEST_MESSAGE)}"`;
  // Surefire knows no type of what is skipped.
  const head = kind === "skipped" ? said : `type="${xmlText(type, LONGEST_NAME)}" ${said}`;
  return lines.length === 0 ? `<${kind} ${head}/>` : `<${kind} ${head}>${linesText(lines)}</${kind}>`;
}

function linesText(lines: readonly string[]): string {
  const kept = lines.slice(-MOST_LINES);
  const cut = kept.length < lines.length ? [`(${lines.length - kept.length} lines before are left out)`] : [];
  return xmlLines([...cut, ...kept], LONGEST_LINE);
}

function time(ms: number | null): [string, string][] {
  return ms === null ? [] : [["time", (ms / 1000).toFixed(3)]];
}

function attributes(pairs: readonly (readonly [string, string | number])[]): string {
  return pairs.map(([name, value]) => `${name}="${xmlText(String(value), LONGEST_NAME)}"`).join(" ");
}
