/**
 * The verdict: one pure function over the evidence. It does not depend on when or where it runs: the same journal gives
 * the same verdict elsewhere and later.
 *
 * How verdicts add up: the worst of a cycle's reasons is the cycle's status, the worst cycle is the module's. A module
 * that was not seen to its end (interrupted, or the run ended before) is FAIL or WARN if something bad was seen, and
 * SKIP otherwise: nothing that was not seen counts as good. For the same reason a rule that is `off` makes no PASS out
 * of a module that never got as far as its tests.
 *
 * A cycle that was cut short and begun anew counts as well, except for what is missing in it.
 *
 * Modules that a run only brings up for others are judged by the same rules, except for tests and for figures that take
 * time. They count for the exit code as the others do.
 */

import type { RunStarted } from "../model/evidence.ts";
import type {
  AlsoRunVerdict,
  CycleEvidence,
  CycleVerdict,
  JudgedRun,
  ModuleEvidence,
  ModuleVerdict,
  Reason,
  RunEvidence,
} from "../model/record.ts";
import type { Status } from "../model/outcome.ts";
import type { ReasonCode, RuleLevels } from "../model/settings.ts";
import { defaultRules, RULES } from "../model/settings.ts";
import { isComplete, isSeenGone } from "../figures/complete.ts";
import { dependencyFindings, type FindingsOf } from "./dependency_reasons.ts";
import { type Allowances, allowancesOf } from "./flaky_tests.ts";
import { leakFindings, soakFindings } from "./leaks.ts";
import { moduleFindings } from "./module_reasons.ts";
import { regressionFindings } from "./regressions.ts";
import { count } from "../text/units.ts";
import { findCycle } from "../record/fold.ts";
import type { Finding } from "./rule.ts";
import { isTested } from "./rule.ts";
import { serviceFindings } from "./service_reasons.ts";

/**
 * Rules and thresholds are those that the run recorded. With a journal that lacks them, no module is judged. `between`
 * is called now and then, to collect garbage: for a long run, far more is computed than kept.
 */
export function judge(evidence: RunEvidence, between: () => void = () => {}): JudgedRun {
  const { run } = evidence;
  const regressions = regressionFindings(evidence);
  const judging: Judging | null = run === null ? null : { run, evidence, between, findingsOf: onceEach(run) };
  const modules = judging === null ? [] : evidence.modules
    .filter(({ name }) => isTested(judging.run, name))
    .sort(byPlace(judging.run.selected))
    .map((module) => judgeModule(judging, module, regressions.get(module.name) ?? []));
  const having = (status: Status) => modules.filter((module) => module.status === status).length;
  return {
    evidence,
    modules,
    alsoRun: judging === null ? [] : alsoRun(judging),
    summary: {
      total: modules.length,
      passed: having("PASS"),
      warned: having("WARN"),
      failed: having("FAIL"),
      skipped: having("SKIP"),
    },
  };
}

/** What verdicts are made from. */
interface Judging {
  run: RunStarted;
  evidence: RunEvidence;
  findingsOf: FindingsOf;
  between(): void;
}

/** How many cycles are judged between two calls. */
const CYCLES_BETWEEN = 50;

/** The findings of a module in a cycle are made once for all its dependants. */
function onceEach(run: RunStarted): FindingsOf {
  const found = new Map<CycleEvidence, Finding[]>();
  return (module, cycle) => {
    const known = found.get(cycle) ?? cycle.services.flatMap((seen) => serviceFindings(run, module, cycle, seen));
    found.set(cycle, known);
    return known;
  };
}

function byPlace(names: readonly string[]): (a: ModuleEvidence, b: ModuleEvidence) => number {
  return (a, b) => names.indexOf(a.name) - names.indexOf(b.name);
}

/** Leaves out modules that were not brought up. */
function alsoRun(judging: Judging): AlsoRunVerdict[] {
  const { run, evidence } = judging;
  return evidence.modules
    .filter(({ cycles, cutShort = [], name, skipped }) =>
      !isTested(run, name) && skipped === null && cycles.length + cutShort.length > 0
    )
    .sort(byPlace(Object.keys(run.services)))
    .map((module) => ({
      ...judgeModule(judging, module, []),
      role: run.core.includes(module.name) ? "core" : "dependency",
    }));
}

/**
 * What was found in a cycle, as if no rule were off: what is kept of a run must not depend on its rules, or other rules
 * could not judge it later. null as in `judgeCycle`.
 */
export function foundInCycle(evidence: RunEvidence, module: string, cycle: number): CycleVerdict | null {
  const { run } = evidence;
  return judgeCycle({ ...evidence, run: run === null ? null : { ...run, rules: defaultRules() } }, module, cycle);
}

/**
 * Judges one cycle of one module while the run still goes on; null before it has begun, or if the cycle is not known.
 */
