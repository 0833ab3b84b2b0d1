/** One case per rule: it fires, it does not fire just under its threshold, and its level is what the run's rules say. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { FigureSeries } from "../../lib/model/baseline.ts";
import type { CycleEvidence, ServiceEvidence } from "../../lib/model/record.ts";
import type { ReasonCode, Thresholds } from "../../lib/model/settings.ts";
import { defaultThresholds, RULES } from "../../lib/model/settings.ts";
import {
  answers,
  cycleOf,
  event,
  look,
  MIB,
  moduleOf,
  noAnswer,
  sample,
  seen,
  stopped,
  testRun,
  unseen,
} from "../fakes/evidence.ts";
import { baselineOf } from "../fakes/baseline.ts";
import { type Change, db, judgeDb, short } from "../run/judging.ts";

interface Case {
  fires: CycleEvidence[];
  /** The nearest that is still well. */
  holds: CycleEvidence[];
  /** The whole sentence, with its figures. */
  text: RegExp;
  /**
   * SKIP where the module never got as far as its tests, so that nothing else can be said of it. What differed between
   * cycles has a reason of its own.
   */
  whenOff: "PASS" | "SKIP" | "FAIL exited" | "FAIL tests_failed flaky";
  thresholds?: Partial<Thresholds>;
  /** Figures of an earlier run. */
  baseline?: Partial<FigureSeries>;
  /** The core's service, which is up around it. */
  core?: ServiceEvidence;
}

const refused = noAnswer("connection refused");
const many = (count: number, latencyMs = 5) => answers(...Array.from({ length: count }, () => latencyMs));
const counts = (passed: number, failed: number, skipped = 0) => ({ passed, failed, errors: 0, skipped });
const test = (...over: Parameters<typeof testRun>[1][]) => ({ tests: over.map((item) => testRun("test_db.py", item)) });
const using = (...mib: number[]) => mib.map((each, i) => sample("db", 1000 + i * 500, { memBytes: each * MIB }));
const neverUp = { openedMs: null, closedMs: null, services: [unseen("db")], testFiles: null, tests: [] };
const notReady = { afterMs: 20_000, attempts: 203, last: "answered 503", limit: "timeout" as const };
const gone = { status: "exited" as const, pid: null };

const cycles = (many: number, change: Change) => Array.from({ length: many }, (_, i) => db(change, {}, i + 1));

