/** What is seen of a service and what follows from it, beyond the one case per rule of verdict_rules_test.ts. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { CycleEvidence, PageEvidence } from "../../lib/model/record.ts";
import { defaultThresholds } from "../../lib/model/settings.ts";
import {
  answers,
  event,
  look,
  memoryKill,
  MIB,
  noAnswer,
  PROCESS_INFO,
  sample,
  stopped,
  unseen,
} from "../fakes/evidence.ts";
import { type Change, db, judgeDb, type Judging, short } from "../run/judging.ts";

interface Case extends Judging {
  name: string;
  seen: Change;
  cycle?: Partial<CycleEvidence>;
  expected: string;
  text?: string;
}

const started = [event("db", "create"), event("db", "start")];
const unhealthy = event("db", "unhealthy");
const healthy = event("db", "healthy");
const untested = { testFiles: null, tests: [] };
const exitedEarly = {
  ready: null,
  probes: [],
  notReady: { afterMs: 90, attempts: 3, last: "connection refused", limit: "exited" as const },
};
const exited = (exitCode: number) => look("db", { status: "exited", pid: null, exitCode });
const job = { completes: true as const, url: null, ready: null, probes: [] };
const probes = (ok: number, failed: number) => [
  ...answers(...Array.from({ length: ok - 1 }, () => 5)),
  ...Array.from({ length: failed }, () => noAnswer("answered 500")),
  ...answers(5),
];
/** It ended by SIGKILL, on an engine where nothing else could be seen. */
const atLimit = (over: Change = {}): Change => ({
  samples: [0, 500, 1000].map((ms) => sample("db", ms, { memBytes: 63 * MIB })),
  events: [...started, event("db", "die", { exitCode: 137 })],
  lastLook: look("db", { status: "exited", exitCode: 137, pid: null }),
  killUnseen: "its processes are not this host's",
  ...over,
});

function without<Part extends object>(all: Part, key: keyof Part): Part {
  const left = { ...all };
  delete left[key];
  return left;
}

const late = { afterMs: 20_000, attempts: 9, last: "answered 500", limit: "timeout" as const };

/** Another page of the service. */
function page(over: Partial<PageEvidence>): PageEvidence {
  return { ...unseen("db"), ...over };
}

/** The container's own health check, which the engine's events tell of. */
const OWN_CHECK: Change = {
  kind: "docker",
  watched: "events",
  what: "its Docker health check",
  url: null,
  source: "health check",
  probes: [],
};

/** Docker still calls it "starting" at the end. */
function checked(checks?: { passed: number; failed: number }, healthOutput: string | null = null): Change {
  return { lastLook: look("db", { health: "starting", healthOutput, ...(checks === undefined ? {} : { checks }) }) };
}

/** A container's check that passes now. */
function ran(passed: number, failed: number): Change {
  return { lastLook: look("db", { health: "healthy", checks: { passed, failed } }) };
}

