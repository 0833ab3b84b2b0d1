/** The answer of a comparison: one word, and one sentence with what changed or what it takes. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { limitsOf } from "../../lib/figures/against_baseline.ts";
import { type Answer, answerOf } from "../../lib/figures/answer.ts";
import { answerText } from "../../lib/figures/answer_words.ts";
import { compareRuns } from "../../lib/figures/compare.ts";
import { isRegression } from "../../lib/figures/regression.ts";
import type { FigureSeries, ModuleFigures, RunFigures } from "../../lib/model/baseline.ts";
import type { Status, TestOutcome } from "../../lib/model/outcome.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { changeText } from "../../lib/report/comparison_words.ts";
import { reportComparison } from "../../lib/report/value/comparison.ts";
import { figuresOf, NO_SERIES } from "../fakes/baseline.ts";

const around = (value: number, cycles = 6) => Array.from({ length: cycles }, (_, i) => value + (i % 3) * value / 100);

interface Of {
  status?: Status;
  series?: Partial<FigureSeries>;
  tests?: Record<string, TestOutcome>;
}

function module(name: string, { series, status = "PASS", tests = {} }: Of): ModuleFigures {
  const services = series === undefined ? [] : [{ service: name, series: { ...NO_SERIES, ...series } }];
  return { name, status, services, inPlace: [], tests };
}

function run(modules: Record<string, Of>, over: Partial<RunFigures> = {}): RunFigures {
  return figuresOf("", {}, { modules: Object.entries(modules).map(([name, of]) => module(name, of)), ...over });
}

const STEADY = { series: { ready_ms: around(1000), mem_peak_mib: around(60) } };
const SLOWER = { series: { ready_ms: around(1250), mem_peak_mib: around(60) } };
const ONCE = { series: { ready_ms: [1000], mem_peak_mib: [60] } };

const CASES: { what: string; before: RunFigures; after: RunFigures; strict?: boolean; answer: Answer; says: string }[] =
  [
    {
      what: "a figure that rose",
      before: run({ a: STEADY, b: STEADY }),
      after: run({ a: SLOWER, b: STEADY }),
      answer: "worse",
      says: "Worse: Time to ready of a +25 %",
    },
    {
      what: "a verdict, a test and figures of three modules",
      before: run({ a: STEADY, b: { ...STEADY, tests: { "test_b.py": "passed" } }, c: STEADY }),
      after: run({ a: SLOWER, b: { ...SLOWER, status: "FAIL", tests: { "test_b.py": "failed" } }, c: SLOWER }),
      answer: "worse",
      says:
        "Worse: Time to ready of a +25 %, b is FAIL (PASS before), test_b.py of b failed (passed before) and 2 more",
    },
    {
      what: "a figure that fell",
      before: run({ a: SLOWER, b: STEADY }),
      after: run({ a: STEADY, b: STEADY }),
      answer: "better",
      says: "Better: Time to ready of a −20 %",
    },
    {
      what: "a module that is sound again, with too few cycles to tell its figures",
      before: run({ a: { ...ONCE, status: "FAIL", tests: { "test_a.py": "failed" } } }),
      after: run({ a: { ...ONCE, tests: { "test_a.py": "passed" } } }),
      answer: "better",
      says:
        "Better: a is PASS (FAIL before), test_a.py of a passed (failed before); cannot be told for any of 2 figures: " +
        "it takes at least 4 cycles in each run",
    },
    {
      what: "equal runs",
      before: run({ a: STEADY, b: STEADY }),
      after: run({ a: STEADY, b: STEADY }),
      answer: "same",
      says: "Same: no change in 4 figures",
    },
    {
      what: "a figure and a module that only one run has",
      before: run({ a: STEADY, gone: STEADY }),
      after: run({ a: { series: { ready_ms: around(1000) } } }),
      answer: "same",
      says: "Same: no change in 1 figure; in one run only: gone, 1 figure",
    },
    {
      what: "a WARN that counts only with --strict",
      before: run({ a: STEADY }),
      after: run({ a: { ...STEADY, status: "WARN" } }),
      answer: "same",
      says: "Same: no change in 2 figures; worse only with --strict: a is WARN (PASS before)",
    },
    {
      what: "the same WARN with --strict",
      before: run({ a: STEADY }),
      after: run({ a: { ...STEADY, status: "WARN" } }),
      strict: true,
      answer: "worse",
      says: "Worse: a is WARN (PASS before)",
    },
    {
      what: "a module that is skipped now",
      before: run({ a: { ...STEADY, status: "FAIL" }, b: STEADY }),
      after: run({ a: { ...STEADY, status: "SKIP" }, b: STEADY }),
      answer: "same",
      says: "Same: no change in 4 figures",
    },
    {
      what: "one cycle each",
      before: run({ a: ONCE, b: ONCE }),
      after: run({ a: ONCE, b: ONCE }),
      answer: "cannot be told",
      says: "Cannot be told for any of 4 figures: it takes at least 4 cycles in each run",
    },
    {
      what: "a change that may be chance beside figures that did not change",
      before: run({ a: { series: { ready_ms: [500, 2500, 900, 700, 2400, 600], mem_peak_mib: around(60) } } }),
      after: run({ a: { series: { ready_ms: [2600, 900, 2500, 700, 2550, 800], mem_peak_mib: around(60) } } }),
      answer: "cannot be told",
      says: "Cannot be told for 1 of 2 figures: it takes at least 45 cycles in each run; 1 did not change",
    },
    {
      what: "a figure that rose, beside a module that only the later run has",
      before: run({ a: STEADY }),
      after: run({ a: SLOWER, b: STEADY }),
      answer: "worse",
      says: "Worse: Time to ready of a +25 %",
    },
    {
      what: "one figure of one cycle",
      before: run({ a: { series: { ready_ms: [1000] } } }),
      after: run({ a: { series: { ready_ms: [1000] } } }),
      answer: "cannot be told",
      says: "Cannot be told for the one figure of both runs: it takes at least 4 cycles in each run",
    },
    {
      what: "another engine",
      before: run({ a: STEADY }),
      after: run({ a: STEADY }, { engine: "process" }),
      answer: "cannot be told",
      says: "Cannot be told: the runs are of different engines, compose and process",
    },
    {
      what: "a busier host",
      before: run({ a: STEADY }, { waitPcts: [5, 5, 5] }),
      after: run({ a: SLOWER }, { waitPcts: [60, 60, 60] }),
      answer: "cannot be told",
      says: "Cannot be told for 1 of 2 figures: it takes a host that is as busy in both runs; 1 did not change",
    },
    {
      what: "other hosts",
      before: run({ a: STEADY }),
      after: run({ a: { ...SLOWER, status: "WARN" } }, { host: { hostname: "lab2", os: "linux", arch: "x86_64" } }),
      answer: "cannot be told",
      says: "Cannot be told: the runs are of different hosts, lab1 (linux, x86_64) and lab2 (linux, x86_64). " +
        "Give --across-hosts to compare them anyway",
    },
    {
      what: "a later run that was interrupted",
      before: run({ a: STEADY }),
      after: run({ a: STEADY }, { cutShort: "interrupted by SIGINT" }),
      answer: "cannot be told",
      says: "Cannot be told: the later run was interrupted by SIGINT",
    },
    {
      what: "no module in both",
      before: run({ a: STEADY }),
      after: run({ b: STEADY }),
      answer: "cannot be told",
      says: "Cannot be told: no figure is in both runs; in one run only: b, a",
    },
  ];
for (const { after, answer, before, says, strict = false, what } of CASES) {
  Deno.test(`answerText() of ${what}`, () => {
    const comparison = compareRuns(before, after, limitsOf(defaultThresholds()), false);
    assertEquals(answerText(comparison, strict), says);
    assertEquals(answerOf(comparison, strict), answer);
    assertEquals(answer === "worse", isRegression(comparison, strict), "the exit code says the same");
  });
}

Deno.test("answerText() rounds a percentage as the table below it does", () => {
  const [old, now] = [1000, 805.4].map((value) => Array.from({ length: 6 }, () => value));
  const comparison = compareRuns(
    run({ a: { series: { ready_ms: old ?? [] } } }),
    run({ a: { series: { ready_ms: now ?? [] } } }),
    limitsOf(defaultThresholds()),
    false,
  );
  const report = reportComparison(comparison, { before: null, after: null });
  const [change] = report.modules[0]?.figures ?? [];
  assert(change !== undefined);
  assertEquals(report.sentence, `Better: Time to ready of a ${changeText(change)}`);
});

Deno.test("answerText() gives the least and the most cycles that it takes", () => {
  const wild = { series: { ready_ms: [500, 2500, 900, 700, 2400, 600], mem_peak_mib: [60] } };
  const other = { series: { ready_ms: [2600, 900, 2500, 700, 2550, 800], mem_peak_mib: [61] } };
  const comparison = compareRuns(run({ a: wild }), run({ a: other }), limitsOf(defaultThresholds()), false);
  assertMatch(answerText(comparison, false), /takes at least \d cycles in each run, for some of them \d\d$/);
});

Deno.test("answerText() says so if no number of cycles would do, and leaves out a change that is not known", () => {
  const few = compareRuns(run({ a: ONCE }), run({ a: ONCE }), limitsOf(defaultThresholds()), false);
  for (const change of few.modules[0]?.figures ?? []) change.cyclesNeeded = null;
  assertMatch(answerText(few, false), /takes at least over 1000 cycles in each run$/);
  const slower = compareRuns(run({ a: STEADY }), run({ a: SLOWER }), limitsOf(defaultThresholds()), false);
  for (const change of slower.modules[0]?.figures ?? []) change.change = null;
  assertEquals(answerText(slower, false), "Worse: Time to ready of a");
});
