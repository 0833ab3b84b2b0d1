/** Builders of evidence: everything well unless the test says otherwise. Times, ids and paths are fixed. */

import { wordsOf } from "../../lib/engine/compose/words.ts";
import { WORDS } from "../../lib/engine/process/words.ts";
import type {
  ContainerState,
  EngineEvent,
  EngineInfo,
  RunStarted,
  StopOutcome,
  TestRun,
} from "../../lib/model/evidence.ts";
import { SCHEMA_VERSION } from "../../lib/model/evidence.ts";
import type {
  CycleEvidence,
  ModuleEvidence,
  PhaseSpan,
  RunEvidence,
  ServiceEvidence,
  TimedEvent,
  TimedKill,
  TimedPressure,
  TimedProbe,
  TimedSample,
} from "../../lib/model/record.ts";
import { MEANINGS, NOTHING_COLLECTED } from "../../lib/tests/pytest/outcome.ts";
import { missingPackage } from "../../lib/tests/pytest/packages.ts";
import { defaultRules, defaultThresholds } from "../../lib/model/settings.ts";

export const MIB = 1024 * 1024;

const COMPOSE_FILES = ["/srv/vx11/docker-compose.yml"];
const PROJECT = { name: "vx11", dir: "/srv/vx11", composeFiles: COMPOSE_FILES };

/** Docker, as an engine that opened that project tells it. */
export const ENGINE_INFO: EngineInfo = {
  name: "compose",
  versions: { docker: "20.10.24", compose: "2.26.1" },
  cgroup: "v1",
  words: wordsOf(PROJECT),
};

/** Processes of this host. */
export const PROCESS_INFO: EngineInfo = { name: "process", versions: {}, cgroup: null, words: WORDS };

export function look(service: string, over: Partial<ContainerState> = {}): ContainerState {
  return {
    id: `${service}-1`,
    name: `vx11-${service}`,
    service,
    image: "vx11-sandbox",
    status: "running",
    pid: 4242,
    exitCode: 0,
    oomKilled: false,
    restartCount: 0,
    startedAt: "2025-12-22T21:51:00.100Z",
    finishedAt: null,
    health: null,
    healthOutput: null,
    memLimitBytes: 64 * MIB,
    stopGraceSec: 10,
    error: null,
    ...over,
  };
}

/** As the engine tells it. */
export function told(service: string, action: string, over: Partial<EngineEvent> = {}): EngineEvent {
  return {
    time: "2025-12-22T21:51:00.100Z",
    action,
    containerId: `${service}-1`,
    container: `vx11-${service}`,
    service,
    exitCode: null,
    signal: null,
    ...over,
  };
}

/** As the evidence has it. */
export function event(service: string, action: string, over: Partial<TimedEvent> = {}): TimedEvent {
  return { ...told(service, action), ms: 1500, ...over };
}

export function sample(service: string, ms: number, over: Partial<TimedSample> = {}): TimedSample {
  return {
    ms,
    containerId: `${service}-1`,
    source: "cgroup v2",
    memBytes: 20 * MIB,
    memPeakKernelBytes: null,
    memCacheBytes: null,
    cpuUsec: 100_000 + ms * 50,
    cpuPct: null,
    oomKills: 0,
    ...over,
  };
}

export function pressure(service: string, ms: number, over: Partial<TimedPressure> = {}): TimedPressure {
  const none = { cpuFullUsec: 0, memSomeUsec: 0, memFullUsec: 0, ioSomeUsec: 0, ioFullUsec: 0 };
  return { ms, containerId: `${service}-1`, cpuSomeUsec: 0, ...none, ...over };
}

/** One answered probe for each latency in milliseconds. */
export function answers(...latencies: number[]): TimedProbe[] {
  return latencies.map((latencyMs, index) => ({
    ms: 2000 + index * 100,
    ok: true,
    latencyMs,
    status: 200,
    error: null,
  }));
}

export function noAnswer(error: string, over: Partial<TimedProbe> = {}): TimedProbe {
  return { ms: 9000, ok: false, latencyMs: 5000, status: null, error, ...over };
}

export function stopped(service: string, over: Partial<StopOutcome> = {}): StopOutcome {
  return {
    service,
    containerId: `${service}-1`,
    container: `vx11-${service}`,
    durationMs: 210,
    killed: false,
    graceSec: 10,
    exitCode: 0,
    verified: true,
    error: null,
    ...over,
  };
}

/** With what pytest's exit code and its first failure mean. */
export function testRun(file: string, over: Partial<TestRun> = {}): TestRun {
  const { firstFailure = null, returnCode = 0 } = over;
  const meaning = MEANINGS[returnCode ?? 0];
  const lacks = missingPackage({ firstFailure });
  return {
    runner: "pytest",
    ...(returnCode === NOTHING_COLLECTED ? { isEmpty: true as const } : {}),
    ...(meaning === undefined ? {} : { meaning }),
    ...(lacks === null ? {} : { lacks }),
    file,
    returnCode: 0,
    signal: null,
    timedOut: false,
    durationMs: 412.4,
    limitMs: 20_000,
    counts: { passed: 3, failed: 0, errors: 0, skipped: 0 },
    firstFailure: null,
    output: `raw/${file}.txt`,
    again: ["python3", "-m", "pytest", `tests/${file}`],
    ...over,
  };
}

