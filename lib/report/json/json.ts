/**
 * REPORT.json: a judged run as one value with stable keys (report.ts). It rounds and renames; it decides nothing. The
 * Markdown report and the summary are written from the same value, so that no two reports show different figures.
 */

import type { Rendering } from "../rendering.ts";
import { againstBaseline } from "../../figures/against_baseline.ts";
import { SCHEMA_VERSION } from "../../model/evidence.ts";
import { cyclesOf } from "../../figures/complete.ts";
import { runOutcome } from "../../judge/run_outcome.ts";
import { EXIT_CODES, type FailureData } from "../../model/failure.ts";
import type {
  AlsoRunVerdict,
  JudgedRun,
  ModuleEvidence,
  ModuleVerdict,
  Reason,
  RunEvidence,
} from "../../model/record.ts";
import { readableJsonPieces } from "./compact.ts";
import { type ReportComparison, reportComparison } from "../value/comparison.ts";
import { containerMetrics } from "../value/containers.ts";
import { LazyCycle, reportDurations, reportReason } from "../value/cycle.ts";
import { reportFlakyTests } from "../value/flaky_tests.ts";
import { reportLeaks } from "../value/leaks.ts";
import type { Report, ReportFailure, ReportModule } from "../value/report.ts";
import { cyclesWithTails } from "../value/tails.ts";
import { testResults } from "../value/tests.ts";
import { reportParts, resumedTexts } from "../value/parts.ts";
import { reportTiming } from "../value/timing.ts";
import { round } from "../../text/round.ts";

/**
 * Every format starts from the same value. With many cycles, making it is most of the work, so it is made once for a JudgedRun,
 * from the run as it is then. A copy of the JudgedRun gets a new value.
 */
const made = new WeakMap<JudgedRun, Report>();

export function reportOf(judged: JudgedRun): Report {
  const known = made.get(judged);
  if (known !== undefined) return known;
  const report = newReport(judged);
  made.set(judged, report);
  return report;
}

/** Of the Python harness. */
const TITLE = "VX11 Stability P0 Report";
/** Of a project with a module map of its own. */
const OWN_TITLE = "Stability Report";

function newReport(judged: JudgedRun): Report {
  const { alsoRun, evidence, modules, summary } = judged;
  const { endings, exit, status, text } = runOutcome(judged);
  const { run } = evidence;
  const byName = (verdicts: readonly (ModuleVerdict | AlsoRunVerdict)[]) =>
    new Map(verdicts.map((verdict) => [
      verdict.name,
      reportModule(verdict, evidence.modules.find((module) => module.name === verdict.name), judged.evidence),
    ]));
  return {
    schema_version: SCHEMA_VERSION,
    title: run?.ownMap ? OWN_TITLE : TITLE,
    tool: run?.tool ?? null,
    timestamp: utc(evidence.startedAt)?.naive ?? null,
    started_at: utc(evidence.startedAt)?.withZ ?? null,
    finished_at: utc(evidence.finishedAt)?.withZ ?? null,
    duration_ms: round(evidence.durationMs),
    mode: run?.mode ?? null,
    cycles: cyclesOf(evidence),
    verdict: { status, exit_code: EXIT_CODES[exit].code, text, endings },
    ...endedBy(evidence),
    interrupted: evidence.interrupted,
    left_behind: evidence.leftBehind,
    failure: evidence.failure === null ? null : reportFailure(evidence.failure),
    finished: evidence.finished,
    notices: [...resumedTexts(evidence), ...evidence.notices],
    ...environment(run),
    summary: {
      total_modules: summary.total,
      passed: summary.passed,
      failed: summary.failed,
      warned: summary.warned,
      skipped: summary.skipped,
    },
    modules_tested: modules.map(({ name }) => name),
    modules: byName(modules),
    also_run: byName(alsoRun),
    timing: reportTiming(evidence),
    cpu_wait_pct: evidence.waitPcts ?? [],
    comparison: comparisonOf(evidence, modules),
    ...(evidence.parts === undefined ? {} : { parts: reportParts(evidence) }),
  };
}

function comparisonOf(evidence: RunEvidence, modules: readonly ModuleVerdict[]): ReportComparison | null {
  const comparison = againstBaseline(evidence, (name) => modules.find((each) => each.name === name)?.status ?? null);
  return comparison === null
    ? null
    : reportComparison(comparison, { before: evidence.run?.baseline?.from ?? null, after: null });
}

