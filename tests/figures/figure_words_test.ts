import { assertEquals } from "@std/assert";
import { changeText, figureText } from "../../lib/figures/figure_words.ts";

Deno.test("figureText() gives each figure its unit, and tenths of a millisecond below 100 ms", () => {
  assertEquals(figureText("ready_ms", 99.94), "99.9 ms");
  assertEquals(figureText("p95_ms", 100), "100 ms");
  assertEquals(figureText("stop_ms", 2340.4), "2340 ms");
  assertEquals(figureText("stop_ms", -2340.4), "-2340 ms");
  assertEquals(figureText("p95_ms", -99.94), "-99.9 ms");
  assertEquals(figureText("mem_peak_mib", 63), "63.0 MiB");
  assertEquals(figureText("cpu_mean_pct", 4.24), "4.2 %");
});

Deno.test("changeText() has the sign, and the figure's own unit if there is no percentage", () => {
  assertEquals(changeText("ready_ms", 250, 25.4), "+25 %");
  assertEquals(changeText("ready_ms", -250, -4.6), "−5 %");
  assertEquals(changeText("cpu_mean_pct", -3, null), "−3.0 %");
  assertEquals(changeText("mem_peak_mib", 12, null), "+12.0 MiB");
});
