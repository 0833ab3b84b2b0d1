/** Memory over several cycles: a step, a steady rise, and what is neither. */

import { assertEquals, assertMatch } from "@std/assert";
import type { CycleEvidence } from "../../lib/model/record.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import { leakFindings } from "../../lib/run/leaks.ts";
import { MIB, moduleOf, runStarted, sample, seen } from "../fakes/evidence.ts";
import { db } from "./judging.ts";

function cycles(...settled: (number | null)[]): CycleEvidence[] {
  return settled.map((mib, index) => {
    const samples = mib === null
      ? []
      : [900, mib, mib, mib].map((each, i) => sample("db", i * 500, { memBytes: each * MIB }));
    return db({ samples }, {}, index + 1);
  });
}

function found(list: CycleEvidence[], thresholds = {}): string[] {
  const run = runStarted({ thresholds: { ...defaultThresholds(), ...thresholds } });
  return leakFindings(run, moduleOf("db", list)).map(({ text }) => text);
}

const CASES: [name: string, settled: (number | null)[], finds: RegExp | null][] = [
  ["one cycle", [500], null],
  ["a step of exactly the limit", [10, 60, 60], null],
  [
    "a step over the limit",
    [10, 60.1, 60],
    /grew by 50\.1 MiB from cycle 1 \(10\.0 MiB\) to cycle 2 \(60\.1 MiB\), limit 50 MiB/,
  ],
  ["a step down", [100, 10], null],
  ["a step across a cycle without samples", [10, null, 70], /from cycle 1 \(10\.0 MiB\) to cycle 3 \(70\.0 MiB\)/],
  [
    "a steady rise",
    [10, 20, 30, 40],
    /rises steadily, by 10\.0 MiB a cycle over 4 cycles \(10\.0 MiB → 40\.0 MiB\), limit 20 MiB in all/,
  ],
  ["a steady rise of too few cycles", [10, 30, 50], null],
  ["a steady rise of just the limit", [10, 15, 20, 25, 30], null],
  ["a saw-tooth", [10, 50, 10, 50, 10, 50], null],
  ["a rise that falls back", [10, 40, 20, 50, 30, 45], null],
  ["one wild value", [10, 10, 10, 10, 40], null],
  ["a flat line", [30, 30, 30, 30, 30], null],
  ["a fall", [60, 50, 40, 30, 20], null],
];

for (const [name, settled, finds] of CASES) {
  Deno.test(`leakFindings() of ${name}`, () => {
    const texts = found(cycles(...settled));
    assertEquals(texts.length, finds === null ? 0 : 1, texts.join());
    if (finds !== null) assertMatch(texts[0] ?? "", finds);
  });
}

Deno.test("leakFindings() tells of the first step only, even where the memory rises steadily too", () => {
  const texts = found(cycles(10, 70, 130, 190, 250));
  assertEquals(texts.length, 1);
  assertMatch(texts[0] ?? "", /cycle 1 .* cycle 2/);
});

Deno.test("leakFindings() takes its limits from the run", () => {
  assertEquals(found(cycles(10, 70), { leak_step_mib: 60 }), []);
  assertEquals(found(cycles(10, 20, 30, 40), { leak_rise_mib: 30 }), []);
  assertEquals(found(cycles(10, 30, 50), { leak_min_cycles: 3 }).length, 1);
});

Deno.test("leakFindings() leaves out a cycle that was cut short", () => {
  const [first, second] = cycles(10, 100);
  assertEquals(found([first, { ...second, closedMs: null }].map((cycle) => cycle as CycleEvidence)), []);
});

Deno.test("leakFindings() names the service that grows, not the one beside it", () => {
  const both = cycles(10, 70).map((cycle) => ({ ...cycle, services: [seen("web"), ...cycle.services] }));
  const run = runStarted();
  assertEquals(leakFindings(run, moduleOf("db", both)).map(({ service }) => service), ["db"]);
});

Deno.test("leakFindings() compares very many cycles in a moment", () => {
  const texts = found(cycles(...Array.from({ length: 1500 }, (_, index) => 10 + index * 0.1)));
  assertMatch(texts[0] ?? "", /rises steadily, by 0\.1 MiB a cycle/);
});
