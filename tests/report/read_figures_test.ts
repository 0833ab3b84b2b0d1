/** What a run is compared by is the same from its evidence and from its REPORT.json; what is no report of ours is refused. */

import { assert, assertEquals } from "@std/assert";
import { runFigures } from "../../lib/figures/run_figures.ts";
import type { RunFigures } from "../../lib/model/baseline.ts";
import type { JudgedRun } from "../../lib/model/record.ts";
import { readAnyReport } from "../../lib/report/read/report.ts";
import { readFigures } from "../../lib/report/read/figures.ts";
import { judge } from "../../lib/judge/verdict.ts";
import { answers, cycleOf, moduleOf, noAnswer, runOf, runStarted, sample, seen, stopped } from "../fakes/evidence.ts";
import { failingRun, interruptedRun, stableRun, warnRun } from "../fakes/records.ts";
import { realJournal } from "../run/journal_lines.ts";
import { foldJournal } from "../../lib/record/fold.ts";
import { jsonText } from "../fakes/texts.ts";

function fromEvidence({ evidence, modules }: JudgedRun): RunFigures {
  return runFigures(evidence, (name) => modules.find((module) => module.name === name)?.status ?? null);
}

function fromReport(judged: JudgedRun): RunFigures {
  const figures = readFigures(jsonText(judged));
  assert(!("why" in figures), JSON.stringify(figures));
  return figures;
}

const RUNS = {
  stable: stableRun,
  failing: failingRun,
  warned: warnRun,
  interrupted: interruptedRun,
  real: () => judge(foldJournal(realJournal())),
};
for (const [name, run] of Object.entries(RUNS)) {
  Deno.test(`readFigures() of REPORT.json has what the evidence has: the ${name} run`, () => {
    assertEquals(fromReport(run()), fromEvidence(run()));
  });
}

Deno.test("readFigures() has how busy the host was in each cycle", () => {
  const evidence = { ...stableRun().evidence, waitPcts: [3.4, 61] };
  assertEquals(fromReport({ ...stableRun(), evidence }).waitPcts, [3.4, 61]);
});

Deno.test("runFigures() has a value a cycle, and none where a cycle did not see it", () => {
  const enough = answers(...Array.from({ length: 20 }, (_, i) => i + 1.04));
  const cycles = [
    cycleOf(1, [seen("db", { probes: enough, samples: [sample("db", 1), sample("db", 501)] })]),
    cycleOf(2, [seen("db", { probes: [...answers(1, 2), noAnswer("refused")], ready: null, samples: [], stop: null })]),
    cycleOf(3, [seen("db", { probes: enough, stop: stopped("db", { killed: true, durationMs: 10_000 }) })]),
    cycleOf(4, [seen("db", { probes: enough })], { closedMs: null }),
  ];
  const run = runStarted({ selected: ["db"], services: { db: ["db"] }, cycles: 4 });
  const figures = fromEvidence(judge(runOf([moduleOf("db", cycles)], { run })));
  const [service] = figures.modules[0]?.services ?? [];
  assert(service !== undefined);
  assertEquals(
    service.series.p95_ms,
    [19, 19],
    "two answers make no p95, and a window that was cut short counts for none",
  );
  assertEquals(service.series.ready_ms.length, 2);
  assertEquals(service.series.mem_peak_mib.length, 2);
  assertEquals(service.series.stop_ms, [210], "killed after its grace period is no time to stop");
  assertEquals(fromReport(judge(runOf([moduleOf("db", cycles)], { run }))), figures);
});

const REFUSED: [string, string, RegExp][] = [
  ["no JSON", "{", /^it is not JSON \(/],
  ["something else", '{"a":1}', /^it is not the report of a run$/],
  ["a list", "[]", /^it is not the report of a run$/],
  ["null", "null", /^it is not the report of a run$/],
  [
    "another version",
    '{"schema_version":99,"modules_tested":[]}',
    /^it has schema version 99, and this program reads 2$/,
  ],
  ["version 1", '{"schema_version":1,"modules_tested":[{"name":"a"}]}', /^it has schema version 1, and .* reads 2$/],
  ["neither version nor modules", '{"modules_tested":[]}', /^it is not the report of a run$/],
  ["the Python harness", '{"modules_tested":["a"],"modules":{"a":{}}}', /^it is of the Python harness, which did not/],
  [
    "a name without its module",
    '{"schema_version":2,"modules_tested":["a"],"modules":{}}',
    /^its `modules` are not as/,
  ],
  ["a name of every object", '{"schema_version":2,"modules_tested":["toString"],"modules":{}}', /^its `modules` are/],
  [
    "odd modules",
    '{"schema_version":2,"modules_tested":[1],"modules":{}}',
    /^its `modules` are not as this program writes them$/,
  ],
];
for (const [what, text, why] of REFUSED) {
  Deno.test(`readFigures() refuses ${what}`, () => {
    const refused = readFigures(text);
    assert("why" in refused && why.test(refused.why), JSON.stringify(refused));
  });
}

Deno.test("readFigures() takes nothing that is not what it must be: wild values are missing", () => {
  const wild = ["x", -1, null, [], {}, true, 1e999];
  for (const value of wild) {
    const text = JSON.stringify({
      schema_version: 2,
      host: value,
      engine: value,
      thresholds: value,
      modules_tested: ["a", "b", "c"],
      modules: {
        a: { status: value, cycle_results: value },
        b: { cycle_results: [value, { window: value }, { window: { closed_ms: 1 }, metrics: value }] },
        c: {
          cycle_results: [{
            window: { closed_ms: 1 },
            metrics: { x: value, y: { service: "s", stats: { mem_peak_mib: value }, health: value, stop: value } },
            test_results: { "t.py": value },
          }],
        },
      },
    });
    const figures = readFigures(text);
    assert(!("why" in figures));
    assertEquals(figures.modules.map(({ name, status }) => [name, status]), [["a", null], ["b", null], ["c", null]]);
    assertEquals(figures.modules.map(({ tests }) => tests), [{}, {}, {}]);
    assertEquals(figures.modules[2]?.services[0]?.series.mem_peak_mib, []);
  }
});

Deno.test("readAnyReport() leaves names out that are no texts, in reports of the Python harness", () => {
  const read = readAnyReport('{"modules_tested":["a",{"toString":1},[[{"valueOf":0}]],5],"modules":{"a":{},"5":{}}}');
  assert(!("why" in read), JSON.stringify(read));
  assertEquals(read.modules.map(({ name }) => name), ["a"]);
});
