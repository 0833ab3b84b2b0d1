/**
 * Which failures of tests a run may have (--flaky-allowed). A failure is allowed only if it is shown that the test fails seldom:
 * the whole 95 % interval of its rate must be within the limit, not only the share that was seen, since 1 of 3 says next to
 * nothing. An allowed failure is a warning, and never nothing. Pure.
 */

import { interval, trialsToShow } from "../figures/binomial.ts";
import { failedByTests, failuresIn, isFlaky, type TestLists, type TestRate, testRates } from "../figures/test_rates.ts";
import type { RunStarted, TestRun } from "../model/evidence.ts";
import type { CycleEvidence, RunEvidence } from "../model/record.ts";
import { count } from "../text/units.ts";
import { isTested } from "./rule.ts";

/** A test that failed in each of so many last cycles is taken to be broken since, however often it passed before. */
const LAST_CYCLES = 3;

/** Why a failure of the test is not allowed; null if it is. */
export function refusal({ thresholds }: Pick<RunStarted, "thresholds">, rate: TestRate): string | null {
  const limit = thresholds.flaky_allowed_pct;
  const { failed, passed } = rate;
  if (!isFlaky(rate)) return "it never passed";
  const lastPassed = passed.at(-1) as number;
  const since = failed.filter((cycle) => cycle > lastPassed);
  if (since.length >= LAST_CYCLES) {
    return `it failed in each of its last ${count(since.length, "cycle")}: broken since cycle ${since[0]}, not flaky`;
  }
  const { high, low } = interval(failed.length, failed.length + passed.length);
  if (high <= limit / 100) return null;
  if (low > limit / 100) return `that is over ${limit} %`;
  const trials = trialsToShow(failed.length, limit / 100);
  const takes = trials === null ? "no run has enough cycles for that" : `that takes ${trials} cycles in which it ran`;
  return `it cannot be told to be at most ${limit} %; with no further failure ${takes}`;
}

/** `1 of 40 cycles (2.5 %, 95 % interval 0.06 to 13.2 %)`. */
export function rateText({ failed, ran }: { failed: number; ran: number }): string {
  const { high, low } = interval(failed, ran);
  const share = `${pctText(failed / ran)} %, 95 % interval ${pctText(low)} to ${pctText(high)} %`;
  return `${failed} of ${count(ran, "cycle")} (${share})`;
}

function seenText({ failed, file, passed, test }: TestRate): string {
  return `${test ?? file} failed in ${rateText({ failed: failed.length, ran: failed.length + passed.length })}`;
}

/** To one decimal; to two below 1 %. */
function pctText(share: number): string {
  const pct = share * 100;
  return `${Number(pct.toFixed(pct < 1 ? 2 : 1))}`;
}

/** What is to be said of a run of a file that failed. */
export interface Allowance {
  allowed: boolean;
  text: string;
}

export type Allowances = (run: TestRun) => Allowance | null;

const NONE: Allowances = () => null;

/** Of a module's runs of files, in all its cycles. null for what no limit applies to: nothing is allowed, or it did not fail by tests. */
export function allowancesOf(run: RunStarted, cycles: readonly CycleEvidence[], lists: TestLists): Allowances {
  const { rules, thresholds } = run;
  // A rule that is off gives no reason: nothing may become one, or stop being one, by it.
  if (thresholds.flaky_allowed_pct === 0 || rules.tests_flaky === "off" || rules.tests_failed === "off") return NONE;
  const rates = Map.groupBy(testRates(cycles, lists), ({ file }) => file);
  return (test) => {
    const failures = failuresIn(test, lists);
    const known = failedByTests(test) || !failures.includes(null);
    if (failures.length === 0 || !known) return null;
    const own = (rates.get(test.file) ?? []).filter(({ test: name }) => failures.includes(name));
    // A failure of which no rate is known, as of a cycle that was cut short, has no limit.
    if (own.length < failures.length) return null;
    const refused = own.flatMap((rate) => {
      const why = refusal(run, rate);
      return why === null ? [] : [`${seenText(rate)}: ${why}`];
    });
    const [first, ...others] = refused;
    if (first !== undefined) return { allowed: false, text: `not allowed as flaky: ${first}${more(others.length)}` };
    const texts = own.map(seenText);
    const limit = `at most ${thresholds.flaky_allowed_pct} % of the time`;
    return { allowed: true, text: `allowed as flaky, ${limit}: ${texts[0]}${more(texts.length - 1)}` };
  };
}

/** The outputs, below the audit dir, of runs of files whose failures are allowed. */
export function allowedOutputs({ modules, run, testLists }: RunEvidence): Set<string> {
  if (run === null) return new Set();
  return new Set(
    modules.filter(({ name }) => isTested(run, name)).flatMap(({ cycles }) => {
      const allowances = allowancesOf(run, cycles, testLists);
      return cycles.flatMap(({ tests }) =>
        tests.filter((test) => allowances(test)?.allowed).map(({ output }) => output)
      );
    }),
  );
}

function more(others: number): string {
  return others === 0 ? "" : ` (and ${others} more)`;
}
