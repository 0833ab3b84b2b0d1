/**
 * Five judged runs, verdicts set by hand: all good; failing; warned, two cycles; interrupted; ten cycles with a leak. The goldens
 * show them.
 */

import type {
  AlsoRunVerdict,
  CycleVerdict,
  JudgedRun,
  ModuleVerdict,
  Reason,
  RunEvidence,
} from "../../lib/model/record.ts";
import type { Status } from "../../lib/model/outcome.ts";
import { type ReasonCode, RULES } from "../../lib/model/settings.ts";
import {
  answers,
  coreOf,
  cycleOf,
  event,
  look,
  MIB,
  moduleOf,
  noAnswer,
  runOf,
  runStarted,
  sample,
  seen,
  stopped,
  testRun,
  unseen,
} from "./evidence.ts";

export function reason(code: ReasonCode, text: string, service: string | null = null): Reason {
  return { code, level: RULES[code].level === "fail" ? "fail" : "warn", text, service };
}

export function verdict(
  name: string,
  status: Status,
  cycles: CycleVerdict[] = [],
  across: Reason[] = [],
): ModuleVerdict {
  return { name, status, skipped: null, reasons: [...cycles.flatMap((cycle) => cycle.reasons), ...across], cycles };
}

export function judged(evidence: RunEvidence, modules: ModuleVerdict[], alsoRun: AlsoRunVerdict[] = []): JudgedRun {
  const having = (status: Status) => modules.filter((module) => module.status === status).length;
  const summary = {
    total: modules.length,
    passed: having("PASS"),
    warned: having("WARN"),
    failed: having("FAIL"),
    skipped: having("SKIP"),
  };
  return { evidence, modules, alsoRun, summary };
}

function only(status: Status, ...reasons: Reason[]): CycleVerdict[] {
  return [{ cycle: 1, status, reasons }];
}

/** Two at a time; hermes, which is up already, waits for its turn until switch is ready. */
export function stableRun(): JudgedRun {
  const evidence = runOf([
    moduleOf("switch", [cycleOf(1, [seen("switch")], { tests: [testRun("test_switch_health.py")] })]),
    moduleOf("hermes", [
      cycleOf(1, [seen("hermes", { inPlace: true, url: "http://127.0.0.1:8002/health", events: [], stop: null })], {
        tests: [testRun("test_hermes_health.py"), testRun("test_hermes_tools.py", { durationMs: 12_345 })],
        phases: [
          { phase: "slot", startMs: 1000, durationMs: 20.4 },
          { phase: "dependencies", startMs: 1020.4, durationMs: 691.9 },
          { phase: "start", startMs: 1712.3, durationMs: 0.2 },
          { phase: "ready", startMs: 1712.5, durationMs: 3.1 },
          { phase: "probes", startMs: 1715.6, durationMs: 2000 },
          { phase: "tests", startMs: 1715.6, durationMs: 12_757.4 },
          { phase: "look", startMs: 14_473, durationMs: 61.5 },
        ],
      }),
    ]),
    coreOf(1),
  ], { notices: ["Module switch was named twice and is tested once"], durationMs: 15_465 });
  evidence.run = runStarted({ ...startedOf(["switch", "hermes"]), jobs: 2 });
  evidence.finishedAt = "2025-12-22T21:51:14.900Z";
  return judged(
    evidence,
    [verdict("switch", "PASS", only("PASS")), verdict("hermes", "PASS", only("PASS"))],
    [{ ...verdict("baseline", "PASS", only("PASS")), role: "core" }],
  );
}

/** What the modules of the map depend on, of these and the core. */
const NEEDS: Record<string, string[]> = { switch: ["baseline"], hermes: ["baseline", "switch"] };

function startedOf(selected: string[]) {
  const services = Object.fromEntries(selected.map((name) => [name, [name]]));
  return {
    selected,
    services: { baseline: ["madre", "tentaculo_link"], ...services },
    dependsOn: { baseline: [], ...Object.fromEntries(selected.map((name) => [name, NEEDS[name] ?? []])) },
  };
}

/** Hostile, as a log or a test may be: a fence, a sequence for the terminal, a bidi mark, markup, a table's bar. */
export const HOSTILE_LOG = [
  "| ok | <script>alert(1)</script>",
  "```",
  "\x1b[31mred\x1b[0m \u202egnp.exe",
  "::error::x",
];