const CASES: Case[] = [
  { name: "all well", seen: {}, expected: "PASS" },
  {
    name: "restarting between two starts of a crash loop is restarted only",
    seen: {
      lastLook: look("db", { status: "restarting", exitCode: 1, restartCount: 3 }),
      probes: [...answers(1, 2), noAnswer("connection refused")],
    },
    expected: "FAIL restarted",
    text: '"db" restarted 3 times while it was watched',
  },
  {
    name: "restarting that was not seen to restart is exited",
    seen: { lastLook: look("db", { status: "restarting", exitCode: 1 }) },
    expected: "FAIL exited",
    text: '"db" was not running at the end: restarting, exit code 1',
  },
  {
    name: "replaced by another container",
    seen: { lastLook: look("db", { id: "db-2" }) },
    expected: "FAIL restarted",
    text: '"db" was replaced while it was watched: container replaced',
  },
  {
    name: "exited before ready is exited, no timeout",
    seen: { ...exitedEarly, lastLook: exited(1), samples: [] },
    cycle: untested,
    expected: "FAIL exited",
    text: '"db" was not running at the end: exited before it was ready, exit code 1',
  },
  {
    name: "exited before it could be asked was not ready",
    seen: { ...exitedEarly, kind: null, lastLook: exited(0), samples: [] },
    cycle: untested,
    expected: "FAIL exited",
    text: '"db" was not running at the end: exited before it was ready, exit code 0',
  },
  {
    name: "a service without a check that ends was ready before",
    seen: { ...exitedEarly, kind: null, notReady: null, lastLook: exited(1), samples: [] },
    cycle: untested,
    expected: "FAIL exited",
    text: '"db" was not running at the end: exited, exit code 1',
  },
  {
    name: "never started by the engine says the engine's error",
    seen: { lastLook: look("db", { status: "created", pid: null, exitCode: null, error: "no such file: /x" }) },
    expected: "FAIL exited",
    text: '"db" was not running at the end: created: no such file: /x',
  },
  { name: "paused is not running", seen: { lastLook: look("db", { status: "paused" }) }, expected: "FAIL exited" },
  {
    name: "a crash loop that crashes once more when it is asked to stop is one incident",
    seen: {
      events: [...started, { ...event("db", "die"), exitCode: 1 }, event("db", "start")],
      lastLook: look("db", { restartCount: 1 }),
      stop: stopped("db", { exitCode: 1 }),
    },
    expected: "FAIL restarted",
  },
  {
    name: "a crash loop that nobody tells still crashes when it is asked to stop",
    seen: {
      events: [...started, { ...event("db", "die"), exitCode: 1 }, event("db", "start")],
      lastLook: look("db", { restartCount: 1 }),
      stop: stopped("db", { exitCode: 1 }),
    },
    rules: { restarted: "off" },
    expected: "WARN unclean_stop",
  },
  {
    name: "one that restarted, and crashes in another way when it is asked to stop",
    seen: {
      events: [...started, { ...event("db", "die"), exitCode: 1 }, event("db", "start")],
      lastLook: look("db", { restartCount: 1 }),
      stop: stopped("db", { exitCode: 139 }),
    },
    expected: "FAIL restarted unclean_stop",
  },
  {
    name: "gone at the end",
    seen: { lastLook: null, missingAt: ["last"] },
    expected: "FAIL exited",
    text: '"db" was gone at the end of the window',
  },
  {
    name: "a one-shot service that ended with 0",
    seen: { ...job, samples: [], firstLook: exited(0), lastLook: exited(0) },
    expected: "PASS",
  },
  {
    name: "a one-shot service that ended with 1",
    seen: { ...job, samples: [], lastLook: exited(1) },
    expected: "FAIL exited",
  },
  {
    name: "a service that is no one-shot and ended with 0",
    seen: { lastLook: exited(0) },
    expected: "FAIL exited",
    text: "exit code 0",
  },
  {
    name: "unhealthy before ready that recovered is not unhealthy",
    seen: { events: [...started, unhealthy, healthy], eventsBeforeReady: 4 },
    expected: "PASS",
  },
  {
    name: "unhealthy after ready that recovered is unhealthy for a time",
    seen: { events: [...started, unhealthy, healthy], eventsBeforeReady: 2 },
    expected: "FAIL unhealthy",
    text: 'The Docker health check of "db" turned unhealthy for a time',
  },
  {
    name: "unhealthy without ready",
    seen: {
      ready: null,
      notReady: { afterMs: 20_000, attempts: 9, last: "answered 500", limit: "timeout" },
      probes: [],
      events: [...started, unhealthy],
    },
    cycle: untested,
    expected: "FAIL unhealthy health_timeout",
  },
  {
    name: "no page to be found is health_timeout with the remedy",
    seen: { url: null, noUrlWhy: 'service "db" publishes no port: add a line', ready: null, probes: [] },
    cycle: untested,
    expected: "FAIL health_timeout",
    text: 'Service "db" publishes no port: add a line',
  },
  {
    name: "killed PID 1",
    seen: { lastLook: look("db", { status: "exited", exitCode: 137, oomKilled: true, memLimitBytes: null }) },
    expected: "FAIL oom_killed exited",
    text: 'The kernel killed PID 1 of "db" for memory (no limit of its own); seen by: OOMKilled flag',
  },
  {
    name: "killed by the process engine",
    seen: { lastLook: look("db", { status: "exited", exitCode: 137, oomKilled: true }) },
    run: { engine: PROCESS_INFO },
    expected: "FAIL oom_killed exited",
    text: 'The process engine killed the main process of "db" for memory (limit 64.0 MiB); seen by: OOMKilled flag',
  },
  {
    name: "killed by the process engine at its stop",
    seen: { stop: stopped("db", { killed: true, graceSec: 2 }) },
    run: { engine: PROCESS_INFO },
    expected: "WARN slow_stop",
    text: '"db" did not stop on its stop signal and was killed after its grace period of 2 s',
  },
  {
    name: "killed, as only the kernel's log and the cgroup above say",
    seen: {
      firstLook: look("db", { pid: 77 }),
      lastLook: look("db", { status: "exited", exitCode: 137, pid: null }),
      events: [...started, event("db", "die", { exitCode: 137 })],
      kills: [memoryKill({ by: "kernel log" }), memoryKill({ by: "parent cgroup", pid: null, task: null })],
    },
    expected: "FAIL oom_killed exited",
    text: 'The kernel killed PID 1 of "db" for memory (limit 64.0 MiB); seen by: kernel log, parent cgroup',
  },
  {
    name: "ended at its limit where no trace of a kill could be seen",
    seen: atLimit(),
    expected: "FAIL exited near_mem_limit metrics_missing",
    text:
      'It could not be seen whether "db" was killed for memory: it ended with exit code 137 (SIGKILL), which nobody had asked ' +
      "the engine for, and its memory had reached 98 % of its limit of 64.0 MiB; its processes are not this host's. Run it " +
      "as root on the engine's host, where the kernel's log names what was killed",
  },
  {
    name: "ended at its limit with a code that nobody saw",
    seen: atLimit({
      events: [...started, event("db", "die")],
      lastLook: look("db", { status: "dead", exitCode: null }),
    }),
    expected: "FAIL exited near_mem_limit metrics_missing",
    text: "was killed for memory: it ended, which nobody had asked the engine for, and its memory",
  },
  {
    name: "ended at its limit, and each kill would have been seen",
    seen: without(atLimit(), "killUnseen"),
    expected: "FAIL exited near_mem_limit",
  },
  {
    name: "ended far below its limit",
    seen: atLimit({ samples: [0, 500, 1000].map((ms) => sample("db", ms, { memBytes: 32 * MIB })) }),
    expected: "FAIL exited",
  },
  {
    name: "ended without a limit",
    seen: atLimit({
      firstLook: look("db"),
      lastLook: look("db", { status: "exited", exitCode: 137, memLimitBytes: null }),
    }),
    expected: "FAIL exited",
  },
  {
    name: "ended by SIGKILL before it was sampled",
    seen: atLimit({ samples: [] }),
    expected: "FAIL exited metrics_missing",
    text:
      "had asked the engine for, and no sample shows how near it was to its limit of 64.0 MiB; its processes are not",
  },
  {
    name: "ended in another way before it was sampled",
    seen: atLimit({ samples: [], events: [...started, event("db", "die", { exitCode: 1 })] }),
    expected: "FAIL exited",
  },
  {
    name: "killed at its limit by way of the engine",
    seen: atLimit({
      events: [...started, event("db", "kill", { signal: 9 }), event("db", "die", { exitCode: 137 })],
    }),
    expected: "FAIL exited near_mem_limit",
  },
  {
    name: "killed and nobody knows who",
    seen: { lastLook: null, events: [...started, event("db", "oom")] },
    expected: "FAIL oom_killed metrics_missing",
    text: 'The kernel killed a process of "db" for memory (limit 64.0 MiB)',
  },
  {
    name: "killed at a limit that a sample was near as well",
    seen: {
      samples: [0, 500, 1000, 1500].map((ms) => sample("db", ms, { memBytes: 63 * MIB })),
      events: [...started, event("db", "oom")],
    },
    expected: "FAIL oom_killed",
    text: 'The kernel killed a child process of "db" for memory (limit 64.0 MiB); seen by: oom event',
  },
  {
    name: "a wait that was broken off for a container that runs",
    seen: { ready: null, probes: [], notReady: { afterMs: 1, attempts: 0, last: "none", limit: "exited" } },
    expected: "WARN metrics_missing",
    text: 'The run did not wait for "db" to become ready',
  },
  {
    name: "a wait that was broken off for a container that was started again",
    seen: {
      ready: null,
      probes: [],
      notReady: { afterMs: 1, attempts: 0, last: "none", limit: "exited" },
      lastLook: look("db", { restartCount: 1 }),
    },
    expected: "FAIL restarted",
  },
  { name: "95 % answered is flapping", seen: { probes: probes(19, 1) }, expected: "WARN flapping" },
  { name: "under 95 % is health_lost", seen: { probes: probes(18, 1) }, expected: "FAIL health_lost" },
  {
    name: "the share is the run's own",
    seen: { probes: probes(19, 1) },
    run: { thresholds: { ...defaultThresholds(), health_ok_pct: 95.1 } },
    expected: "FAIL health_lost",
  },
  {
    name: "fewer probes than a p95 needs",
    seen: { probes: answers(...Array.from({ length: 19 }, () => 5)) },
    expected: "WARN metrics_missing",
    text: 'Only 19 of the 20 health probes that a p95 needs were made of "db"',
  },
  {
    name: "one slow answer of three, and then none",
    seen: { probes: [...answers(5, 900, 5), ...Array.from({ length: 40 }, () => noAnswer("answered 503"))] },
    expected: "FAIL health_lost",
  },
  {
    name: "slow answers of which some waited for a core say so by their median",
    seen: {
      probes: answers(...Array.from({ length: 21 }, () => 900)).map((probe, nr) =>
        nr < 10 ? probe : { ...probe, starvedMs: 40 * nr }
      ),
    },
    expected: "WARN high_latency",
    text: "(the host was busy: in the median, answers may have waited for a core for 400 ms)",
  },
  {
    name: "few answers, most of them slow",
    seen: { probes: answers(5, 900, 900) },
    expected: "WARN high_latency",
    text: 'Health p95 of "db" was 900 ms over 3 probes, limit 500 ms',
  },
  {
    name: "few answers, one of them slow",
    seen: { probes: answers(5, 5, 900) },
    expected: "WARN metrics_missing",
  },
  {
    name: "a slow answer or two around a restart",
    seen: {
      probes: answers(...Array.from({ length: 28 }, () => 5), 1012, 1012),
      lastLook: look("db", { restartCount: 1 }),
    },
    expected: "FAIL restarted",
  },
  {
    name: "a handful of answers around a restart, most of them slow",
    seen: { probes: [noAnswer("refused"), ...answers(5, 1011, 1011)], lastLook: look("db", { restartCount: 1 }) },
    expected: "FAIL restarted",
  },
  {
    name: "slow answers before and after a restart",
    seen: {
      probes: answers(...Array.from({ length: 30 }, () => 900)),
      lastLook: look("db", { restartCount: 1 }),
    },
    expected: "FAIL restarted high_latency",
  },
  {
    name: "few probes of a dead service are no finding",
    seen: { probes: answers(5), lastLook: exited(1) },
    expected: "FAIL exited",
  },
  {
    name: "ready was not seen",
    seen: { ready: null },
    expected: "WARN metrics_missing",
    text: 'It was not seen whether "db" becomes ready',
  },
  {
    name: "the end was not seen",
    seen: { lastLook: null },
    expected: "WARN metrics_missing",
    text: 'The state of "db" at the end is unknown',
  },
  {
    name: "nothing was seen",
    seen: { firstLook: null, lastLook: null },
    expected: "WARN metrics_missing",
    text: 'Nothing could be seen of "db"',
  },
  {
    name: "no sample and no reason why",
    seen: { samples: [] },
    expected: "WARN metrics_missing",
    text: 'Memory and CPU of "db" could not be measured: no sample came in time',
  },
  { name: "no limit is not near", seen: { lastLook: look("db", { memLimitBytes: null }) }, expected: "PASS" },
  {
    name: "stopped, and still there",
    seen: { stop: stopped("db", { verified: false }) },
    expected: "FAIL stop_failed",
    text: '"db" could not be stopped and removed: it was still there afterwards',
  },
  { name: "a core that stays up", seen: { stop: null }, expected: "PASS" },
  {
    name: "outdated could not be told",
    seen: { inPlace: true, events: [], outdated: "docker compose did not answer" },
    expected: "WARN metrics_missing",
    text:
      '"db" ran before, and whether it differs from what the project says now is not known: docker compose did not ' +
      "answer. Give --recreate, or stop it first",
  },
  {
    name: "a second page that has no URL and is not ready",
    seen: { morePages: [page({ notReady: late })] },
    expected: "FAIL health_timeout",
    text: "the last of 9 attempts at its check gave: answered 500",
  },
  {
    name: "a second page whose probes failed is named by its URL, and by its place if it has none",
    seen: {
      morePages: [
        page({ what: "http://127.0.0.1:9/x", ready: { afterMs: 1, attempts: 1 }, probes: probes(1, 9) }),
        page({ ready: { afterMs: 1, attempts: 1 }, probes: probes(1, 9) }),
      ],
    },
    expected: "FAIL health_lost health_lost",
    text:
      'of "db" (check http://127.0.0.1:9/x) failed after it was ready (10.0 % answered), the last with: answered 500\n' +
      '9 of 10 probes of "db" (check 3) failed',
  },
  {
    name: "not ready, with the time that its health check allows and what the module map guessed",
    seen: { ready: null, probes: [], notReady: { ...late, startPeriodMs: 5000 }, source: "module map" },
    cycle: untested,
    expected: "FAIL health_timeout",
    text:
      '"db" was not ready within 20 s and the 5 s that its Docker health check allows for starting (start_period): ' +
      "the last of 9 attempts at http://127.0.0.1:8001/health gave: answered 500. Nothing but the module map names this port",
  },
  {
    name: "not ready by its Docker health check alone",
    seen: { ...OWN_CHECK, ready: null, notReady: late },
    cycle: untested,
    expected: "FAIL health_timeout",
    text: "within 20 s: the last of 9 attempts at its Docker health check gave: answered 500",
  },
  {
    name: "a Docker health check in the place of a page, which nothing probes",
    seen: OWN_CHECK,
    expected: "PASS",
  },
  {
    name: "a check whose answers alone count, asked often enough after it was ready",
    seen: { watched: "answers", probes: answers(5, 900, 900) },
    expected: "PASS",
  },
  {
    name: "a check whose answers alone count, asked once",
    seen: { watched: "answers", probes: answers(5) },
    expected: "WARN metrics_missing",
    text: "Only 1 of the 3 health probes that show that it stays ready were made",
  },
  {
    name: "a page that the health check names is probed as any",
    seen: { source: "health check", probes: answers(5) },
    expected: "WARN metrics_missing",
    text: "Only 1 of the 20 health probes",
  },
  {
    name: "slow answers of which the time without a core is known of few",
    seen: {
      probes: answers(...Array.from({ length: 21 }, () => 900)).map((probe, nr) =>
        nr < 11 ? probe : { ...probe, starvedMs: 400 }
      ),
    },
    expected: "WARN high_latency",
    text: 'Health p95 of "db" was 900 ms over 21 probes, limit 500 ms',
  },
  {
    name: "a Docker health check that passed while it is still starting",
    seen: checked({ passed: 1, failed: 3 }),
    expected: "PASS",
  },
  {
    name: "a Docker health check of which nothing is counted",
    seen: checked(),
    expected: "WARN metrics_missing",
    text: "had not been run when the window ended",
  },
  {
    name: "a Docker health check that was not run",
    seen: checked({ passed: 0, failed: 0 }),
    expected: "WARN metrics_missing",
    text: 'The Docker health check of "db" had not been run when the window ended. Check that the engine answers',
  },
  {
    name: "a Docker health check that never passed",
    seen: checked({ passed: 0, failed: 3 }),
    expected: "FAIL unhealthy",
    text: 'The Docker health check of "db" never passed: it failed 3 times',
  },
  {
    name: "a Docker health check that never passed and printed something",
    seen: checked({ passed: 0, failed: 1 }, "one\ntwo\n"),
    expected: "FAIL unhealthy",
    text: "never passed: it failed 1 time; its last output: two",
  },
  {
    name: "a Docker health check that passed when it was run once more",
    seen: { ...checked({ passed: 0, failed: 0 }), checkRun: { why: null } },
    expected: "PASS",
  },
  {
    name: "a Docker health check that passed when it was run once more, and that the engine never ran",
    seen: { ...checked({ passed: 0, failed: 0 }), checkRun: { why: null, overdue: { upMs: 9000, intervalMs: 1000 } } },
    expected: "WARN metrics_missing",
    text:
      'The Docker health check of "db" was never run by the engine, in 9000 ms since the start with an interval of 1000 ms: ' +
      "whether it stayed healthy was not seen. Check that the engine answers",
  },
  {
    name: "a Docker health check that passed several times, and no event told of it",
    seen: { ...ran(2, 0), events: started },
    expected: "WARN metrics_missing",
    text:
      'The Docker health check of "db" was run several times, and no event of the engine told of it: whether it was ' +
      "unhealthy for a time was not seen",
  },
  {
    name: "a Docker health check that failed at first, and no event told of it",
    seen: { ...ran(1, 1), events: started },
    expected: "WARN metrics_missing",
  },
  {
    name: "a Docker health check that passed, as an event told",
    seen: { ...ran(2, 0), events: [...started, healthy] },
    expected: "PASS",
  },
  {
    name: "a Docker health check that was run once cannot have turned",
    seen: { ...ran(1, 0), events: started },
    expected: "PASS",
  },
  {
    name: "a Docker health check that passed before the window",
    seen: { ...ran(5, 0), events: [event("db", "start")] },
    expected: "PASS",
  },
  {
    name: "a Docker health check that did not pass when it was run once more",
    seen: { ...checked({ passed: 0, failed: 3 }), checkRun: { why: "exit code 1" } },
    expected: "FAIL unhealthy",
    text: "had not passed when the window ended, nor when it was run once more: exit code 1",
  },
  {
    name: "a Docker health check that did not pass is not asked of a service that is not ready",
    seen: { ...checked({ passed: 0, failed: 3 }), ready: null, probes: [], notReady: late },
    cycle: untested,
    expected: "FAIL health_timeout",
  },
  {
    name: "restarted, and its last exit code is not known",
    seen: { lastLook: null, missingAt: ["last"], events: [...started, ...started] },
    expected: "FAIL restarted exited",
    text: '"db" restarted 1 time while it was watched: 1 further start event\n',
  },
  {
    name: "restarted, and it ended with the exit code of its last look",
    seen: { lastLook: look("db", { status: "exited", pid: null, exitCode: 3, restartCount: 1 }) },
    expected: "FAIL restarted exited",
    text: "restart count rose by 1; it ended with exit code 3",
  },
  {
    name: "killed at its stop on a busy host",
    seen: { stop: stopped("db", { killed: true, graceSec: 2, starvedMs: 100 }) },
    expected: "WARN slow_stop",
    text: "its grace period of 2 s, of which it may have waited for a core for 100 ms, since the host was busy",
  },
];

