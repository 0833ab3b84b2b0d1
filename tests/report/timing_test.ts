import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { reportOf } from "../../lib/report/json/json.ts";
import { markdownText } from "../../lib/report/markdown/markdown.ts";
import { pathText } from "../../lib/report/value/timing.ts";
import type { RunEvidence } from "../../lib/model/record.ts";
import { coreOf, cycleOf, moduleOf, runOf, runStarted } from "../fakes/evidence.ts";
import { interruptedRun, judged, stableRun } from "../fakes/records.ts";

const STARTED = runStarted({
  selected: ["db"],
  services: { baseline: [], db: [] },
  dependsOn: { baseline: [], db: [] },
});

function twoCycles(over: Partial<RunEvidence> = {}): RunEvidence {
  return runOf([moduleOf("db", [cycleOf(1, []), cycleOf(2, [])]), coreOf(2)], { run: STARTED, ...over });
}

function sectionOf(evidence: RunEvidence): string {
  const [, section = ""] = markdownText(judged(evidence, [])).split("\n## Where the time went\n");
  return section;
}

Deno.test("reportOf() has the time of the run, rounded, with what was only brought up for others", () => {
  const { timing } = reportOf(judged(twoCycles({ durationMs: 10_000 }), []));
  assertEquals([timing.wall_ms, timing.jobs], [10_000, 1]);
  // Of the core 930.5 + 0.1 and twice 7.9; of db twice 400 + 312.26 + 2000 + 210.
  assertEquals([timing.sum_ms, timing.critical_ms, timing.own_ms], [6790.9, 6790.9, 3209.1]);
  assertEquals(timing.own_pct, 32.1);
  assertEquals(timing.cycles.map(({ cycle, critical_ms }) => [cycle, critical_ms]), [[1, 3860.7], [2, 2930.3]]);
  assertEquals(timing.critical_path.map(({ cycle, module, phase }) => `${cycle} ${module} ${phase}`), [
    ...["baseline start", "baseline ready", "db start", "db ready", "db probes", "db stop"].map((step) => `1 ${step}`),
    ...["baseline start", "baseline ready", "db start", "db ready", "db probes", "db stop"].map((step) => `2 ${step}`),
  ]);
  assertEquals(timing.modules.map(({ name, core, tested, cycles }) => [name, core, tested, cycles]), [
    ["baseline", true, false, 2],
    ["db", false, true, 2],
  ]);
  assertEquals(timing.modules[0]?.phases_total_ms, { start: 930.6, ready: 15.8 });
  assertEquals(timing.modules[1]?.phases_median_ms.ready, 312.3);
});

Deno.test("markdownText() ends with where the time went", () => {
  const section = sectionOf(twoCycles({ durationMs: 10_000 }));
  assertStringIncludes(section, "Medians over 2 cycles; for the core's start and stop, which happen once, the sum.");
  assertStringIncludes(section, "| baseline (core, not tested) | – | – | 931 ms | 8 ms | – | – | – | – |\n");
  assertStringIncludes(section, "| db | – | – | 400 ms | 312 ms | 2000 ms | 412 ms | – | 210 ms |\n");
  const path = "baseline start 931 ms → ready 8 ms → db start 400 ms → ready 312 ms → probes 2000 ms → stop 210 ms";
  assertStringIncludes(section, `- **Critical path of cycle 1, the longest one:** ${path}\n`);
  assert(
    section.endsWith("the harness's own 3209 ms (32.1 %): looks at the engine, waiting, building images\n"),
    section,
  );
});

Deno.test("markdownText() claims no own share of an interrupted run, and no path if nothing says what was run", () => {
  const section = sectionOf(twoCycles({ run: null, interrupted: "SIGINT" }));
  assert(!section.includes("ritical path"), section);
  assert(section.endsWith("the whole run 42.5 s; the harness's own share is not known\n"), section);
  assertStringIncludes(sectionOf(stableRun().evidence), "the whole run 15.5 s with 2 jobs;");
});

Deno.test("markdownText() has no such section where nothing was timed", () => {
  assertEquals(sectionOf(interruptedRun().evidence), "");
  assertEquals(sectionOf(runOf([], { run: null })), "");
});

Deno.test("markdownText() makes a module's name harmless also there", () => {
  const name = "a|b\x1b";
  const run = runStarted({
    ...STARTED,
    dependsOn: { [name]: [] },
    services: { [name]: [] },
    core: [name],
    kept: [name],
  });
  const section = sectionOf(runOf([moduleOf(name, [cycleOf(1, [])])], { run }));
  assertStringIncludes(section, "| a\\|b\\\\x1b (core, not tested) |");
  assertStringIncludes(section, "**Critical path:** a\\|b\\\\x1b start 400 ms →");
});

Deno.test("pathText() names a module once, and leaves out what takes no time", () => {
  const step = (module: string, phase: "start" | "tests", duration_ms: number) => ({ module, phase, duration_ms });
  assertEquals(pathText([]), "");
  assertEquals(
    pathText([step("a", "start", 0.4), step("a", "tests", 1), step("b", "start", 20_000), step("a", "tests", 0.5)]),
    "a tests 1 ms → b start 20.0 s → a tests 1 ms",
  );
});
