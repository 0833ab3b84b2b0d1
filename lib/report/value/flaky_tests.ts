/** Tests that both passed and failed, as the reports show them: how often, in which cycles, and what was around the first failure. */

import { interval } from "../../figures/binomial.ts";
import { failuresIn, isFlaky, type TestRate, testRates } from "../../figures/test_rates.ts";
import { type Load, surroundingsOf, usualLoad } from "../../figures/test_surroundings.ts";
import { rateText, refusal } from "../../judge/flaky_tests.ts";
import type { CycleEvidence, RunEvidence } from "../../model/record.ts";
import { roundOrNull } from "../../text/round.ts";
import type { ReportFlakyLoad, ReportFlakyTest } from "./report.ts";

/** REPORT.json has no more of a module. */
const MOST = 1000;

/** Of one module, in the order of their first failures. */
export function reportFlakyTests(
  evidence: RunEvidence,
  module: string,
  cycles: readonly CycleEvidence[],
): ReportFlakyTest[] {
  if (cycles.length < 2) return [];
  const rates = testRates(cycles, evidence.testLists).filter(isFlaky);
  return rates.slice(0, MOST).map((rate) => flakyTest(evidence, module, cycles, rate));
}

function flakyTest(
  evidence: RunEvidence,
  module: string,
  cycles: readonly CycleEvidence[],
  rate: TestRate,
): ReportFlakyTest {
  const { run } = evidence;
  const { failed, file, passed, skipped, test } = rate;
  const ran = failed.length + passed.length;
  const { high, low } = interval(failed.length, ran);
  const isAsked = run !== null && run.thresholds.flaky_allowed_pct > 0;
  const refused = isAsked ? refusal(run, rate) : null;
  const first = cycles.find(({ cycle }) => cycle === failed[0]);
  return {
    file,
    test,
    failed: failed.length,
    ran,
    rate_pct: pct(failed.length / ran),
    rate_low_pct: pct(low),
    rate_high_pct: pct(high),
    failed_cycles: failed,
    skipped: skipped.length,
    not_run: Math.max(0, (run?.cycles ?? cycles.length) - ran - skipped.length),
    allowed: isAsked ? refused === null : null,
    not_allowed_why: refused,
    first_failure: first === undefined ? null : firstFailure(evidence, module, first, rate),
    usual: reportLoad(usualLoad(evidence, cycles.filter(({ cycle }) => passed.includes(cycle)))),
  };
}

function firstFailure(
  evidence: RunEvidence,
  module: string,
  cycle: CycleEvidence,
  { file, test }: TestRate,
): ReportFlakyTest["first_failure"] {
  const run = cycle.tests.find((each) => each.file === file && failuresIn(each, evidence.testLists).includes(test));
  if (run === undefined) return null;
  const { beside, load } = surroundingsOf(evidence, module, cycle);
  return {
    cycle: cycle.cycle,
    output: run.output,
    message: isOwn(run.firstFailure, test) ? run.firstFailure : null,
    beside,
    ...reportLoad(load),
  };
}

/** The record has the message of the first test that failed in a file. */
function isOwn(said: string | null, test: string | null): boolean {
  return test === null ||
    said?.startsWith(`${test.slice(test.lastIndexOf("::") < 0 ? 0 : test.lastIndexOf("::") + 2)}: `) === true;
}

function reportLoad({ cpuPressurePct, cpuWaitPct, ioPressurePct, memPressurePct }: Load): ReportFlakyLoad {
  return {
    cpu_wait_pct: roundOrNull(cpuWaitPct),
    cpu_pressure_pct: roundOrNull(cpuPressurePct),
    mem_pressure_pct: roundOrNull(memPressurePct),
    io_pressure_pct: roundOrNull(ioPressurePct),
  };
}

/** A rate may be far below 1 %. */
function pct(share: number): number {
  return Math.round(share * 10_000) / 100;
}

/** Words for tables: all that the reports say of one. */
export interface FlakyWords {
  name: string;
  rate: string;
  cycles: string;
  /** What did not count, and whether it is allowed; empty if there is nothing to say. */
  notes: string;
  first: string;
}

export const FLAKY_COLUMNS = ["Test", "Failed in", "Cycles", "Notes"];

const MOST_CYCLES = 12;

export function flakyWords(flaky: ReportFlakyTest): FlakyWords {
  const { allowed, failed, failed_cycles, file, first_failure, not_allowed_why, not_run, ran, skipped, test } = flaky;
  const uncounted = [[skipped, "skipped"], [not_run, "not known to have run"]] as const;
  const notes = uncounted.flatMap(([many, what]) => many > 0 ? [`${many} more ${what}`] : []);
  if (allowed === true) notes.push("allowed");
  if (not_allowed_why !== null) notes.push(`not allowed: ${not_allowed_why}`);
  const shown = failed_cycles.slice(0, MOST_CYCLES);
  const more = failed_cycles.length - shown.length;
  return {
    name: test === null ? `${file} (as a whole)` : `${file}::${test}`,
    rate: rateText({ failed, ran }),
    cycles: `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    notes: notes.join("; "),
    first: first_failure === null ? "" : aroundWords(flaky, first_failure),
  };
}

/** What was around the first failure, against what is usual when it passes. */
function aroundWords({ usual }: ReportFlakyTest, first: NonNullable<ReportFlakyTest["first_failure"]>): string {
  const figures = [
    ["this program waited for a core", first.cpu_wait_pct, usual.cpu_wait_pct],
    ["a service waited for CPU", first.cpu_pressure_pct, usual.cpu_pressure_pct],
    ["for memory", first.mem_pressure_pct, usual.mem_pressure_pct],
    ["for IO", first.io_pressure_pct, usual.io_pressure_pct],
  ] as const;
  const told = figures.flatMap(([what, at, often]) =>
    at === null || (at === 0 && !often)
      ? []
      : [`${what} ${at} % of the time${often === null ? "" : ` (${often} % where it passed)`}`]
  );
  const beside = first.beside.length === 0
    ? "no other module was up beside it"
    : `up beside it: ${first.beside.join(", ")}`;
  return [`cycle ${first.cycle}: ${beside}`, ...told].join("; ");
}