for (const { name, seen, cycle, expected, text, ...judging } of CASES) {
  Deno.test(`judge() of a service: ${name}`, () => {
    const verdict = judgeDb([db(seen, cycle)], judging);
    assertEquals(short(verdict), expected);
    if (text !== undefined) assertStringIncludes(verdict.reasons.map((reason) => reason.text).join("\n"), text);
    for (const { service } of verdict.reasons) assertEquals(service, "db");
  });
}

Deno.test("judge() of a service: a health check of which no event told is no finding of its own where events are missing anyway", () => {
  const { reasons } = judgeDb([db({ ...ran(2, 0), events: started }, { eventGaps: ["it broke"] })]);
  assertEquals(reasons.map(({ code, service }) => [code, service]), [["metrics_missing", null]]);
});

/** A reason that says what is missing ends with what to do. */
const REMEDIES: [what: string, item: Judging & { seen: Change }, next: RegExp][] = [
  [
    "no cgroup and no stats",
    { seen: { samples: [], samplesMissing: ["no"] } },
    /Run as root on the engine's host, or see/,
  ],
  [
    "no cgroup, and nothing else was to be asked",
    { seen: { samples: [], samplesMissing: ["no"] }, run: { metricsSource: "cgroup" } },
    /or with `metrics_source: stats` in the config file$/,
  ],
  [
    "no stats",
    { seen: { samples: [], samplesMissing: ["no"] }, run: { metricsSource: "stats" } },
    /See whether `docker stats` shows it$/,
  ],
  [
    "no /proc",
    { seen: { samples: [], samplesMissing: ["no"] }, run: { engine: PROCESS_INFO } },
    /Run it on Linux, as the user that owns the processes or as root$/,
  ],
  ["no time for a sample", { seen: { samples: [] } }, /Give it more time with --soak-sec 10$/],
  [
    "one CPU counter",
    { seen: { samples: [sample("db", 0)] } },
    /^CPU use of "db" cannot be computed from 1 sample of it\. /,
  ],
  ["no event", { seen: { events: [] } }, /not even its start, so a restart .* unseen\. See whether `docker events`/],
  ["no event of a process", { seen: { events: [] }, run: { engine: PROCESS_INFO } }, /unseen\. Run it again$/],
  [
    "no first look",
    { seen: { firstLook: null } },
    /^There was no first look at "db", .*\. Check that the engine answers/,
  ],
  [
    "no stop",
    { seen: { stop: null, stopUnseen: true } },
    /^It was not seen whether "db" stops when it is asked to\. Run/,
  ],
  ["too few probes", { seen: { probes: answers(1) } }, /--soak-sec, or set a lower `min_probes` in the config file$/],
];

