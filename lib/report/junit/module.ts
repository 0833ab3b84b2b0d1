/** A module as suites of JUnit: one a cycle, with a case for each rule, each test file and each of its tests. Pure. */

import type { Judgement } from "../../figures/comparison.ts";
import { type ReasonCode, RULES } from "../../model/settings.ts";
import { moduleTally } from "../comparison_words.ts";
import { sentence } from "../escape.ts";
import type { Case, Outcome, Suite } from "./xml.ts";
import type { JunitCase } from "../../figures/junit_xml.ts";
import type { PytestCases } from "./pytest_cases.ts";
import type { Report, ReportCycle, ReportModule, ReportReason, ReportTest } from "../value/report.ts";
import { acrossReasons, limitText, nameOf } from "../words.ts";

/** Rules that only several cycles together can break; a leak may also show within a soak. */
const NEVER_IN_CYCLE: readonly ReasonCode[] = ["flaky", "regressed"];
const ACROSS: readonly ReasonCode[] = ["leak_suspected", ...NEVER_IN_CYCLE];
const IN_CYCLE = (Object.keys(RULES) as ReasonCode[]).filter((code) => !NEVER_IN_CYCLE.includes(code));
/** Of what was only brought up, neither tests nor figures over time are looked at. */
const OF_TESTED: ReadonlySet<ReasonCode> = new Set([
  ...ACROSS,
  "tests_failed",
  "tests_flaky",
  "tests_timeout",
  "no_tests",
]);
const IN_CYCLE_OF_OTHERS = IN_CYCLE.filter((code) => !OF_TESTED.has(code));
const PASSED: Outcome = { kind: "passed" };
/** The type of what tests say, in place of the code of a rule. */
export const TEST = "test";
const MOST_LOG_LINES = 30;
/** What is made of a figure that was looked at. */
const JUDGED: readonly Judgement[] = ["worse", "better", "same", "unclear"];

/** What is known of tests beyond the report. */
export interface KnownTests {
  pytest: PytestCases;
  /** Outputs of runs of files whose failures are allowed as flaky. */
  allowed: ReadonlySet<string>;
}

export function* moduleSuites(report: Report, module: ReportModule, tests: KnownTests): Generator<Suite> {
  const { cycle_results: cycles } = module;
  if (cycles.length === 0) return yield unseenSuite(module);
  for (const cycle of cycles) yield cycleSuite(report, module, cycle, tests);
  const across = acrossReasons(module);
  const isCompared = module.role === undefined && cycles.length > 1;
  if (isCompared || across.length > 0) yield acrossSuite(report, module, across);
}

function unseenSuite(module: ReportModule): Suite {
  const { name, skipped } = module;
  const why = skipped ?? "nothing was seen of it";
  return {
    name: nameOf(module),
    properties: propertiesOf(module, null),
    ms: null,
    cases: [{ classname: `vx11.${name}`, name: "verdict", ms: null, outcome: skippedFor(why) }],
  };
}

function acrossSuite(report: Report, module: ReportModule, across: readonly ReportReason[]): Suite {
  const { name, role } = module;
  const asked = role === undefined ? ACROSS : [];
  const codes = new Set([...asked, ...across.map(({ code }) => code)]);
  const whyNot = (code: ReasonCode) => module.skipped ?? (code === "regressed" ? uncomparedWhy(report, name) : null);
  const cases = [...codes].map((code) => ruleCase(`vx11.${name}.rules`, code, across, whyNot(code), report));
  return { name: `${nameOf(module)}, all cycles`, properties: propertiesOf(module, "all"), ms: null, cases };
}

/** Why nothing can be said of what got worse since the baseline; null where a figure was judged. */
function uncomparedWhy({ comparison }: Report, name: string): string | null {
  if (comparison === null) return "not looked at: the run had no --baseline";
  if (comparison.not_judged !== null) return `not looked at: ${comparison.not_judged}`;
  const module = comparison.modules.find((each) => each.name === name);
  if (module === undefined || !module.in_both) return "not looked at: the module is not in both runs";
  if (module.figures.some(({ judgement }) => JUDGED.includes(judgement))) return null;
  const why = comparison.busy === null ? moduleTally(module) : `${moduleTally(module)}; ${comparison.busy}`;
  return `not looked at: no figure could be judged (${why})`;
}

function cycleSuite(report: Report, module: ReportModule, cycle: ReportCycle, tests: KnownTests): Suite {
  const classname = `vx11.${module.name}.cycle${cycle.cycle}`;
  const asked = module.role === undefined ? IN_CYCLE : IN_CYCLE_OF_OTHERS;
  const codes = new Set([...asked, ...cycle.reasons.map(({ code }) => code)]);
  const why = unjudgedWhy(module, cycle);
  const rules = [...codes].map((code) => ruleCase(`${classname}.rules`, code, cycle.reasons, why, report));
  return {
    name: `${nameOf(module)}, cycle ${cycle.cycle}`,
    properties: propertiesOf({ ...module, status: cycle.status }, `${cycle.cycle}`),
    ms: cycle.duration_ms,
    cases: [
      ...withLog(rules, cycle),
      ...Object.entries(cycle.test_results).flatMap(([file, test]) => fileCases(classname, file, test, tests)),
    ],
  };
}

