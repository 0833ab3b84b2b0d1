/** Memory over several cycles and over a soak: a step, a steady rise, and what is neither. */

import { assertEquals, assertMatch } from "@std/assert";
import { leakFigures } from "../../lib/figures/leaks.ts";
import { median } from "../../lib/figures/stats.ts";
import type { CycleEvidence } from "../../lib/model/record.ts";
import { defaultRules, defaultThresholds } from "../../lib/model/settings.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { leakFindings, soakFindings } from "../../lib/judge/leaks.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { event, MIB, moduleOf, runOf, runStarted, sample, seen } from "../fakes/evidence.ts";
import { random } from "../fakes/random.ts";
import { db, judgeDb, short } from "../run/judging.ts";

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
  ["60 MiB more a cycle", [20, 80, 140, 200], /grew by 60\.0 MiB from cycle 1 .* to cycle 2 \(80\.0 MiB\)/],
  ["10 MiB more a cycle", Array.from({ length: 10 }, (_, i) => 20 + 10 * i), /by 10\.0 MiB a cycle over 10 cycles/],
  ["a saw-tooth of more than a step", [10, 90, 10, 90, 10], null],
  ["a saw-tooth of more than a step that ends high", [10, 90, 10, 90], null],
  ["a saw-tooth that began high", [90, 10, 90], null],
  ["a saw-tooth that climbs", [10, 90, 10, 150], /grew by 140\.0 MiB from cycle 3/],
  ["a step that is given back in part", [10, 90, 60], /grew by 80\.0 MiB from cycle 1/],
  ["a step that stays", [10, 70, 70, 70, 70], /grew by 60\.0 MiB from cycle 1/],
  ["one step up of less than the limit", [20, 20, 65, 65, 65, 65], null],
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

Deno.test("leakFindings() sees no leak where only the page cache grows", () => {
  const grows = [0, 100, 200, 300, 400].map((cache, index) =>
    db(
      {
        samples: [1, 2, 3].map((i) =>
          sample("db", i * 500, {
            memBytes: 30 * MIB,
            memCacheBytes: cache * MIB,
            memPeakKernelBytes: (30 + cache) * MIB,
          })
        ),
      },
      {},
      index + 1,
    )
  );
  assertEquals(found(grows), []);
});

Deno.test("a step up of less than the limit is no reason, and the report tells it", () => {
  const module = moduleOf("db", cycles(20, 20, 55, 55));
  // The builder's start takes more than the limit; that is another rule's.
  const rules = { ...defaultRules(), near_mem_limit: "off" as const };
  const judged = judge(
    runOf([module], { run: runStarted({ cycles: 4, selected: ["db"], services: { db: ["db"] }, rules }) }),
  );
  assertEquals(judged.modules.map(({ status }) => status), ["PASS"]);
  const line = markdownText(judged).split("\n").find((text) => text.includes("RAM over time"));
  assertMatch(line ?? "", /settled 20 → 55 MiB over 4 cycles \(largest step \+35 MiB, trend \+14\.58 MiB a cycle\)/);
});

/** Samples every half second, in MiB as `at` says for each moment from 0 to 1 of the soak. */
function soaked(samples: number, at: (moment: number) => number): CycleEvidence {
  const during = Array.from(
    { length: samples },
    (_, i) => sample("db", 5000 + i * 500, { memBytes: Math.max(0, at(i / (samples - 1))) * MIB }),
  );
  const phases = [{ phase: "soak" as const, startMs: 5000, durationMs: (samples - 1) * 500 }];
  // What comes before the soak is no part of it: a start that takes memory leaks nothing.
  return db({ samples: [...[1, 2, 3].map((i) => sample("db", i * 500, { memBytes: MIB })), ...during] }, { phases });
}

function soakTexts(cycle: CycleEvidence, thresholds = {}): string[] {
  const run = runStarted({ thresholds: { ...defaultThresholds(), ...thresholds } });
  return soakFindings(run, cycle).map(({ text }) => text);
}

Deno.test("soakFindings() finds a steady rise within one cycle, and says its pace", () => {
  const [text] = soakTexts(soaked(121, (moment) => 40 + 30 * moment));
  assertEquals(
    text,
    'Memory of "db" rose steadily over the soak, by 30.0 MiB/min (40.3 MiB → 69.8 MiB, 121 samples), limit 20 MiB in all',
  );
  assertEquals(soakTexts(soaked(121, (moment) => 40 + 30 * moment), { leak_rise_mib: 28 }), []);
});

Deno.test("soakFindings() is a reason of its cycle and of its module", () => {
  const verdict = judgeDb([soaked(121, (moment) => 10 + 30 * moment)]);
  assertEquals([short(verdict), verdict.cycles[0]?.status], ["WARN leak_suspected", "WARN"]);
});

Deno.test("soakFindings() leaves a rise that ended with a kill for memory to oom_killed", () => {
  const cycle = soaked(121, (moment) => 10 + 30 * moment);
  const services = cycle.services.map((each) => ({ ...each, events: [...each.events, event("db", "oom")] }));
  assertEquals(soakTexts({ ...cycle, services }), []);
  assertEquals(short(judgeDb([{ ...cycle, services }])), "FAIL oom_killed");
});

