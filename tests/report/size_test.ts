import { assert, assertEquals } from "@std/assert";
import { reportOf } from "../../lib/report/json/json.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { judge } from "../../lib/judge/verdict.ts";
import type { CycleEvidence } from "../../lib/model/record.ts";
import { cycleOf, look, MIB, moduleOf, runOf, sample, seen, testRun } from "../fakes/evidence.ts";
import { random } from "../fakes/random.ts";
import { jsonText, junitText } from "../fakes/texts.ts";

const NAMES = "switch hermes spawner hormiguero mcp manifestator operator-backend operator-frontend shubniggurath"
  .split(" ");
const PROBES = 30;
const SAMPLES = 15;
const LOG_LINES = 15;

/** What a cycle of a real run leaves: a window of some seconds, two test files, log lines; every tenth fails. */
function cycle(name: string, number: number, next: () => number): CycleEvidence {
  const began = number * 20_000;
  const ended = number % 10 === 0 ? { status: "exited" as const, exitCode: 1 } : {};
  const service = seen(name, {
    probes: Array.from({ length: PROBES }, (_, index) => ({
      ms: began + index * 150,
      ok: true,
      latencyMs: Math.round(next() * 200) / 10,
      status: 200,
      error: null,
    })),
    samples: Array.from(
      { length: SAMPLES },
      (_, index) => sample(name, began + index * 500, { memBytes: Math.round((20 + next()) * MIB) }),
    ),
    lastLook: look(name, ended),
    log: {
      path: `raw/${name}_vx11-${name}_${number}.log`,
      tail: Array.from(
        { length: LOG_LINES },
        (_, index) => `2025-12-22T21:51:00Z INFO ${name} GET /health 200 in ${index} ms`,
      ),
    },
  });
  const tests = [`test_${name}_health.py`, `test_${name}_tools.py`];
  return cycleOf(number, [service], { testFiles: tests, tests: tests.map((file) => testRun(file)) });
}

Deno.test("the reports of 100 cycles of nine modules stay under 5 MB, 0.2 MB and 4 MB", () => {
  const next = random(1);
  const modules = NAMES.map((name) =>
    moduleOf(name, Array.from({ length: 100 }, (_, index) => cycle(name, index + 1, next)))
  );
  const judged = judge(runOf(modules));
  assertEquals(judged.summary.failed, NAMES.length);
  const bytesOf = (text: string) => new TextEncoder().encode(text).length;
  const [json, markdown] = [bytesOf(jsonText(judged)), bytesOf(markdownText(judged))];
  assert(json > 1e6 && json < 5e6, `REPORT.json has ${json} bytes`);
  assert(markdown < 0.2e6, `REPORT.md has ${markdown} bytes`);
  const junit = bytesOf(junitText(judged));
  assert(junit > 1e6 && junit < 4e6, `junit.xml has ${junit} bytes`);
});

Deno.test("log lines are told of the first ten cycles that did not pass and of the last; the path of each", () => {
  const modules = [
    moduleOf("switch", Array.from({ length: 150 }, (_, index) => cycle("switch", index + 1, random(1)))),
  ];
  const [module] = reportOf(judge(runOf(modules))).modules.values();
  const logs = module?.cycle_results.map(({ cycle, metrics }) => ({ cycle, log: Object.values(metrics)[0]?.log })) ??
    [];
  const told = logs.filter(({ log }) => log?.tail.length === LOG_LINES).map(({ cycle }) => cycle);
  assertEquals(told, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150]);
  assertEquals(logs.every(({ cycle, log }) => log?.path === `raw/switch_vx11-switch_${cycle}.log`), true);
});