export function judgeCycle(evidence: RunEvidence, module: string, cycle: number): CycleVerdict | null {
  const { run } = evidence;
  const seen = findCycle(evidence, module, cycle);
  return run === null || seen === undefined
    ? null
    : cycleVerdict({ run, evidence, between: () => {}, findingsOf: onceEach(run) }, module, seen);
}

/** `allowances`: of failing tests; a cycle by itself, as while a run goes on, has none: what is allowed is of all cycles. */
function cycleVerdict(
  { run, evidence, findingsOf }: Judging,
  module: string,
  cycle: CycleEvidence,
  allowances: Allowances = () => null,
): CycleVerdict {
  const findings = [
    ...moduleFindings(run, module, cycle, allowances),
    ...dependencyFindings(evidence, module, cycle, findingsOf),
    ...findingsOf(module, cycle),
    ...(isTested(run, module) ? soakFindings(run, cycle) : []),
  ];
  // While the window is open, missing evidence may still come; if it was cut short, it could not come.
  const due = findings.filter(({ code }) => code !== "metrics_missing" || cycle.closedMs !== null);
  const reasons = toReasons(due, run.rules);
  const worst = worstOf(reasons);
  return { cycle: cycle.cycle, status: worst === "PASS" && !isProven(run, module, cycle) ? "SKIP" : worst, reasons };
}

function judgeModule(judging: Judging, module: ModuleEvidence, regressions: readonly Finding[]): ModuleVerdict {
  const { run, evidence } = judging;
  if (module.skipped !== null) {
    return { name: module.name, status: "SKIP", skipped: module.skipped, reasons: [], cycles: [] };
  }
  const allowances = allowancesOf(run, module.cycles, evidence.testLists);
  const judged = module.cycles.map((seen, nr) => {
    if (nr % CYCLES_BETWEEN === 0) judging.between();
    return { seen, verdict: cycleVerdict(judging, module.name, seen, allowances) };
  });
  const cycles = judged.map(({ verdict }) => verdict);
  const perCycle = cycles.flatMap(({ cycle, reasons }) =>
    reasons.map((reason) => run.cycles === 1 ? reason : { ...reason, text: `Cycle ${cycle}: ${reason.text}` })
  );
  const leaks = isTested(run, module.name) ? leakFindings(run, module) : [];
  const across = toReasons([...leaks, ...regressions, ...flaky(cycles)], run.rules);
  const cutShort = module.cutShort?.map((seen) => cutShortVerdict(judging, module.name, seen));
  const before = (cutShort ?? []).flatMap(({ cycle, reasons }) =>
    reasons.map((reason) => ({ ...reason, text: `Cycle ${cycle}, which was cut short and begun anew: ${reason.text}` }))
  );
  const reasons = [...perCycle, ...before, ...across];
  const worst = worstOf(reasons);
  const isDone = (seen: CycleEvidence) => isComplete(seen) && isSeenGone(evidence, module.name, seen);
  const done = judged.filter(({ seen, verdict }) => verdict.status !== "SKIP" && isDone(seen)).length;
  const seenThrough = done === run.cycles;
  return {
    name: module.name,
    status: worst === "PASS" && !seenThrough ? "SKIP" : worst,
    skipped: seenThrough ? null : unseenText(run, evidence, done),
    reasons,
    cycles,
    ...(cutShort === undefined ? {} : { cutShort }),
  };
}

/** Nothing more is due in such a cycle, so nothing is missing; and a cycle that was not seen to its end is no PASS. */
function cutShortVerdict(judging: Judging, module: string, seen: CycleEvidence): CycleVerdict {
  const { reasons } = cycleVerdict(judging, module, seen);
  const bad = reasons.filter(({ code }) => code !== "metrics_missing");
  const worst = worstOf(bad);
  return { cycle: seen.cycle, status: worst === "PASS" ? "SKIP" : worst, reasons: bad };
}

/**
 * The least that a PASS needs: a window that opened and closed in order, and tests that were searched for in it, if any
 * are due.
 */
function isProven(run: RunStarted, module: string, { openedMs, closedMs, testFiles }: CycleEvidence): boolean {
  return openedMs !== null && closedMs !== null && (testFiles !== null || !isTested(run, module));
}

function unseenText(run: RunStarted, evidence: RunEvidence, done: number): string {
  const why = evidence.failure !== null
    ? `the run ended before: ${evidence.failure.what}`
    : evidence.interrupted !== null
    ? `the run was interrupted by ${evidence.interrupted}`
    : evidence.finished
    ? "it did not get as far as its tests, and the rules that say why are off"
    : "the run did not come to its end";
  return `${
    done === 0
      ? "Not tested to the end"
      : `Only ${run.cycles === null ? count(done, "cycle") : `${done} of ${run.cycles} cycles`} seen`
  }: ${why}`;
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