const SOAKS: [name: string, at: (moment: number) => number][] = [
  ["a flat line", () => 200],
  ["a fall", (moment) => 200 - 100 * moment],
  ["a rise that does not reach the limit", (moment) => 40 + 20 * moment],
  ["one step", (moment) => moment < 0.5 ? 40 : 85],
  ["a late step", (moment) => moment < 0.93 ? 40 : 140],
  ["a warm-up that is over soon", (moment) => 40 + 80 * Math.min(1, moment * 5)],
  ["a warm-up that levels off", (moment) => 40 + 80 * (1 - Math.exp(-4 * moment))],
  ["a slower warm-up that levels off", (moment) => 40 + 80 * (1 - Math.exp(-2.5 * moment))],
  ["one tooth and its fall", (moment) => moment < 0.96 ? 40 + 80 * moment : 40],
  ["the fall of a tooth and the next one", (moment) => moment < 0.04 ? 120 : 40 + 80 * moment],
];

for (const [name, at] of SOAKS) {
  Deno.test(`soakFindings() finds nothing in ${name}`, () => assertEquals(soakTexts(soaked(121, at)), []));
}

Deno.test("soakFindings() finds nothing in saw-teeth of any length and phase, down to three samples a tooth", () => {
  for (const samples of [20, 121, 600]) {
    for (let teeth = 1.3; teeth < samples / 3; teeth *= 1.07) {
      for (let phase = 0; phase < 1; phase += 0.05) {
        const texts = soakTexts(soaked(samples, (moment) => 40 + 100 * ((moment * teeth + phase) % 1)));
        assertEquals(texts, [], `${teeth} teeth, phase ${phase}, ${samples} samples`);
      }
    }
  }
});

Deno.test("leakFindings() and soakFindings() raise no false alarm in noise of ±10 %", () => {
  const next = random(1);
  const noisy = () => 180 + 40 * next();
  for (let run = 0; run < 400; run++) {
    assertEquals(soakTexts(soaked(40, noisy)), [], `soak ${run}`);
    assertEquals(found(cycles(...Array.from({ length: 8 }, noisy)), { leak_step_mib: 50 }), [], `cycles ${run}`);
  }
});

/** Normal noise of standard deviation 1 (Box–Muller). */
function normal(next: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

const share = (times: number, happens: (index: number) => boolean) =>
  Array.from({ length: times }, (_, index) => happens(index)).filter((each) => each).length / times;

/** Noise of the cycles, and, where they are too few to show it, of the samples that each cycle settles on. */
function noisyCycles(count: number, level: (cycle: number) => number, noise: () => number): CycleEvidence[] {
  if (count >= 4) return cycles(...Array.from({ length: count }, (_, index) => level(index) + noise()));
  return Array.from({ length: count }, (_, index) => {
    const samples = [1, 2, 3].map((i) => sample("db", i * 500, { memBytes: (level(index) + noise()) * MIB }));
    return db({ samples }, {}, index + 1);
  });
}

for (const [count, sigma] of [[2, 3], [4, 3], [6, 1], [10, 2], [10, 6]] as const) {
  Deno.test(`a leak of the size that ${count} cycles could have seen at a noise of ${sigma} MiB is seen`, () => {
    const noise = normal(random(count * 100 + sigma));
    const level = (leak: number) => noisyCycles(count, (cycle) => 500 + leak * cycle, () => sigma * noise());
    // The size is taken from another run with as much noise and no leak.
    const sizes = Array.from(
      { length: 50 },
      () => leakFigures(level(0), "db", defaultThresholds()).detectableBytesPerCycle ?? 0,
    );
    const size = (median(sizes) ?? 0) / MIB;
    assertEquals(share(200, () => found(level(size * 1.05)).length === 1) >= 0.9, true, `${size} MiB a cycle`);
    assertEquals(share(200, () => found(level(size / 4)).length === 1) < 0.5, true, `a quarter of ${size} MiB`);
  });
}

for (const [samples, sigma] of [[40, 2], [240, 10]] as const) {
  Deno.test(`a leak of the size that a soak of ${samples} samples at a noise of ${sigma} MiB could have seen is seen`, () => {
    const noise = normal(random(samples + sigma));
    const minutes = (samples - 1) / 120;
    const level = (perMin: number) => soaked(samples, (moment) => 500 + perMin * minutes * moment + sigma * noise());
    const sizes = Array.from(
      { length: 50 },
      () => leakFigures([level(0)], "db", defaultThresholds()).detectableBytesPerMinute ?? 0,
    );
    const size = (median(sizes) ?? 0) / MIB;
    assertEquals(share(200, () => soakTexts(level(size * 1.05)).length === 1) >= 0.9, true, `${size} MiB/min`);
    assertEquals(share(200, () => soakTexts(level(size / 4)).length === 1) < 0.1, true, `a quarter of ${size} MiB/min`);
  });
}
