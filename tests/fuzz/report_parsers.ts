/** What pytest writes, REPORT.json of either harness, and what a reviewing endpoint answers. */

import { assert, assertEquals } from "@std/assert";
import { missingPackage } from "../../lib/tests/pytest/packages.ts";
import { collectedCount, errorLine, readJunit } from "../../lib/tests/pytest/outcome.ts";
import { readWitness } from "../../lib/tests/pytest/witness.ts";
import { codeSpan } from "../../lib/report/escape.ts";
import { limitsOf } from "../../lib/figures/against_baseline.ts";
import { compareRuns } from "../../lib/figures/compare.ts";
import { predict } from "../../lib/figures/prediction.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { reportComparison } from "../../lib/report/value/comparison.ts";
import { comparisonMarkdown } from "../../lib/report/markdown/comparison.ts";
import { comparisonText } from "../../lib/report/text/comparison.ts";
import { historyOf, historyRun } from "../../lib/history/history.ts";
import { historyHtml } from "../../lib/history/html.ts";
import { historyText } from "../../lib/history/text.ts";
import { parsePytestXml } from "../../lib/report/junit/pytest_cases.ts";
import { readFigures } from "../../lib/report/read/figures.ts";
import { readAnyReport } from "../../lib/report/read/report.ts";
import { readTiming } from "../../lib/report/read/timing.ts";
import { errorMessage, LONGEST_ANSWER, readAnswer } from "../../lib/review/answer.ts";
import { quoted } from "../../lib/review/quoted.ts";
import { fixture } from "../fixtures/read.ts";
import { manualReport } from "../fakes/manual_report.ts";
import type { Parser } from "./parser.ts";

const golden = (name: string) => Deno.readTextFileSync(new URL(`../golden/${name}`, import.meta.url));
const isCount = (value: unknown): void => assert(Number.isSafeInteger(value) && Number(value) >= 0, `count ${value}`);
const isText = (value: unknown): void => assertEquals(typeof value, "string");

const JUNIT: Parser = {
  name: "pytest's XML",
  inputs: 10_000,
  samples: [
    fixture("pytest9_mixed.xml"),
    fixture("pytest9_collection_error.xml"),
    '<testsuite errors="0" failures="1" skipped="1" tests="3"><testcase classname="a" name="b" time="0.1"/><testcase name="c"><skipped type="pytest.skip" message="collection skipped">(&apos;/t.py&apos;, 1, &apos;Skipped: no&apos;)</skipped></testcase></testsuite>',
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "v">]><testsuites tests="2"><testsuite name="a"><testcase name="b"><failure><![CDATA[x & y]]>&#10;&e;</failure></testcase><!-- c --><testcase name="d"/></testsuite></testsuites>',
  ],
  async run(input) {
    for (const { message, ms, name, text } of parsePytestXml(input)) {
      [message, name, text].forEach(isText);
      assert(ms === null || (Number.isFinite(ms) && ms >= 0), `time ${ms}`);
    }
    const { counts, firstFailure, skipReason } = await readJunit(input, () => Promise.resolve(), "test_x.py");
    if (counts !== null) [counts.passed, counts.failed, counts.errors, counts.skipped].forEach(isCount);
    for (const said of [firstFailure, skipReason]) assert(said === null || said.length <= 400);
    missingPackage({ firstFailure });
  },
};

const OUTPUT: Parser = {
  name: "pytest's output",
  inputs: 20_000,
  samples: [
    "== test session starts ==\ncollected 5 items / 1 error / 2 deselected / 3 selected\n\ntest_a.py .F\n",
    "ImportError while loading conftest\nE   ModuleNotFoundError: No module named 'x'\n",
    "__main__.py: error: unrecognized arguments: -n\n  inifile: /t\n\x1b[31mERROR: x\x1b[0m\nINTERNALERROR> ValueError: y\n",
  ],
  run(input) {
    const line = errorLine(input);
    assert(line === null || line.length <= 300);
    const count = collectedCount(input);
    if (count !== null) isCount(count);
    missingPackage({ firstFailure: input });
  },
};

const WITNESS: Parser = {
  name: "pytest's witness",
  inputs: 20_000,
  samples: [
    '{"kind":"begun","pid":7}\n{"collected":3,"ran":2,"left":["test_a.py::test_c"],"own":true,"failed":1,"status":1,"kind":"ended","pid":7}\n',
    '{"kind":"begun","pid":7}\n{"kind":"went_on","pid":8}\n{"collected":3,"ran":3,"left":[],"own":null,"failed":1,"status":0,"kind":"ended","pid":8}\n{"kind":"left_out","pid":7}\n',
  ],
  run(input) {
    const { unfinished } = readWitness(input);
    assert(unfinished === null || /^(?:pytest|a forked|[1-9]\d* tests? |only \d+ of \d+ tests? )/.test(unfinished));
  },
};

const PYTHON_REPORT = JSON.stringify(manualReport({ status: "FAIL", errors: ["x"] }));

