/** What REPORT.html weighs, and what the reports of a run cost. */

import { assert, assertEquals } from "@std/assert";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { cpuMs } from "../fakes/cpu.ts";
import { longRun } from "../fakes/long_run.ts";
import { htmlText, jsonText } from "../fakes/texts.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

Deno.test("REPORT.html of one cycle of nine modules stays under 1.5 MB, however long the cycle was", () => {
  const usual = bytesOf(htmlText(longRun(1)));
  assert(usual < 0.25e6, `${usual} bytes`);
  const long = bytesOf(htmlText(longRun(1, { probes: 20_000, samples: 20_000, killEvery: 1 })));
  assert(long < 0.5e6, `${long} bytes with 20,000 samples a module`);
});

Deno.test("REPORT.html of 100 cycles of nine modules stays under 2 MB, and thins what it draws", () => {
  const text = htmlText(longRun(100));
  assert(bytesOf(text) < 2e6, `${bytesOf(text)} bytes`);
  const data = /<script type="application\/json" id="chart-data">(.*?)<\/script>/.exec(text)?.[1] ?? "[]";
  const charts: { x: number[] }[] = JSON.parse(data);
  assertEquals(charts.length, 9 * 4);
  const most = Math.max(...charts.map(({ x }) => x.length));
  assert(most < 1000, `a chart has ${most} points`);
});

Deno.test("the reports of one cycle of nine modules cost at most 300 ms of CPU", () => {
  const run = longRun(1, { probes: 60, samples: 30 });
  const cost = cpuMs(() => {
    jsonText(run);
    markdownText(run);
    htmlText(run);
  });
  assert(cost <= 300, `${cost} ms`);
});
