/** Flaky tests in the reports: how often, in which cycles, and what was around the first failure. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { judge } from "../../lib/judge/verdict.ts";
import { renderHtml } from "../../lib/report/html/html.ts";
import { reportOf } from "../../lib/report/json/json.ts";
import { junitPieces } from "../../lib/report/junit/junit.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { summaryText } from "../../lib/report/text/summary.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { moduleOf, pressure, runOf, runStarted, testRun } from "../fakes/evidence.ts";
import { db } from "../run/judging.ts";

const CASE = { classname: "test_db.TestA", name: "test_one", ms: 3, message: "no", text: "", type: "" };

/** 30 cycles: TestA::test_one fails in the fourth, beside "web", on a host that was busy then; the last one was cut short. */
function flakyRun({ allowed, strict = false }: { allowed: number; strict?: boolean }): JudgedRun {
  const cycles = Array.from({ length: 29 }, (_, nr) => {
    const isFailed = nr === 3;
    const run = testRun("test_db.py", {
      returnCode: isFailed ? 1 : 0,
      counts: { passed: isFailed ? 1 : 2, failed: isFailed ? 1 : 0, errors: 0, skipped: 0 },
      firstFailure: isFailed ? "test_one: assert 1 == 2" : null,
      cases: { list: "l", failed: isFailed ? [0] : [], skipped: nr === 5 ? [0] : [] },
      output: `raw/db_${nr + 1}.txt`,
    });
    const waited = isFailed ? 900_000 : 20_000;
    const pressures = [pressure("db", 1000, { cpuSomeUsec: 0 }), pressure("db", 2000, { cpuSomeUsec: waited })];
    return db({ pressures }, { tests: [run] }, nr + 1);
  });
  const web = moduleOf("web", [db({}, {}, 4)]);
  const thresholds = { ...defaultThresholds(), flaky_allowed_pct: allowed };
  const services = { baseline: ["madre"], db: ["db"], web: ["db"] };
  const run = runStarted({ selected: ["db"], services, cycles: 30, strict, thresholds });
  return judge(runOf([moduleOf("db", cycles), web], {
    run,
    testLists: new Map([["l", ["TestA::test_one", "test_two"]]]),
    cyclesFinished: 29,
    waitPcts: Array.from({ length: 29 }, (_, nr) => nr === 3 ? 61.04 : 2),
  }));
}

const NAME = "test_db.py::TestA::test_one";
const RATE = "1 of 28 cycles (3.6 %, 95 % interval 0.09 to 18.3 %)";

Deno.test("REPORT.json has the rate, what did not count, and what was around the first failure", () => {
  assertEquals(reportOf(flakyRun({ allowed: 0 })).modules.get("db")?.flaky_tests, [{
    file: "test_db.py",
    test: "TestA::test_one",
    failed: 1,
    ran: 28,
    rate_pct: 3.57,
    rate_low_pct: 0.09,
    rate_high_pct: 18.35,
    failed_cycles: [4],
    skipped: 1,
    not_run: 1,
    allowed: null,
    not_allowed_why: null,
    first_failure: {
      cycle: 4,
      output: "raw/db_4.txt",
      message: "test_one: assert 1 == 2",
      beside: ["web"],
      cpu_wait_pct: 61,
      cpu_pressure_pct: 90,
      mem_pressure_pct: 0,
      io_pressure_pct: 0,
    },
    usual: { cpu_wait_pct: 2, cpu_pressure_pct: 2, mem_pressure_pct: 0, io_pressure_pct: 0 },
  }]);
  const [refused] = reportOf(flakyRun({ allowed: 5 })).modules.get("db")?.flaky_tests ?? [];
  assertEquals([refused?.allowed, refused?.not_allowed_why], [
    false,
    "it cannot be told to be at most 5 %; with no further failure that takes 110 cycles in which it ran",
  ]);
});

Deno.test("REPORT.md, REPORT.html and the summary show them", async () => {
  const judged = flakyRun({ allowed: 20 });
  const text = markdownText(judged);
  assertStringIncludes(text, `${RATE} | 4 | 1 more skipped; 1 more not known to have run; allowed |`);
  assertStringIncludes(
    text,
    "first failure in cycle 4: up beside it: web; this program waited for a core 61 % of the time (2 % where",
  );
  assertStringIncludes(text, "Full output: `raw/db_4.txt`. test");
  assertStringIncludes(
    summaryText(judged, { auditDir: "/a", color: false, width: 200 }),
    `Flaky: db ${NAME} failed in ${RATE}, allowed\n`,
  );
  const html = [...await renderHtml({ judged, makeRoom: () => {}, readRaw: () => Promise.resolve(null) })].join("");
  assertStringIncludes(html, `<span class="name">${NAME}</span>`);
  assertStringIncludes(html, RATE);
});

Deno.test("a module without flaky tests has no table of them", () => {
  const { modules } = reportOf(judge(runOf([moduleOf("db", [db(), db({}, {}, 2)])])));
  assertEquals(modules.get("db")?.flaky_tests, []);
});

Deno.test("junit.xml: an allowed failure is skipped with its message, and a failure with --strict or if it is not allowed", () => {
  const cases = new Map([["raw/db_4.txt", [{ ...CASE, outcome: "failure" as const }]]]);
  const own = (judged: JudgedRun) => {
    const text = junitPieces(judged, cases).join("");
    const at = text.indexOf('name="test_one"');
    return text.slice(at, text.indexOf("</testcase>", at));
  };
  assertStringIncludes(own(flakyRun({ allowed: 20 })), '<skipped message="WARN: no"');
  for (const kind of [{ allowed: 20, strict: true }, { allowed: 5 }, { allowed: 0 }]) {
    assertStringIncludes(own(flakyRun(kind)), '<failure type="test" message="no"');
  }
});