function killedForMemory() {
  return seen("hermes", {
    url: "http://127.0.0.1:8002/health",
    probes: [...answers(2, 3, 4), noAnswer("connection refused")],
    lastLook: look("hermes", { status: "exited", pid: null, exitCode: 137, oomKilled: true }),
    events: [event("hermes", "start"), event("hermes", "oom"), event("hermes", "die", { exitCode: 137 })],
    samples: [
      sample("hermes", 1000, { memBytes: 20 * MIB, memPeakKernelBytes: 21 * MIB, memCacheBytes: 0, cpuUsec: 0 }),
      sample("hermes", 1500, { memBytes: 63 * MIB, memPeakKernelBytes: 64 * MIB, memCacheBytes: 0, cpuUsec: 450_000 }),
    ],
    log: { path: "raw/hermes_vx11-hermes.log", tail: HOSTILE_LOG },
  });
}

export function failingRun(): JudgedRun {
  const evidence = runOf([
    moduleOf("hermes", [
      cycleOf(1, [killedForMemory()], {
        tests: [
          testRun("test_hermes_health.py", {
            returnCode: 1,
            counts: { passed: 12, failed: 2, errors: 0, skipped: 1 },
            firstFailure: "test_login (assert 500 == 200)\n<b>`x` | y</b>",
          }),
          testRun("test_hermes_slow.py", { returnCode: null, signal: "SIGKILL", timedOut: true, counts: null }),
          testRun("test_hermes_tools.py", { counts: { passed: 0, failed: 0, errors: 0, skipped: 12 } }),
        ],
      }),
    ]),
    moduleOf("spawner", [
      cycleOf(1, [unseen("spawner")], {
        openedMs: null,
        closedMs: null,
        dependencyFailures: [{ dependency: "hermes", why: "it was not running" }],
        testFiles: null,
        phases: [],
      }),
    ]),
    moduleOf("mcp", [
      cycleOf(1, [unseen("mcp")], {
        startFailures: [{ service: "mcp", why: "port 8006 is taken", next: "", output: "raw/mcp_up.txt" }],
        testFiles: null,
        phases: [{ phase: "start", startMs: 1000, durationMs: 400 }],
      }),
    ]),
    moduleOf("shubniggurath", [], "the project has no service shubniggurath"),
  ]);
  return judged(evidence, [
    verdict(
      "hermes",
      "FAIL",
      only(
        "FAIL",
        reason("oom_killed", 'The kernel killed PID 1 of "hermes" for memory (limit 64.0 MiB)', "hermes"),
        reason("tests_failed", "test_hermes_health.py: 2 of 14 tests failed (exit code 1), first: test_login"),
        reason("near_mem_limit", 'Peak memory of "hermes" was 64.0 MiB, 100 % of its limit of 64.0 MiB', "hermes"),
      ),
    ),
    verdict(
      "spawner",
      "FAIL",
      only(
        "FAIL",
        reason("dependency_failed", 'Not started, since its dependency "hermes" is not ready: it was not running'),
      ),
    ),
    verdict(
      "mcp",
      "FAIL",
      only("FAIL", reason("start_failed", '"mcp" could not be started: port 8006 is taken', "mcp")),
    ),
    { ...verdict("shubniggurath", "SKIP"), skipped: "the project has no service shubniggurath" },
  ]);
}