const REPORT: Parser = {
  name: "REPORT.json",
  inputs: 3000,
  samples: [PYTHON_REPORT, PYTHON_REPORT, golden("interrupted.json")],
  run(input) {
    const read = readAnyReport(input);
    if ("why" in read) {
      assert(read.why !== "" && read.why.length < 2000, read.why.slice(0, 200));
      assert(!read.why.includes("[object "), read.why);
    } else for (const { name } of read.modules) isText(name);
    const figures = readFigures(input);
    if (!("why" in figures)) figures.waitPcts.forEach((pct) => assert(Number.isFinite(pct) && pct >= 0));
    readTiming(input);
    const run = historyRun("vx11_stability_x", input, []);
    if (!("why" in run)) {
      for (const { name, p95_ms } of run.modules) {
        isText(name);
        assert(p95_ms === null || Number.isFinite(p95_ms));
      }
    }
  },
};

const LONG_REPORT: Parser = {
  ...REPORT,
  name: "REPORT.json, long",
  inputs: 1500,
  samples: [golden("manual.json"), golden("stable.json")],
};

const GOOD = golden("stable.json");
const GOOD_RUN = historyRun("vx11_stability_a", GOOD, []);
const GOOD_FIGURES = readFigures(GOOD);

const PLANNED = {
  modules: ["baseline", "switch", "__proto__"].map((name, at) => ({
    name,
    dependsOn: at === 0 ? [] : ["baseline"],
    tested: at > 0,
    core: at === 0,
    kept: at === 0,
    staysUp: false,
  })),
  cycles: 3,
  soakMs: 0,
};

/** What is made of a report: lists, comparisons, predictions. */
const SHOWN_REPORT: Parser = {
  name: "REPORT.json, listed and compared",
  inputs: 500,
  samples: [PYTHON_REPORT, GOOD, golden("manual.json")],
  run(input) {
    const run = historyRun("vx11_stability_x", input, ["REPORT.json"]);
    if (!("why" in run) && !("why" in GOOD_RUN)) {
      const history = historyOf("d", [run, GOOD_RUN, run], [{ folder: "x", why: "y", is_run: true }]);
      for (const text of [historyText(history, true), historyHtml(history)]) {
        assert(!/NaN|undefined/.test(text) || /NaN|undefined/.test(input));
      }
    }
    const figures = readFigures(input);
    if (!("why" in figures) && !("why" in GOOD_FIGURES)) {
      for (const across of [false, true]) {
        const compared = compareRuns(GOOD_FIGURES, figures, limitsOf(defaultThresholds()), across);
        const comparison = reportComparison(compared, { before: "a", after: "b" });
        const look = { all: true, color: false, width: null };
        for (const text of [comparisonText(comparison, look), comparisonMarkdown(comparison, true)]) {
          assert(!/NaN|undefined/.test(text) || /NaN|undefined/.test(input), text);
        }
      }
    }
    const times = readTiming(input);
    if ("why" in times) return;
    const { criticalMs, sumMs } = predict(PLANNED, times.modules);
    for (const ms of [criticalMs, sumMs]) assert(ms === null || ms >= 0, `${ms} ms`);
  },
};

const REVIEW: Parser = {
  name: "review's answer",
  inputs: 15_000,
  samples: [
    '{"model":"m","choices":[{"finish_reason":"stop","message":{"content":"<think>hm</think># One\\n\\n[a](http://x) ![b](c)\\n```ts\\ncode\\n```\\n[d]: javascript:x","reasoning_content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}',
    '{"error":{"message":"no such model","type":"x"}}',
    '{"choices":[],"error":"x"}',
  ],
  run(input) {
    const said = errorMessage(input);
    assert(said === null || typeof said === "string");
    const answer = readAnswer(input);
    if ("why" in answer) {
      assert(answer.why !== "" && !answer.why.includes("[object "), answer.why);
      return;
    }
    isText(answer.text);
    if (answer.model !== null) codeSpan(answer.model);
    for (const line of quoted(answer.text.slice(0, LONGEST_ANSWER)).split("\n")) assert(line.startsWith(">"), line);
  },
};

const QUOTED: Parser = {
  name: "review's quotation",
  inputs: 10_000,
  samples: [
    "# One\n\n- a `b`\n```ts\ncode\n```\n~~~\nx\n~~~~\n[a]: javascript:x\n[b](data:x) ![c](d) <b> <!-- -->\n| a |\n",
    "[[[a]: b\n",
  ],
  run(input) {
    for (const line of quoted(input.slice(0, LONGEST_ANSWER)).split("\n")) assert(line.startsWith(">"), line);
  },
};

export const REPORT_PARSERS: readonly Parser[] = [
  JUNIT,
  OUTPUT,
  WITNESS,
  REPORT,
  LONG_REPORT,
  SHOWN_REPORT,
  REVIEW,
  QUOTED,
];
