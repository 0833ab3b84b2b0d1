import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ASSETS } from "../../lib/report/html/assets.ts";
import { WRITTEN } from "../../lib/report/formats.ts";
import type { ServiceEvidence } from "../../lib/model/record.ts";
import { cycleOf, moduleOf, runOf, seen, unseen } from "../fakes/evidence.ts";
import { failingRun, interruptedRun, judged, reason, stableRun, verdict, warnRun } from "../fakes/records.ts";
import { htmlText } from "../fakes/texts.ts";

const NONE = { scripts: [], styles: [] };

function oneModule(status: "FAIL" | "PASS", service: ServiceEvidence): string {
  const cycles = [{ cycle: 1, status, reasons: [] }];
  return htmlText(judged(runOf([moduleOf("db", [cycleOf(1, [service])])]), [verdict("db", status, cycles)]), NONE);
}

function titleOf(text: string): string {
  return /<title>(.*?)<\/title>/.exec(text)?.[1] ?? "";
}

Deno.test("htmlText() says the verdict first, also in the title", () => {
  assertMatch(
    titleOf(htmlText(failingRun(), NONE)),
    /^FAIL: 3 of 4 modules failed – VX11 Stability P0 Report, 2025-12-22T/,
  );
  assertMatch(titleOf(htmlText(warnRun(), NONE)), /^FAIL: Needed modules failed: baseline \(core\)/);
  assertMatch(titleOf(htmlText({ ...warnRun(), alsoRun: [] }, NONE)), /^WARN: 1 of 1 module gave a warning/);
  assertMatch(titleOf(htmlText(stableRun(), NONE)), /^PASS: All 2 modules are stable/);
  const text = htmlText(failingRun(), NONE);
  assert(text.indexOf("<h1>") < text.indexOf("<table"), "the verdict comes before the table");
});

Deno.test("htmlText() links to every report that is written beside it", () => {
  const [, footer = ""] = htmlText(stableRun(), NONE).split("<footer>");
  const files = WRITTEN.map(({ file }) => file);
  assertEquals(files.filter((file) => !footer.includes(`<a href="${file}">`)), ["REPORT.html"]);
});

Deno.test("htmlText() never gives PASS to a run that did not come to its end, nor to one without modules", () => {
  assertMatch(titleOf(htmlText(interruptedRun(), NONE)), /^WARN: The run did not come to its end/);
  assertMatch(titleOf(htmlText(judged(runOf([]), []), NONE)), /^SKIP: No module was tested/);
  const cut = stableRun();
  cut.evidence.finished = false;
  assertMatch(titleOf(htmlText(cut, NONE)), /^WARN/);
});

Deno.test("htmlText() shows a failure of the run with the tool's output, and what was left behind", () => {
  const failure = {
    exit: "environment" as const,
    what: "Failed to start <baseline>",
    next: "See the log",
    detail: "a\nb",
  };
  const text = htmlText(judged(runOf([], { failure, finished: false, leftBehind: ["docker rm x"] }), []), NONE);
  assertMatch(titleOf(text), /^FAIL: The run failed/);
  assertStringIncludes(text, "<b>The run failed: Failed to start &lt;baseline&gt;. See the log (exit code 3)</b>");
  assertStringIncludes(text, ">a\nb</pre>");
  assertStringIncludes(text, "<b>docker rm x</b>");
});

Deno.test("htmlText() allows nothing but its own script and style, by their hashes", () => {
  const text = htmlText(stableRun());
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]?.replaceAll("&#39;", "'") ?? "";
  const hashes = [...ASSETS.scripts, ...ASSETS.styles].map(({ hash }) => `'${hash}'`);
  assertEquals(
    policy,
    `default-src 'none'; script-src ${hashes.slice(0, 2).join(" ")}; style-src ${hashes.slice(2).join(" ")}; ` +
      "img-src data:; base-uri 'none'; form-action 'none'",
  );
  assertEquals(/\son\w+=|\sstyle=|\ssrc=/.exec(text.slice(0, text.indexOf('<script type="application/json"'))), null);
});

Deno.test("htmlText() says why a figure is not there, and shows no 0 for it", () => {
  const blind = seen("db", {
    probes: [],
    samples: [],
    samplesMissing: ["the cgroup's files cannot be read"],
    stop: null,
  });
  const text = oneModule("PASS", blind);
  assertStringIncludes(text, "Memory of vx11-db was not measured: the cgroup&#39;s files cannot be read.");
  assertStringIncludes(text, "Health latency of vx11-db was not measured.");
  assertStringIncludes(text, '<td class="n wide" data-by="">–</td>');
  assert(!text.includes('data-chart="'), "a chart of nothing");
});

Deno.test("htmlText() claims nothing of a service without a container", () => {
  const text = oneModule("FAIL", unseen("db", { noUrlWhy: "it publishes no port" }));
  assertStringIncludes(text, "Nothing was seen of service db: it publishes no port.");
});

Deno.test("htmlText() opens what failed, and leaves closed what passed", () => {
  assertMatch(oneModule("FAIL", seen("db")), /data-module open>/);
  assertMatch(oneModule("PASS", seen("db")), /data-module>/);
});

Deno.test("htmlText() shows the last log lines and where the rest is, of what failed only", () => {
  const service = seen("db", { log: { path: "raw/db.log", tail: ["one", "two"] } });
  assertStringIncludes(oneModule("FAIL", service), 'aria-label="Last log lines of vx11-db">one\ntwo</pre>');
  assertStringIncludes(oneModule("FAIL", service), '<a href="raw/db.log"><code>raw/db.log</code></a>');
  assert(!oneModule("PASS", service).includes("one\ntwo"));
});

Deno.test("htmlText() keeps every reason of a long run, the first ones in sight", () => {
  const reasons = Array.from({ length: 90 }, (_, i) => reason("flapping", `Cycle ${i}: it flapped`));
  const text = htmlText(judged(runOf([]), [verdict("db", "WARN", [], reasons)]), NONE);
  assertEquals(text.match(/data-reason="flapping"/g)?.length, 90);
  assertStringIncludes(text, "<summary>78 more reasons</summary>");
});

Deno.test("htmlText() gives each sortable column a button, and each cell what it is sorted by", () => {
  const text = htmlText(failingRun(), NONE);
  const table = text.slice(text.indexOf('<table class="sortable">'), text.indexOf("</table>"));
  const heads = [...table.matchAll(/<th scope="col"[^>]*aria-sort="none"><button type="button">([^<]+)</g)];
  assertEquals(heads.length, 10);
  const cells = [...table.matchAll(/<t[hd] [^>]*data-by="/g)].length;
  assertEquals(cells, 4 * heads.length);
});

Deno.test("htmlText() draws settled memory with its trend and the leak line over several cycles only", () => {
  assert(!htmlText(stableRun(), NONE).includes("leak line"));
  const text = htmlText(warnRun(), NONE);
  assertStringIncludes(text, '"leak line"');
  assertMatch(text, /Settled memory of vx11-switch over 2 cycles: from .* would have been seen\./);
});
