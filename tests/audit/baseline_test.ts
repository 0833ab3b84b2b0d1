/** A run that is compared with an earlier one: the figures enter its journal, and the verdict needs nothing else. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FigureSeries } from "../../lib/model/baseline.ts";
import { reportOf } from "../../lib/report/json/json.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { baselineOf, baselineText } from "../fakes/baseline.ts";
import { assertUsage } from "../fakes/failure.ts";
import { db, judgeDb } from "../run/judging.ts";
import { AUDIT_DIR, reasonsOn, verdictOn, world, type WorldOptions } from "../run/harness.ts";
import { jsonText } from "../fakes/texts.ts";

const LOW: Partial<FigureSeries> = { mem_peak_mib: [2, 2, 2, 2, 2] };

function withBaseline(text: string | undefined, { config, ...rest }: WorldOptions = {}, acrossHosts = false) {
  const it = world({
    config: { cycles: 5, baseline: { path: "/base.json", given: "../base.json", acrossHosts }, ...config },
    ...rest,
  });
  if (text !== undefined) it.files.set("/base.json", text);
  return it;
}

Deno.test("run() is judged against its baseline, and its journal alone gives the same reports", async () => {
  const it = withBaseline(baselineText("switch", LOW));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "WARN regressed");
  assertEquals(reasonsOn(result, "switch"), [
    'Peak memory of "switch" rose by 900 % against the baseline (2.0 MiB → 20.0 MiB, medians of 5 and 5 cycles), limit 5.0 MiB',
  ]);
  const again = judge(foldJournal(it.journal()));
  assertEquals(jsonText(again), it.files.get(`${AUDIT_DIR}/REPORT.json`));
  assertEquals(markdownText(again), it.files.get(`${AUDIT_DIR}/REPORT.md`));
  const { comparison } = reportOf(again);
  assertEquals([comparison?.before.from, comparison?.after.from], ["../base.json", null]);
  assertEquals(comparison?.modules[0]?.status_after, "WARN");
  const markdown = it.files.get(`${AUDIT_DIR}/REPORT.md`) ?? "";
  assertStringIncludes(markdown, "## Against the baseline");
  assertStringIncludes(markdown, "| Peak memory | 2.0 MiB | 20.0 MiB | +900 % | 5, 5 | worse (chance 0.4 %) |");
  assertStringIncludes(markdown, "worse: Peak memory +900 %");
});

Deno.test("run() without a change is PASS, and says that there was none", async () => {
  const first = world({ config: { cycles: 5 } });
  await first.run();
  const it = withBaseline(first.files.get(`${AUDIT_DIR}/REPORT.json`));
  const result = await it.run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  const figures = reportOf(result.judged).comparison?.modules[0]?.figures ?? [];
  assertEquals(figures.length, 5);
  assertEquals(new Set(figures.map(({ judgement }) => judgement)), new Set(["same"]));
});

Deno.test("run() takes the level of the rule: a regression can fail it, or be nothing", async () => {
  const failing = await withBaseline(baselineText("switch", LOW), { rules: { regressed: "fail" } }).run();
  assertEquals(verdictOn(failing, "switch"), "FAIL regressed");
  const off = await withBaseline(baselineText("switch", LOW), { rules: { regressed: "off" } }).run();
  assertEquals(verdictOn(off, "switch"), "PASS");
});

Deno.test("judge() names a rise from nothing by its size, and finds nothing where a figure is missing", () => {
  const cycles = Array.from({ length: 5 }, (_, i) => db({}, {}, i + 1));
  const nothing = baselineOf("db", { mem_peak_mib: [0, 0, 0, 0, 0], stop_ms: [] });
  const verdict = judgeDb(cycles, { run: { baseline: nothing } });
  assertEquals(verdict.reasons.map(({ text }) => text), [
    'Peak memory of "db" rose by 23.0 MiB against the baseline (0.0 MiB → 23.0 MiB, medians of 5 and 5 cycles), limit 5.0 MiB',
  ]);
});

Deno.test("run() of too few cycles is not judged against its baseline, and says how many it takes", async () => {
  const result = await withBaseline(baselineText("switch", { mem_peak_mib: [2] }), { config: { cycles: 1 } }).run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  assertStringIncludes(
    markdownText(result.judged),
    "⚠️ **Cannot be told for the one figure of both runs: it takes at least 4 cycles in each run",
  );
});

Deno.test("run() is not judged against a baseline of another host unless asked, and says so", async () => {
  const other = baselineText("switch", LOW).replace("lab1", "lab2");
  const result = await withBaseline(other).run();
  assertEquals(verdictOn(result, "switch"), "PASS");
  const told =
    "The run is not judged against the baseline: the runs are of different hosts, lab2 (linux, x86_64) and " +
    "lab1 (linux, x86_64). Give --across-hosts to compare them anyway";
  assert(result.judged.evidence.notices.includes(told), result.judged.evidence.notices.join("\n"));
  assertStringIncludes(markdownText(result.judged), "⚠️ **Cannot be told: the runs are of different hosts");
  assertEquals(verdictOn(await withBaseline(other, {}, true).run(), "switch"), "WARN regressed");
});

const REFUSED: [string, string | undefined, string][] = [
  ["is missing", undefined, 'Cannot compare with "/base.json": there is no such file or folder'],
  ["is of something else", "{}", 'Cannot compare with "/base.json": it is not the report of a run'],
  [
    "is of another version",
    baselineText("switch", LOW).replace('"schema_version":2', '"schema_version":7'),
    'Cannot compare with "/base.json": it has schema version 7, and this program reads 2',
  ],
];
for (const [what, text, says] of REFUSED) {
  Deno.test(`run() touches nothing where its baseline ${what}`, async () => {
    const it = withBaseline(text);
    const next = "Name the folder of a run, such as docs/audit/vx11_stability_20251222T215059Z, or its REPORT.json";
    await assertUsage(() => it.run(), says, next);
    assertEquals(it.engine.running(), []);
    assertEquals(it.files.has(`${AUDIT_DIR}/journal.ndjson`), false);
  });
}
