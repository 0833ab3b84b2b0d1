import { assertEquals } from "@std/assert";
import { figureText } from "../../lib/figures/figure_words.ts";

Deno.test("figureText() gives each figure its unit, and tenths of a millisecond below 100 ms", () => {
  assertEquals(figureText("ready_ms", 99.94), "99.9 ms");
  assertEquals(figureText("p95_ms", 100), "100 ms");
  assertEquals(figureText("stop_ms", 2340.4), "2340 ms");
  assertEquals(figureText("stop_ms", -2340.4), "-2340 ms");
  assertEquals(figureText("p95_ms", -99.94), "-99.9 ms");
  assertEquals(figureText("mem_peak_mib", 63), "63.0 MiB");
  assertEquals(figureText("cpu_mean_pct", 4.24), "4.2 %");
});
