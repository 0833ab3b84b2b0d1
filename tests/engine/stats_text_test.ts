import { assertEquals, assertThrows } from "@std/assert";
import { parseSize, parseStats } from "../../lib/engine/compose/output/stats.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import { fixture } from "../fixtures/read.ts";

Deno.test("parseStats() reads the rows with figures, between terminal codes and rows without", () => {
  const readings = fixture("stats_cli28.txt").split("\n").flatMap((line) => parseStats(line) ?? []);
  assertEquals(readings.map(({ containerId, memBytes, cpuPct }) => [containerId.slice(0, 4), memBytes, cpuPct]), [
    ["f4c8", 220 * 1024, 0],
    ["ed4a", 324 * 1024, 0],
    ["f4c8", 220 * 1024, 0],
    ["ed4a", 324 * 1024, 1.42],
  ]);
});

const NO_FIGURES: [string, Record<string, string>][] = [
  ["dashes", { MemUsage: "-- / --", CPUPerc: "--" }],
  ["zeroes", { MemUsage: "0B / 0B", CPUPerc: "0.00%" }],
  ["memory without CPU", { MemUsage: "1MiB / 2MiB", CPUPerc: "--" }],
  ["a share that is no number", { MemUsage: "1MiB / 2MiB", CPUPerc: "1.2.3%" }],
  ["a size that is no number", { MemUsage: "1.2.3MiB / 2MiB", CPUPerc: "1.00%" }],
  ["a size in what every object has", { MemUsage: "1constructor / 2MiB", CPUPerc: "1.00%" }],
  ["a share without end", { MemUsage: "1MiB / 2MiB", CPUPerc: `${"9".repeat(400)}%` }],
  ["a size in unknown units", { MemUsage: "1parsec / 2MiB", CPUPerc: "1.00%" }],
  ["nothing", {}],
];
for (const [what, row] of NO_FIGURES) {
  Deno.test(`parseStats() is null for ${what}`, () =>
    assertEquals(parseStats(JSON.stringify({ ID: "x", ...row })), null));
}

Deno.test("parseStats() refuses what is no JSON, and shows it", () => {
  assertThrows(() => parseStats("\x1b[HError: gone"), EngineError, `docker stats printed no JSON but "Error: gone"`);
});

const SIZES: [string, number | null][] = [
  ["0B", 0],
  ["220KiB", 225_280],
  ["3.1MiB", 3_250_586],
  ["1.5GiB", 1_610_612_736],
  ["2TiB", 2_199_023_255_552],
  ["12kB", 12_000],
  ["12KB", 12_000],
  ["1.5MB", 1_500_000],
  ["2 GB", 2_000_000_000],
  ["1TB", 1_000_000_000_000],
  ["", null],
  ["--", null],
  ["12", null],
  ["MiB", null],
  ["1.2.3MiB", null],
  ["-1MiB", null],
  ["1mib", null],
  ["1MiB / 2MiB", null],
];
for (const [size, bytes] of SIZES) {
  Deno.test(`parseSize() of "${size}"`, () => assertEquals(parseSize(size), bytes));
}