function propertiesOf({ name, role, status }: ReportModule, cycle: string | null): [string, string][] {
  const all = [["module", name], ["role", role ?? null], ["cycle", cycle], ["status", status]] as const;
  return all.flatMap(([key, value]) => value === null ? [] : [[key, value] as [string, string]]);
}

/** Why a rule that gave no reason does not count as kept; null where it does. Nothing that was not seen counts as good. */
function unjudgedWhy({ skipped }: ReportModule, cycle: ReportCycle): string | null {
  const { dependency_failures, start_failures, status, window } = cycle;
  const started = window.opened_ms !== null && dependency_failures.length + start_failures.length === 0;
  if (status === "SKIP") return skipped ?? "not seen through";
  return started ? null : "not looked at: the module did not start";
}

function ruleCase(
  classname: string,
  code: ReasonCode,
  reasons: readonly ReportReason[],
  unjudged: string | null,
  { rules, settings }: Report,
): Case {
  const own = reasons.filter((reason) => reason.code === code);
  const [first, ...others] = own;
  const of = (outcome: Outcome): Case => ({ classname, name: code, ms: null, outcome });
  if (first === undefined) {
    const why = rules?.[code] === "off" ? "this rule is off" : unjudged;
    return of(why === null ? PASSED : skippedFor(why));
  }
  // A warning is no failure, and no success either, unless the run was told to be strict.
  const fails = own.some(({ level }) => level === "fail") || settings?.strict === true;
  const message = others.length === 0 ? first.text : `${first.text} (and ${others.length} more)`;
  return of({
    kind: fails ? "failure" : "skipped",
    type: code,
    message: fails ? message : `WARN: ${message}`,
    lines: own.map(({ level, text }) => `${level.toUpperCase()} ${code}: ${sentence(text)}`),
  });
}

/** The last log lines stand with the first rule that was broken. */
function withLog(cases: readonly Case[], { metrics, status }: ReportCycle): Case[] {
  const lines = Object.entries(metrics).flatMap(([name, { log }]) =>
    log === null ? [] : [`Log of ${name}: ${log.path}`, ...log.tail.slice(-MOST_LOG_LINES).map((line) => `| ${line}`)]
  );
  const broken = cases.findIndex(({ outcome }) => outcome.kind === "failure");
  if (broken < 0 || status !== "FAIL" || lines.length === 0) return [...cases];
  return cases.map((each, index) => index === broken ? { ...each, output: lines } : each);
}

function fileCases(classname: string, file: string, test: ReportTest, { allowed, pytest }: KnownTests): Case[] {
  const own = pytest.get(test.output) ?? [];
  const cases: Case[] = [
    { classname: `${classname}.tests`, name: file, ms: test.duration_ms, outcome: fileOutcome(test) },
    ...own.map((each) => pytestCase(`${classname}.tests`, each)),
  ];
  return allowed.has(test.output) ? cases.map((each) => ({ ...each, outcome: asWarning(each.outcome) })) : cases;
}

function asWarning(outcome: Outcome): Outcome {
  if (outcome.kind !== "failure" && outcome.kind !== "error") return outcome;
  return { ...outcome, kind: "skipped", type: "tests_flaky", message: `WARN: ${outcome.message}` };
}

function fileOutcome(test: ReportTest): Outcome {
  if (test.outcome === "passed") return PASSED;
  const lines = [`Full output: ${test.output}`];
  if (test.outcome === "none") return skippedFor("no test is known to have run", lines);
  const message = [endText(test), ...(test.first_failure === null ? [] : [test.first_failure])].join(": ");
  return { kind: "failure", type: TEST, message, lines };
}

function endText(test: ReportTest): string {
  const { return_code, signal, timed_out } = test;
  if (timed_out) return limitText(test);
  return signal !== null ? `ended by ${signal}` : `exit code ${return_code ?? "unknown"}`;
}

function pytestCase(classname: string, { message, ms, name, outcome: kind, text, classname: own }: JunitCase): Case {
  const path = own === "" ? classname : `${classname}.${own}`;
  // The end of a traceback says what went wrong.
  const lines = text === "" ? [] : text.slice(-40_000).trimEnd().split("\n");
  return {
    classname: path,
    name,
    ms,
    // Many runners give no message, and say all in the text.
    outcome: kind === "passed" ? PASSED : { kind, type: TEST, message: message || firstLine(lines), lines },
  };
}

function firstLine(lines: readonly string[]): string {
  return lines.find((line) => line.trim() !== "")?.trim() ?? "";
}

function skippedFor(message: string, lines: readonly string[] = []): Outcome {
  return { kind: "skipped", type: "", message, lines };
}
