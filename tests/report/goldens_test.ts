import { htmlText } from "../../lib/report/html/html.ts";
import { jsonText, reportOf } from "../../lib/report/json.ts";
import { markdownText } from "../../lib/report/markdown.ts";
import { summaryText } from "../../lib/report/summary.ts";
import { failingRun, interruptedRun, stableRun, warnRun } from "../fakes/records.ts";
import { assertGolden } from "../golden.ts";

const RECORDS = { stable: stableRun(), failing: failingRun(), warn: warnRun(), interrupted: interruptedRun() };

/** Script and style have a test of their own. */
const ASSETS = {
  scripts: [{ hash: "sha256-x", text: "/* script */" }],
  styles: [{ hash: "sha256-y", text: "/* style */" }],
};

for (const [name, record] of Object.entries(RECORDS)) {
  Deno.test(`jsonText() of the ${name} run`, () => assertGolden(`${name}.json`, jsonText(reportOf(record))));
  Deno.test(`markdownText() of the ${name} run`, () => assertGolden(`${name}.md`, markdownText(record)));
  Deno.test(`htmlText() of the ${name} run`, () => assertGolden(`${name}.html`, htmlText(record, ASSETS)));
  Deno.test(`summaryText() of the ${name} run`, () =>
    assertGolden(
      `${name}.txt`,
      summaryText(record, { auditDir: "docs/audit/vx11_stability_20251222T215059Z", color: false }),
    ));
}
