import { annotations } from "../../lib/report/github/annotations.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { parsePytestXml, type PytestCases } from "../../lib/report/junit/pytest_cases.ts";
import { stepSummary } from "../../lib/report/github/step_summary.ts";
import { summaryText } from "../../lib/report/text/summary.ts";
import { tapReport } from "../../lib/report/tap.ts";
import { failingRun, interruptedRun, leakRun, stableRun, warnRun } from "../fakes/records.ts";
import { fixture } from "../fixtures/read.ts";
import { assertGolden } from "../golden.ts";
import { htmlText, jsonText, junitText } from "../fakes/texts.ts";

const RECORDS = {
  stable: stableRun(),
  failing: failingRun(),
  warn: warnRun(),
  interrupted: interruptedRun(),
  leak: leakRun(),
};

const auditDir = "docs/audit/vx11_stability_20251222T215059Z";
const mixed = parsePytestXml(fixture("pytest9_mixed.xml"));
const PYTEST: PytestCases = new Map([["raw/test_hermes_health.py.txt", mixed]]);

/** Script and style have a test of their own. */
const ASSETS = {
  scripts: [{ hash: "sha256-x", text: "/* script */" }],
  styles: [{ hash: "sha256-y", text: "/* style */" }],
};

for (const [name, record] of Object.entries(RECORDS)) {
  const goldens: Record<string, () => string> = {
    json: () => jsonText(record),
    md: () => markdownText(record),
    html: () => htmlText(record, ASSETS),
    txt: () => summaryText(record, { auditDir, color: false }),
    // With pytest's own cases in one of them.
    "junit.xml": () => junitText(record, name === "failing" ? PYTEST : undefined),
    tap: () => tapReport(record),
    "github.txt": () => annotations(record),
    "github.md": () => stepSummary(record, { auditDir, room: 512 * 1024 }),
  };
  for (const [extension, render] of Object.entries(goldens)) {
    Deno.test(`the ${name} run as ${extension}`, () => assertGolden(`${name}.${extension}`, render()));
  }
}