for (const [what, { seen, ...judging }, next] of REMEDIES) {
  Deno.test(`judge() says what to do where evidence is missing: ${what}`, () => {
    const verdict = judgeDb([db(seen)], judging);
    assertEquals(short(verdict), "WARN metrics_missing");
    assertMatch(verdict.reasons[0]?.text ?? "", next);
  });
}

Deno.test("judge() asks for no first look where the container came only later, and for no event in place", () => {
  assertEquals(short(judgeDb([db({ firstLook: null, missingAt: ["first"] })])), "PASS");
  assertEquals(short(judgeDb([db({ inPlace: true, events: [] })])), "PASS");
});

Deno.test("judge() calls a port a guess only if nothing but the module map names it", () => {
  const [reason] =
    judgeDb([db({ ready: null, probes: [], notReady: late, source: "published port" }, untested)]).reasons;
  const text =
    '"db" was not ready within 20 s: the last of 9 attempts at http://127.0.0.1:8001/health gave: answered 500';
  assertEquals(reason?.text, text);
});

Deno.test("judge() says nothing of a busy host if a stop waited for a core for under a twentieth of its grace", () => {
  const [reason] = judgeDb([db({ stop: stopped("db", { killed: true, graceSec: 2, starvedMs: 99 }) })]).reasons;
  assertEquals(reason?.text, '"db" did not stop on SIGTERM and was killed after its grace period of 2 s');
});

