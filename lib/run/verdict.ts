/**
 * The verdict: one pure function over the evidence. It takes nothing from the moment it runs in, so that the same journal
 * gives the same verdict elsewhere and later.
 *
 * How verdicts add up: the worst of a cycle's reasons is the cycle's status, the worst cycle is the module's. A module
 * that was not seen through (interrupted, or the run ended before) is FAIL or WARN where something bad was seen, and
 * SKIP otherwise: nothing that was not seen counts as good. For the same reason a rule that is `off` makes no PASS out of
 * a module that never got as far as its tests.
 */

import type { RunStarted } from "../model/evidence.ts";
import type {
  CycleEvidence,
  CycleVerdict,
  JudgedRun,
  ModuleEvidence,
  ModuleVerdict,
  Reason,
  RunEvidence,
  Status,
} from "../model/record.ts";
import type { ReasonCode, RuleLevels } from "../model/settings.ts";
import { RULES } from "../model/settings.ts";
import { leakFindings, soakFindings } from "./leaks.ts";
import { moduleFindings } from "./module_reasons.ts";
import { regressionFindings } from "./regressions.ts";
import type { Finding } from "./rule.ts";
import { serviceFindings } from "./service_reasons.ts";

/** Rules and thresholds are those that the run recorded. A journal that says nothing of them judges no module. */
export function judge(evidence: RunEvidence): JudgedRun {
  const { run } = evidence;
  const regressions = regressionFindings(evidence);
  const modules = run === null ? [] : evidence.modules
    .filter(({ name }) => run.selected.includes(name))
    .sort((a, b) => run.selected.indexOf(a.name) - run.selected.indexOf(b.name))
    .map((module) => judgeModule(run, evidence, module, regressions.get(module.name) ?? []));
  const having = (status: Status) => modules.filter((module) => module.status === status).length;
  return {
    evidence,
    modules,
    summary: {
      total: modules.length,
      passed: having("PASS"),
      warned: having("WARN"),
      failed: having("FAIL"),
      skipped: having("SKIP"),
    },
  };
}

/** The exit code's side of the verdict: whether the run counts as failed. A run that left something behind has. */
export function isFailed(judged: JudgedRun, strict: boolean): boolean {
  if (judged.evidence.leftBehind.length > 0) return true;
  return judged.summary.failed > 0 || (strict && judged.summary.warned > 0);
}

/** One cycle of one module, also while the run still goes on. */
export function judgeCycle(run: RunStarted, module: string, cycle: CycleEvidence): CycleVerdict {
  const findings = [
    ...moduleFindings(run, module, cycle),
    ...cycle.services.flatMap((seen) => serviceFindings(run, module, cycle, seen)),
    ...soakFindings(run, cycle),
  ];
  // What is missing while the window is open, or was cut short, may yet come or could not come.
  const due = findings.filter(({ code }) => code !== "metrics_missing" || cycle.closedMs !== null);
  const reasons = toReasons(due, run.rules);
  const worst = worstOf(reasons);
  return { cycle: cycle.cycle, status: worst === "PASS" && !isProven(cycle) ? "SKIP" : worst, reasons };
}

function judgeModule(
  run: RunStarted,
  evidence: RunEvidence,
  module: ModuleEvidence,
  regressions: readonly Finding[],
): ModuleVerdict {
  if (module.skipped !== null) {
    return { name: module.name, status: "SKIP", skipped: module.skipped, reasons: [], cycles: [] };
  }
  const judged = module.cycles.map((seen) => ({ seen, verdict: judgeCycle(run, module.name, seen) }));
  const cycles = judged.map(({ verdict }) => verdict);
  const perCycle = cycles.flatMap(({ cycle, reasons }) =>
    reasons.map((reason) => run.cycles === 1 ? reason : { ...reason, text: `Cycle ${cycle}: ${reason.text}` })
  );
  const across = toReasons([...leakFindings(run, module), ...regressions, ...flaky(cycles)], run.rules);
  const reasons = [...perCycle, ...across];
  const worst = worstOf(reasons);
  const done = judged.filter(({ seen, verdict }) => verdict.status !== "SKIP" && isComplete(seen)).length;
  const seenThrough = done === run.cycles;
  return {
    name: module.name,
    status: worst === "PASS" && !seenThrough ? "SKIP" : worst,
    skipped: seenThrough ? null : unseenText(run, evidence, done),
    reasons,
    cycles,
  };
}

/** A cycle is complete when its window closed, or when it could not open for a reason that is known. */
function isComplete({ openedMs, closedMs, startFailures, dependencyFailures }: CycleEvidence): boolean {
  return openedMs === null ? startFailures.length + dependencyFailures.length > 0 : closedMs !== null;
}

/** The least that a PASS needs: a window that opened and closed in order, and tests that were looked for in it. */
function isProven({ openedMs, closedMs, testFiles }: CycleEvidence): boolean {
  return openedMs !== null && closedMs !== null && testFiles !== null;
}

function unseenText(run: RunStarted, evidence: RunEvidence, done: number): string {
  const why = evidence.failure !== null
    ? `the run ended before: ${evidence.failure.what}`
    : evidence.interrupted !== null
    ? `the run was interrupted by ${evidence.interrupted}`
    : evidence.finished
    ? "it did not get as far as its tests, and the rules that say why are off"
    : "the run did not come to its end";
  return `${done === 0 ? "Not tested to the end" : `Only ${done} of ${run.cycles} cycles seen`}: ${why}`;
}

function flaky(cycles: readonly CycleVerdict[]): Finding[] {
  const complete = cycles.filter(({ status }) => status !== "SKIP");
  if (new Set(complete.map(({ status }) => status)).size < 2) return [];
  const shown = complete.map(({ cycle, status }) => `${cycle} ${status}`).join(", ");
  return [{ code: "flaky", text: `The verdict differs between cycles: ${shown}`, service: null }];
}

const ORDER = Object.keys(RULES) as ReasonCode[];

/** Levels from the rules, `off` left out, in the order of the rules: causes before consequences. */
function toReasons(findings: readonly Finding[], rules: RuleLevels): Reason[] {
  return findings.flatMap((finding): Reason[] => {
    const level = rules[finding.code];
    return level === "off" ? [] : [{ ...finding, level }];
  }).sort((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code));
}

function worstOf(reasons: readonly Reason[]): Status {
  if (reasons.some(({ level }) => level === "fail")) return "FAIL";
  return reasons.length > 0 ? "WARN" : "PASS";
}