/** What the line of a page at that URL says of it, or of one that cannot be requested. */
export function askedAt(url: string | null) {
  const how = { kind: "http", watched: "latency", way: "published", source: "published port" } as const;
  return { ...how, what: url, url };
}

/** A service of which nothing was seen. */
export function unseen(service: string, over: Partial<ServiceEvidence> = {}): ServiceEvidence {
  return {
    service,
    inPlace: false,
    kind: "http",
    watched: "latency",
    what: over.url ?? null,
    way: null,
    source: null,
    morePages: [],
    url: null,
    noUrlWhy: null,
    ready: null,
    notReady: null,
    probes: [],
    firstLook: null,
    lastLook: null,
    missingAt: [],
    before: null,
    events: [],
    eventsBeforeReady: 0,
    samples: [],
    pressures: [],
    samplesMissing: [],
    stop: null,
    stopUnseen: false,
    log: null,
    ...over,
  };
}

/** A service that came up, answered twenty probes in 1 to 20 ms, and was sampled four times, half a second apart. */
export function seen(service: string, over: Partial<ServiceEvidence> = {}): ServiceEvidence {
  return unseen(service, {
    url: "http://127.0.0.1:8001/health",
    ready: { afterMs: 312.26, attempts: 4 },
    probes: answers(...Array.from({ length: 20 }, (_, i) => i + 1)),
    firstLook: look(service),
    lastLook: look(service),
    events: [event(service, "create"), event(service, "start")],
    samples: [0, 500, 1000, 1500].map((ms, i) =>
      sample(service, 1000 + ms, {
        memBytes: (20 + i) * MIB,
        memPeakKernelBytes: 30 * MIB,
        memCacheBytes: 2 * MIB,
        cpuUsec: 100_000 + ms * 50,
      })
    ),
    pressures: [0, 1500].map((ms) => pressure(service, 1000 + ms, { cpuSomeUsec: 7000 + ms * 41, ioSomeUsec: ms * 2 })),
    stop: stopped(service),
    ...over,
  });
}

export function cycleOf(cycle: number, services: ServiceEvidence[], over: Partial<CycleEvidence> = {}): CycleEvidence {
  const start = (cycle - 1) * 10_000 + 1000;
  return {
    cycle,
    openedMs: start,
    closedMs: start + 3000,
    startFailures: [],
    dependencyFailures: [],
    services,
    testFiles: [],
    testsUnavailable: null,
    tests: [],
    eventGaps: [],
    phases: [
      { phase: "start", startMs: start, durationMs: 400 },
      { phase: "ready", startMs: start + 400, durationMs: 312.26 },
      { phase: "probes", startMs: start + 712.26, durationMs: 2000 },
      { phase: "tests", startMs: start + 712.26, durationMs: 412.4 },
      { phase: "stop", startMs: start + 3000, durationMs: 210 },
    ],
    ...over,
  };
}

export function moduleOf(name: string, cycles: CycleEvidence[], skipped: string | null = null): ModuleEvidence {
  return { name, skipped, cycles };
}

/** The core, not tested: brought up in the first cycle, and kept. */
export function coreOf(cycles: number): ModuleEvidence {
  const phases = (cycle: number, startMs: number): PhaseSpan[] => [
    { phase: "start", startMs, durationMs: cycle === 1 ? 930.5 : 0.1 },
    { phase: "ready", startMs: startMs + 931, durationMs: 7.9 },
  ];
  const list = Array.from({ length: cycles }, (_, i) => {
    return cycleOf(i + 1, [], { testFiles: null, phases: phases(i + 1, i * 10_000 + 30) });
  });
  return moduleOf("baseline", list);
}

export function runStarted(over: Partial<RunStarted> = {}): RunStarted {
  return {
    type: "run_started",
    schemaVersion: SCHEMA_VERSION,
    tool: { name: "vx11-stability", version: "0.1.0" },
    mode: "low_power",
    cycles: 1,
    jobs: 1,
    selected: [],
    core: ["baseline"],
    foundation: ["baseline"],
    kept: ["baseline"],
    services: {},
    helpers: {},
    dependsOn: {},
    oneShot: [],
    project: PROJECT,
    engine: ENGINE_INFO,
    host: { hostname: "lab1", os: "linux", arch: "x86_64", pid: 77 },
    timeoutSec: 20,
    soakSec: 0,
    keepCore: true,
    strict: false,
    metricsSource: "auto",
    thresholds: defaultThresholds(),
    rules: defaultRules(),
    ...over,
  };
}

export function runOf(modules: ModuleEvidence[], over: Partial<RunEvidence> = {}): RunEvidence {
  const cycles = Math.max(1, ...modules.map((module) => module.cycles.length));
  return {
    run: runStarted({ selected: modules.map((module) => module.name), cycles }),
    startedAt: "2025-12-22T21:50:59.435007Z",
    finishedAt: "2025-12-22T21:51:41.900Z",
    durationMs: 42_465,
    notices: [],
    interrupted: null,
    failure: null,
    leftBehind: [],
    finished: true,
    modules,
    ...over,
  };
}

/** A process of the first container of "db" that a trace says was killed for memory. */
export function memoryKill(over: Partial<TimedKill> = {}): TimedKill {
  return {
    by: "kernel log",
    containerId: "db-1",
    service: "db",
    pid: 77,
    task: "tail",
    trace: "it was killed",
    ms: 1500,
    ...over,
  };
}