Deno.test("judge() expects nothing of a service that is not the module's own", () => {
  const stranger = unseen("redis", { stop: stopped("redis") });
  const cycle = db();
  assertEquals(short(judgeDb([{ ...cycle, services: [...cycle.services, stranger] }])), "PASS");
  assertEquals(short(judgeDb([{ ...cycle, services: [...cycle.services, unseen("db")] }])), "WARN metrics_missing");
});

Deno.test("judge() does not call a service exited that the engine could not start", () => {
  const failure = { service: "db", why: "exec format error", next: "", output: null };
  const never = { ready: null, probes: [], samples: [], firstLook: null, stop: null };
  const cycle = { ...untested, startFailures: [failure] };
  const created = look("db", { status: "created", pid: null });
  assertEquals(short(judgeDb([db({ ...never, lastLook: created }, cycle)])), "FAIL start_failed");
  assertEquals(short(judgeDb([db({ ...never, lastLook: null, missingAt: ["last"] }, cycle)])), "FAIL start_failed");
  assertEquals(short(judgeDb([db({ ...never, lastLook: exited(1) }, cycle)])), "FAIL start_failed exited");
  const other = { ...cycle, startFailures: [{ ...failure, service: "web" }] };
  assertEquals(short(judgeDb([db({ ...never, lastLook: created }, other)])), "FAIL start_failed exited");
});