/** The text of REPORT.json, in pieces. */
export function jsonPieces(judged: JudgedRun): Iterable<string> {
  return readableJsonPieces(reportOf(judged));
}

export function renderJson({ judged }: Rendering): Iterable<string> {
  return jsonPieces(judged);
}

/** Of a run with a time to take: which of its limits ended it, if either did. */
function endedBy({ failure, finished, interrupted, run, timeOver }: RunEvidence): Pick<Report, "ended_by"> {
  if (run?.forSec === undefined) return {};
  if (!finished || interrupted !== null || failure !== null) return { ended_by: null };
  return { ended_by: timeOver ? "time" : "cycles" };
}

function environment(run: JudgedRun["evidence"]["run"]) {
  if (run === null) return { project: null, engine: null, host: null, settings: null, thresholds: null, rules: null };
  return {
    project: { name: run.project.name, dir: run.project.dir, compose_files: run.project.composeFiles },
    engine: { name: run.engine.name, versions: run.engine.versions, cgroup: run.engine.cgroup },
    host: { hostname: run.host.hostname, os: run.host.os, arch: run.host.arch },
    settings: {
      timeout_sec: run.timeoutSec,
      soak_sec: run.soakSec,
      ...(run.forSec === undefined ? {} : { for_sec: run.forSec }),
      keep_core: run.keepCore,
      strict: run.strict,
      metrics_source: run.metricsSource,
    },
    thresholds: run.thresholds,
    rules: run.rules,
  };
}

function reportFailure({ exit, what, next, detail }: FailureData): ReportFailure {
  return { exit, exit_code: EXIT_CODES[exit].code, what, next, detail: detail ?? null };
}

function reportModule(
  verdict: ModuleVerdict | AlsoRunVerdict,
  evidence: ModuleEvidence | undefined,
  whole: RunEvidence,
): ReportModule {
  const { run } = whole;
  const cycles = evidence?.cycles ?? [];
  const byNumber = new Map(cycles.map((seen) => [seen.cycle, seen]));
  const own = run?.services[verdict.name];
  const withTails = cyclesWithTails(verdict.cycles);
  return {
    name: verdict.name,
    ...("role" in verdict ? { role: verdict.role } : {}),
    status: verdict.status,
    skipped: verdict.skipped,
    errors: errorsOf(verdict, evidence),
    warnings: sentences(verdict.reasons, "warn"),
    reasons: verdict.reasons.map(reportReason),
    metrics: containerMetrics(cycles, own),
    leaks: run === null ? {} : reportLeaks(cycles, run.thresholds),
    test_results: testResults(cycles.flatMap((cycle) => cycle.tests)),
    flaky_tests: reportFlakyTests(whole, verdict.name, cycles),
    durations: reportDurations(cycles),
    cycle_results: verdict.cycles.map((cycle) =>
      new LazyCycle(cycle, { evidence: byNumber.get(cycle.cycle), own, hasTails: withTails.has(cycle) })
    ),
    ...(verdict.cutShort === undefined ? {} : {
      cut_short: verdict.cutShort.map((cycle, nr) =>
        new LazyCycle(cycle, { evidence: evidence?.cutShort?.[nr], own, hasTails: true })
      ),
    }),
  };
}

/**
 * As in the manual: what makes the module FAIL, then what makes it WARN. If it was cut short and nothing bad was seen: why it
 * was cut short, since it has not passed either.
 */
function errorsOf({ reasons, skipped, status }: ModuleVerdict, evidence: ModuleEvidence | undefined): string[] {
  const isCutShort = status === "SKIP" && evidence?.skipped === null && skipped !== null;
  return isCutShort ? [skipped] : [...new Set([...sentences(reasons, "fail"), ...sentences(reasons, "warn")])];
}

function sentences(reasons: readonly Reason[], level: Reason["level"]): string[] {
  return [...new Set(reasons.filter((reason) => reason.level === level).map((reason) => reason.text))];
}

/** A moment in UTC in the report's two forms; null if it is missing or unreadable. */
function utc(at: string | null): { naive: string; withZ: string } | null {
  const moment = at ?? "";
  const iso = /(Z|[+-]00:?00)$/.test(moment) || Number.isNaN(Date.parse(moment))
    ? moment
    : new Date(moment).toISOString();
  const [, seconds, fraction = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(iso) ?? [];
  if (seconds === undefined) return null;
  return {
    naive: `${seconds}.${fraction.slice(0, 6).padEnd(6, "0")}`,
    withZ: `${seconds}${fraction === "" ? "" : `.${fraction}`}Z`,
  };
}
