/** A run that is compared with an earlier one, in its reports: every judgement, several services, tests that changed. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { limitsOf } from "../../lib/figures/against_baseline.ts";
import { compareRuns } from "../../lib/figures/compare.ts";
import type { RunFigures } from "../../lib/model/baseline.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { type ReportComparison, reportComparison } from "../../lib/report/value/comparison.ts";
import { comparisonMarkdown } from "../../lib/report/markdown/comparison.ts";
import { comparisonText } from "../../lib/report/text/comparison.ts";
import { columns } from "../../lib/report/text/fit.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { figuresOf, NO_SERIES } from "../fakes/baseline.ts";
import { cycleOf, moduleOf, runOf, runStarted, seen, stopped, testRun } from "../fakes/evidence.ts";
import { assertGolden } from "../golden.ts";
import { htmlText, jsonText } from "../fakes/texts.ts";

const PLAIN = { all: false, color: false, width: null };

const around = (value: number, cycles = 6) => Array.from({ length: cycles }, (_, i) => value + (i % 3) * value / 100);

function compared(before: RunFigures, after: RunFigures): ReportComparison {
  const comparison = compareRuns(before, after, limitsOf(defaultThresholds()), false);
  return reportComparison(comparison, { before: "docs/audit/before", after: "docs/audit/after" });
}

/** Two services, one of them with a figure that only one run has; a module that is new, and one that is gone. */
function everything(): ReportComparison {
  const service = (name: string, ready: number[], cpu: number[]) => (
    { service: name, series: { ...NO_SERIES, ready_ms: ready, p95_ms: around(10), cpu_mean_pct: cpu } }
  );
  const before = figuresOf("gone", {}, {
    modules: [
      { name: "gone", status: "PASS", services: [], inPlace: [], tests: {} },
      {
        name: "switch",
        status: "PASS",
        services: [service("switch", around(1000), around(40)), service("cache", [500, 2500, 900, 700, 2400, 600], [])],
        inPlace: [],
        tests: { "test_switch_a.py": "passed", "test_switch_b.py": "passed" },
      },
      { name: "hermes", status: "WARN", services: [service("hermes", around(900, 1), [])], inPlace: [], tests: {} },
    ],
  });
  const after = figuresOf("new", {}, {
    startedAt: "2025-12-22T09:00:00Z",
    jobs: 4,
    waitPcts: [],
    modules: [
      { name: "new", status: "PASS", services: [], inPlace: [], tests: {} },
      {
        name: "switch",
        status: "FAIL",
        services: [
          service("switch", around(1250), around(30)),
          service("cache", [2600, 900, 2500, 700, 2550, 800], around(5)),
        ],
        inPlace: [],
        tests: { "test_switch_a.py": "failed", "test_switch_b.py": "passed", "test_switch_c.py": "none" },
      },
      { name: "hermes", status: "WARN", services: [service("hermes", around(1800, 1), [])], inPlace: [], tests: {} },
    ],
  });
  return compared(before, after);
}

Deno.test("comparisonText() and comparisonMarkdown() have every judgement in words", async () => {
  const comparison = everything();
  assertEquals(comparison.got_worse, true);
  await assertGolden("comparison.txt", comparisonText(comparison, { ...PLAIN, all: true }));
  await assertGolden("comparison.md", comparisonMarkdown(comparison, true));
});

Deno.test("comparisonText() and comparisonMarkdown() show only what changed, worse modules first, and count the rest", async () => {
  const comparison = everything();
  await assertGolden("comparison_changed.txt", comparisonText(comparison, PLAIN));
  await assertGolden("comparison_changed.md", comparisonMarkdown(comparison, false));
});

Deno.test("comparisonText() keeps to the columns of a terminal, and loses no word in them", async () => {
  const comparison = everything();
  for (const all of [true, false]) {
    const narrow = comparisonText(comparison, { all, color: false, width: 80 });
    const wide = comparisonText(comparison, { all, color: false, width: null });
    for (const line of narrow.split("\n")) assert(columns(line) <= 80, line);
    const words = (text: string) => text.split(/\s+/).toSorted();
    assertEquals(words(narrow), words(wide));
  }
  await assertGolden("comparison_80.txt", comparisonText(comparison, { all: true, color: false, width: 80 }));
});

Deno.test("comparisonText() says in three lines that nine modules cannot be told", () => {
  const names = Array.from({ length: 9 }, (_, i) => `m${i}`);
  const run = (startedAt: string) =>
    figuresOf("", {}, {
      startedAt,
      modules: names.flatMap((name) => figuresOf(name, { ready_ms: [900], mem_peak_mib: [20] }).modules),
    });
  const text = comparisonText(compared(run("2025-12-21T09:00:00Z"), run("2025-12-22T09:00:00Z")), PLAIN);
  assertEquals(text.split("\n").slice(0, 3), [
    "Cannot be told for any of 18 figures: it takes at least 4 cycles in each run",
    "",
    "Not shown: 18 too few to tell; --all shows them",
  ]);
});

Deno.test("comparisonText() and comparisonMarkdown() say that the host was busier, and that figures were not judged", () => {
  const before = figuresOf("db", { ready_ms: around(1000) }, { waitPcts: [5, 5, 5] });
  const busy = compared(before, figuresOf("db", { ready_ms: around(1500) }, { waitPcts: [60, 60, 60] }));
  assertStringIncludes(comparisonText(busy, PLAIN), "Not all was judged: the host was busier in one of the runs");
  assertStringIncludes(comparisonMarkdown(busy, false), "> ⚠️ **Not all was judged:** the host was busier");
  assertEquals([busy.got_worse, busy.counts["busy host"]], [false, 1]);
  const other = compared(before, { ...before, engine: "process" });
  assertStringIncludes(comparisonText(other, PLAIN), "Cannot be told: the runs are of different engines");
  assertStringIncludes(comparisonMarkdown(other, false), "⚠️ **Cannot be told: the runs are of different engines");
});

// @std/fmt itself leaves colours out where NO_COLOR is set.
Deno.test({ name: "comparisonText() colours the answer and what got worse", ignore: Deno.noColor }, () => {
  const text = comparisonText(everything(), { ...PLAIN, color: true });
  assertStringIncludes(text, "\x1b[31m    Time to ready");
  assert(text.startsWith("\x1b[31m\x1b[1mWorse: "), text);
});

Deno.test("comparisonText() colours nothing where no color is asked for", () => {
  assertEquals(comparisonText(everything(), PLAIN).includes("\x1b"), false);
});

Deno.test("reports of a run with a baseline have the comparison", async () => {
  const series = { ready_ms: around(312), mem_peak_mib: around(15), stop_ms: around(900) };
  const cycles = Array.from(
    { length: 6 },
    (_, i) =>
      cycleOf(i + 1, [seen("switch", { stop: stopped("switch") })], {
        testFiles: ["test_switch_a.py"],
        tests: [testRun("test_switch_a.py")],
      }),
  );
  const baseline = { from: "docs/audit/before", acrossHosts: false, figures: figuresOf("switch", series) };
  const run = runStarted({ selected: ["switch"], services: { switch: ["switch"] }, cycles: 6, jobs: 1, baseline });
  const judged = judge(runOf([moduleOf("switch", cycles)], { run }));
  assertEquals(judged.modules.map(({ status }) => status), ["WARN"]);
  await assertGolden("regressed.json", jsonText(judged));
  await assertGolden("regressed.md", markdownText(judged));
  await assertGolden("regressed.html", htmlText(judged, { scripts: [], styles: [] }));
});