const CASES: Record<ReasonCode, Case> = {
  dependency_failed: {
    fires: [db({}, { ...neverUp, dependencyFailures: [{ dependency: "hermes", why: "it exited" }] })],
    holds: [db()],
    text: /^Not started, since its dependency "hermes" is not ready: it exited$/,
    whenOff: "SKIP",
  },
  dependency_unstable: {
    fires: [db({}, { closedMs: 3600 })],
    holds: [db({}, { closedMs: 3400 })],
    core: seen("madre", {
      lastLook: look("madre", { restartCount: 1 }),
      events: [
        event("madre", "start", { ms: 900 }),
        event("madre", "die", { ms: 3500, exitCode: 7 }),
        event("madre", "start", { ms: 3550 }),
      ],
    }),
    text: new RegExp(
      '^While it was watched, the core "baseline" was not stable: "madre" restarted 1 time while it was watched: ' +
        "restart count rose by 1, 1 further start event; it ended with exit code 7$",
    ),
    whenOff: "PASS",
  },
  start_failed: {
    fires: [
      db({}, { ...neverUp, startFailures: [{ service: "db", why: "port 1 is taken", next: "See", output: null }] }),
    ],
    holds: [db()],
    text: /^"db" could not be started: port 1 is taken\. See$/,
    whenOff: "SKIP",
  },
  health_timeout: {
    fires: [db({ ready: null, notReady, probes: [] }, { testFiles: null, tests: [] })],
    holds: [db()],
    text:
      /^"db" was not ready within 20 s: the last of 203 attempts at http:\/\/127\.0\.0\.1:8001\/health gave: answered 503$/,
    whenOff: "SKIP",
  },
  health_lost: {
    fires: [db({ probes: [...many(18), refused, refused, ...many(1)] })],
    holds: [db({ probes: many(20) })],
    text: /^2 of 21 probes of "db" failed after it was ready \(90\.5 % answered\), the last with: connection refused$/,
    whenOff: "PASS",
  },
  unhealthy: {
    fires: [db({ lastLook: look("db", { health: "unhealthy", healthOutput: "one\nno answer\n" }) })],
    holds: [db({ lastLook: look("db", { health: "starting", healthOutput: "no answer" }) })],
    text: /^The Docker health check of "db" turned unhealthy; its last output: no answer$/,
    whenOff: "PASS",
  },
  oom_killed: {
    fires: [db({ events: [event("db", "create"), event("db", "start"), event("db", "oom")] })],
    holds: [db({ lastLook: look("db", { exitCode: 137 }) })],
    text: /^The kernel killed a child process of "db" for memory \(limit 64\.0 MiB\); seen by: oom event$/,
    whenOff: "PASS",
  },
  restarted: {
    fires: [db({ lastLook: look("db", { restartCount: 2 }) })],
    holds: [
      db({
        inPlace: true,
        firstLook: look("db", { restartCount: 2 }),
        lastLook: look("db", { restartCount: 2 }),
        events: [],
      }),
    ],
    text: /^"db" restarted 2 times while it was watched: restart count rose by 2$/,
    whenOff: "PASS",
  },
  exited: {
    fires: [db({ lastLook: look("db", { ...gone, exitCode: 139 }) })],
    holds: [db({ lastLook: look("db", { exitCode: 139 }) })],
    text: /^"db" was not running at the end: exited, exit code 139 \(SIGSEGV\)$/,
    whenOff: "PASS",
  },
  tests_failed: {
    fires: [db({}, test({ returnCode: 1, counts: counts(12, 2), firstFailure: "test_login: assert 500 == 200" }))],
    holds: [db({}, test({ returnCode: 0, counts: counts(12, 0) }))],
    text:
      /^test_db\.py: 2 of 14 tests failed \(exit code 1\), first: test_login: assert 500 == 200; output: raw\/test_db\.py\.txt$/,
    whenOff: "PASS",
  },
  tests_timeout: {
    fires: [db({}, test({ returnCode: null, signal: "SIGTERM", timedOut: true, counts: null }))],
    holds: [db({}, test({ durationMs: 19_999 }))],
    text: /^test_db\.py did not end within 20\.0 s and was killed with its children; output: raw\/test_db\.py\.txt$/,
    whenOff: "PASS",
  },
  tests_flaky: {
    fires: [...cycles(25, {}), db({}, test({ returnCode: 1, counts: counts(2, 1) }), 26)],
    holds: [...cycles(24, {}), db({}, test({ returnCode: 1, counts: counts(2, 1) }), 25)],
    thresholds: { flaky_allowed_pct: 20 },
    text: new RegExp(
      "^Cycle 26: test_db\\.py: 1 of 3 tests failed \\(exit code 1\\); output: raw/test_db\\.py\\.txt; allowed as flaky, at most 20 % of " +
        "the time: test_db\\.py failed in 1 of 26 cycles \\(3\\.8 %, 95 % interval 0\\.1 to 19\\.6 %\\)$",
    ),
    whenOff: "FAIL tests_failed flaky",
  },
  stop_failed: {
    fires: [db({ stop: stopped("db", { error: "device busy", verified: false }) })],
    holds: [db({ stop: stopped("db", { exitCode: 143, durationMs: 9999 }) })],
    text: /^"db" could not be stopped and removed: device busy$/,
    whenOff: "PASS",
  },
  no_tests: {
    fires: [db({}, { testFiles: [], tests: [] })],
    holds: [db({}, test({ counts: counts(1, 0, 11) }))],
    text: /^No test file matches the patterns of "db"$/,
    whenOff: "PASS",
  },
  high_latency: {
    fires: [db({ probes: many(20, 501) })],
    holds: [db({ probes: [...many(19, 500), ...many(1, 4000)] })],
    text: /^Health p95 of "db" was 501 ms over 20 probes, limit 500 ms$/,
    whenOff: "PASS",
  },
  flapping: {
    fires: [db({ probes: [...many(10), refused, ...many(9)] })],
    holds: [db({ probes: many(20) })],
    text: /^1 of 20 probes of "db" failed after it was ready \(95\.0 % answered\), the last with: connection refused$/,
    whenOff: "PASS",
  },
  near_mem_limit: {
    fires: [db({ samples: using(20, 57.7, 20) })],
    holds: [db({ samples: using(20, 57.6, 20) })],
    text: /^Peak memory of "db" was 57\.7 MiB, 90 % of its limit of 64\.0 MiB \(3 samples\)$/,
    whenOff: "PASS",
  },
  leak_suspected: {
    fires: [db({ samples: using(1, 1, 1) }), db({ samples: using(51.1, 51.1, 51.1) }, {}, 2)],
    holds: [db({ samples: using(1, 1, 1) }), db({ samples: using(51, 51, 51) }, {}, 2)],
    text: /^Settled memory of "db" grew by 50\.1 MiB from cycle 1 \(1\.0 MiB\) to cycle 2 \(51\.1 MiB\), limit 50 MiB$/,
    whenOff: "PASS",
  },
  slow_stop: {
    fires: [db({ stop: stopped("db", { killed: true, exitCode: 137, durationMs: 10_020 }) })],
    holds: [db({ stop: stopped("db", { durationMs: 9990 }) })],
    text: /^"db" did not stop on SIGTERM and was killed after its grace period of 10 s$/,
    whenOff: "PASS",
  },
  outdated: {
    fires: [db({ outdated: true })],
    holds: [db()],
    text: /^"db" ran before, with another configuration or image than the project has now, and was tested as it is: /,
    whenOff: "PASS",
  },
  unclean_stop: {
    fires: [db({ stop: stopped("db", { exitCode: 139 }) })],
    holds: [db({ stop: stopped("db", { exitCode: 143 }) })],
    text:
      /^"db" ended with exit code 139 \(SIGSEGV\) when it was asked to stop by SIGTERM; a clean stop gives 0 or the code of that signal$/,
    whenOff: "PASS",
  },
  regressed: {
    fires: cycles(5, { samples: using(22.1, 22.1) }),
    holds: cycles(5, { samples: using(22, 22) }),
    baseline: { mem_peak_mib: [17, 17, 17, 17, 17] },
    text:
      /^Peak memory of "db" rose by 30 % against the baseline \(17\.0 MiB → 22\.1 MiB, medians of 5 and 5 cycles\), limit 5\.0 MiB$/,
    whenOff: "PASS",
  },
  metrics_missing: {
    fires: [db({ samples: [], samplesMissing: ["its cgroup cannot be reached", "no answer"] })],
    holds: [db({ samples: using(20, 20), samplesMissing: ["its cgroup cannot be reached"] })],
    text:
      /^Memory and CPU of "db" could not be measured: its cgroup cannot be reached; no answer\. Run as root on the engine's host, or see/,
    whenOff: "PASS",
  },
  flaky: {
    fires: [db(), db({}, {}, 2), db({ lastLook: look("db", { ...gone, exitCode: 1 }) }, {}, 3)],
    holds: [db(), db({}, {}, 2), db({}, {}, 3)],
    text: /^The verdict differs between cycles: 1 PASS, 2 PASS, 3 FAIL$/,
    whenOff: "FAIL exited",
  },
};