export function warnRun(): JudgedRun {
  const slow = seen("switch", {
    probes: answers(...Array.from({ length: 20 }, (_, i) => 500 + i)),
    lastLook: look("switch", { restartCount: 0 }),
    stop: stopped("switch", { durationMs: 10_020, killed: true, exitCode: 137 }),
  });
  const core = coreOf(2);
  const again = seen("madre", {
    inPlace: true,
    lastLook: look("madre", { restartCount: 1 }),
    log: { path: "raw/baseline_vx11-madre.cycle2.log", tail: ["Traceback (most recent call last):", "MemoryError"] },
  });
  const evidence = runOf([
    moduleOf("switch", [
      cycleOf(1, [seen("switch")], { tests: [testRun("test_switch_health.py")] }),
      cycleOf(2, [slow], {
        tests: [testRun("test_switch_health.py", { returnCode: 5, counts: null })],
        phases: [
          { phase: "start", startMs: 11_000, durationMs: 400 },
          { phase: "ready", startMs: 11_400, durationMs: 312.26 },
          { phase: "probes", startMs: 11_712.26, durationMs: 12_400 },
          { phase: "tests", startMs: 11_712.26, durationMs: 412.4 },
          { phase: "stop", startMs: 24_200, durationMs: 10_020 },
        ],
      }),
    ]),
    {
      ...core,
      cycles: core.cycles.map((each, index) => ({ ...each, services: [index === 0 ? seen("madre") : again] })),
    },
  ]);
  evidence.run = runStarted({ ...startedOf(["switch"]), cycles: 2, jobs: 1 });
  const restarted = '"madre" restarted 1 time while it was watched: restart count rose by 1; it ended with exit code 1';
  const second = [
    reason("dependency_unstable", `Cycle 2: While it was watched, the core "baseline" was not stable: ${restarted}`),
    reason("no_tests", "Cycle 2: pytest collected no test from test_switch_health.py (exit code 5)"),
    reason("high_latency", 'Cycle 2: Health p95 of "switch" was 518 ms over 20 probes, limit 500 ms', "switch"),
  ];
  const flaky = reason("flaky", "The verdict differs between cycles: 1 PASS, 2 WARN");
  const cycles: CycleVerdict[] = [
    { cycle: 1, status: "PASS", reasons: [] },
    { cycle: 2, status: "WARN", reasons: second },
  ];
  const ofCore: CycleVerdict[] = [
    { cycle: 1, status: "PASS", reasons: [] },
    { cycle: 2, status: "FAIL", reasons: [reason("restarted", `Cycle 2: ${restarted}`, "madre")] },
  ];
  const flakyCore = reason("flaky", "The verdict differs between cycles: 1 PASS, 2 FAIL");
  return judged(evidence, [verdict("switch", "WARN", cycles, [flaky])], [
    { ...verdict("baseline", "FAIL", ofCore, [flakyCore]), role: "core" },
  ]);
}

export function interruptedRun(): JudgedRun {
  const why = "Not tested to the end: the run was interrupted by SIGINT";
  const partly = seen("switch", { lastLook: null, probes: answers(3), samples: [], samplesMissing: [] });
  const evidence = runOf([
    moduleOf("switch", [cycleOf(1, [partly], { closedMs: null, testFiles: null, phases: [] })]),
    moduleOf("hermes", []),
  ], { interrupted: "SIGINT", finished: false });
  return judged(evidence, [
    { ...verdict("switch", "SKIP", only("SKIP")), skipped: why },
    { ...verdict("hermes", "SKIP"), skipped: why },
  ]);
}

/** Ten cycles, in which the memory of switch rises by 12 MiB each, and that of hermes stays. */
export function leakRun(): JudgedRun {
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  const settled = (name: string, number: number) => {
    const mib = name === "switch" ? 8 + 12 * number : 20 + number % 2;
    const start = (number - 1) * 10_000 + 1000;
    return seen(name, {
      lastLook: look(name, { memLimitBytes: 256 * MIB }),
      samples: [0, 500, 1000, 1500].map((ms) => sample(name, start + ms, { memBytes: mib * MIB })),
    });
  };
  const evidence = runOf([
    ...["switch", "hermes"].map((name) =>
      moduleOf(
        name,
        numbers.map((number) => {
          const file = `test_${name}_health.py`;
          return cycleOf(number, [settled(name, number)], { testFiles: [file], tests: [testRun(file)] });
        }),
      )
    ),
    coreOf(10),
  ], { durationMs: 100_465, finishedAt: "2025-12-22T21:52:39.900Z" });
  evidence.run = runStarted({ ...startedOf(["switch", "hermes"]), cycles: 10, jobs: 2 });
  const passed: CycleVerdict[] = numbers.map((cycle) => ({ cycle, status: "PASS", reasons: [] }));
  const leak = reason(
    "leak_suspected",
    'Settled memory of "switch" rises steadily, by 12.0 MiB a cycle over 10 cycles (20.0 MiB → 128.0 MiB), ' +
      "limit 20 MiB in all",
    "switch",
  );
  return judged(evidence, [verdict("switch", "WARN", passed, [leak]), verdict("hermes", "PASS", passed)]);
}