Deno.test("judge() says by how much a figure rose from nothing in the figure's own unit", () => {
  const run = { baseline: baselineOf("db", { cpu_mean_pct: [0, 0, 0, 0, 0] }) };
  const busy = [0, 500, 1000, 1500].map((ms) => sample("db", 1000 + ms, { cpuUsec: ms * 500 }));
  const [reason] = judgeDb(cycles(5, { samples: busy }), { run }).reasons;
  const start = 'Mean CPU of "db" rose by 50.0 % against the baseline (0.0 % → 50.0 %,';
  assertEquals([reason?.code, reason?.text.slice(0, start.length)], ["regressed", start]);
});

/** They say something of several cycles, and so does that the verdict differs between these. */
const DIFFERING: readonly ReasonCode[] = ["flaky", "tests_flaky"];

for (const [name, { baseline, core, fires, holds, text, thresholds, whenOff }] of Object.entries(CASES)) {
  const code = name as ReasonCode;
  const services = { baseline: ["madre"], db: ["db"] };
  const run = {
    services,
    ...(baseline === undefined ? {} : { baseline: baselineOf("db", baseline) }),
    thresholds: { ...defaultThresholds(), ...thresholds },
  };
  const others = core === undefined ? [] : [moduleOf("baseline", [cycleOf(1, [core], { closedMs: 9000 })])];
  const expected = RULES[code].level === "fail" ? "FAIL" : "WARN";

  Deno.test(`judge() finds ${code}, and says the figures`, () => {
    const verdict = judgeDb(fires, { run, others });
    const reason = verdict.reasons.find((item) => item.code === code);
    assert(reason !== undefined, short(verdict));
    assertMatch(reason.text, text);
    if (!DIFFERING.includes(code)) assertEquals(short(verdict), `${expected} ${code}`);
  });

  Deno.test(`judge() does not find ${code} in what is nearly so`, () => {
    assertEquals(judgeDb(holds, { run, others }).reasons.filter((item) => item.code === code), []);
  });

  Deno.test(`judge() takes the level of ${code} from the rules`, () => {
    for (const level of ["warn", "fail"] as const) {
      const verdict = judgeDb(fires, { run, others, rules: { [code]: level } });
      assertEquals(verdict.reasons.find((item) => item.code === code)?.level, level);
      if (!DIFFERING.includes(code)) assertEquals(verdict.status, level === "fail" ? "FAIL" : "WARN");
    }
    const off = judgeDb(fires, { run, others, rules: { [code]: "off" } });
    assertEquals(short(off), whenOff);
    assertEquals(off.skipped !== null, whenOff === "SKIP");
  });
}
