/** Journals of long runs, as the program writes them, made up line by line: what `judge` is measured on. */

import { wordsOf } from "../../lib/engine/compose/words.ts";
import type { ContainerState, JournalEntry, Phase, RunStarted } from "../../lib/model/evidence.ts";
import { SCHEMA_VERSION } from "../../lib/model/evidence.ts";
import { chained } from "../../lib/record/lines/chain.ts";
import { defaultRules, defaultThresholds } from "../../lib/model/settings.ts";

export interface JournalShape {
  name: string;
  cycles: number;
  /** Of each window, with as many samples for each as `samplesPerProbe` says. */
  probes: number;
  samplesPerProbe: number;
}

const MODULES = "switch hermes spawner hormiguero mcp manifestator operator-backend operator-frontend shubniggurath"
  .split(" ");
const CORE = ["madre", "tentaculo_link"];
const BEGAN = Date.parse("2025-12-22T21:50:59.435Z");
const MIB = 1024 * 1024;
const LOG_LINES = 15;

/** Every third module of every tenth cycle is killed for memory, some probes fail: reports of what is well are short. */
export function* longJournal(shape: JournalShape): Generator<string> {
  yield* chained(linesOf(shape));
}

function* linesOf(shape: JournalShape): Generator<string> {
  let ms = 20.9;
  for (const [entry, later] of entriesOf(shape)) {
    ms += later;
    const shown = Math.round(ms * 10) / 10;
    yield JSON.stringify({ at: new Date(BEGAN + shown).toISOString(), ms: shown, ...entry });
  }
}

/** With the time that has gone by since the one before, ms. */
type Timed = [JournalEntry, number];

function* entriesOf(shape: JournalShape): Generator<Timed> {
  yield [started(shape), 0];
  for (let cycle = 1; cycle <= shape.cycles; cycle++) {
    yield [{ type: "cycle_started", cycle }, 4];
    yield* coreOf(cycle, shape.cycles);
    for (const [place, module] of MODULES.entries()) {
      yield* windowOf(shape, { cycle, module, service: module }, place % 3 === 0 && cycle % 10 === 0);
    }
    yield [{ type: "cycle_finished", cycle, waitPct: 1.5 }, 1];
  }
  yield [{ type: "run_finished" }, 200];
}

function started({ cycles }: JournalShape): RunStarted {
  const services = { baseline: CORE, ...Object.fromEntries(MODULES.map((name) => [name, [name]])) };
  return {
    type: "run_started",
    schemaVersion: SCHEMA_VERSION,
    tool: { name: "vx11-stability", version: "0.1.0" },
    mode: "low_power",
    cycles,
    jobs: 1,
    selected: MODULES,
    core: ["baseline"],
    foundation: ["baseline"],
    kept: ["baseline"],
    services,
    helpers: {},
    dependsOn: Object.fromEntries(MODULES.map((name) => [name, ["baseline"]])),
    oneShot: [],
    project: { name: "vx11", dir: "/srv/vx11", composeFiles: ["/srv/vx11/docker-compose.yml"] },
    engine: {
      name: "compose",
      versions: { docker: "20.10.24", compose: "2.26.1" },
      cgroup: "v1",
      words: wordsOf({ name: "vx11", dir: "/srv/vx11", composeFiles: [] }),
    },
    host: { hostname: "lab1", os: "linux", arch: "x86_64", pid: 77 },
    timeoutSec: 20,
    soakSec: 0,
    keepCore: true,
    strict: false,
    metricsSource: "auto",
    thresholds: defaultThresholds(),
    rules: defaultRules(),
  };
}

interface Window {
  cycle: number;
  module: string;
  service: string;
}

function* coreOf(cycle: number, cycles: number): Generator<Timed> {
  const where = { cycle, module: "baseline" };
  yield [{ type: "window_opened", ...where, inPlace: cycle === 1 ? [] : CORE }, 10];
  for (const service of CORE) {
    if (cycle === 1) yield* createdOf(service, cycle);
    yield [{ type: "look", ...where, when: "first", state: stateOf(service, 1) }, 30];
    yield [{ type: "endpoint", ...where, service, ...askedAt("http://127.0.0.1:8000/health"), why: null }, 0.1];
    yield [{ type: "ready", ...where, service, afterMs: 7.3, attempts: 1 }, 8];
  }
  for (let nr = 0; nr < 4; nr++) {
    for (const service of CORE) yield [sampleOf({ ...where, service }, nr, cycle), 250];
    for (const service of CORE) yield [probeOf({ ...where, service }, nr), 100];
  }
  for (const service of CORE) yield [{ type: "look", ...where, when: "last", state: stateOf(service, 1) }, 30];
  yield [{ type: "window_closed", ...where }, 1];
  if (cycle === cycles) return;
  yield [{ type: "phase", ...where, phase: "look", startMs: 1, durationMs: 90.2 }, 1];
}

function* createdOf(service: string, cycle: number): Generator<Timed> {
  const { id: containerId, name: container } = stateOf(service, cycle);
  const event = { type: "event", containerId, container, service, exitCode: null, signal: null } as const;
  yield [{ ...event, time: "2025-12-22T21:51:00.100Z", action: "create" }, 160];
  yield [{ ...event, time: "2025-12-22T21:51:00.440Z", action: "start" }, 340];
  yield [{ type: "owned", containerId, container, service, how: "created" }, 40];
}

function askedAt(url: string) {
  const how = { kind: "http", watched: "latency", way: "published", source: "published port" } as const;
  return { ...how, what: url, url };
}

function* windowOf({ probes, samplesPerProbe }: JournalShape, where: Window, isKilled: boolean): Generator<Timed> {
  const { cycle, module, service } = where;
  const place = { cycle, module };
  const first = stateOf(service, cycle);
  const phase = (phase: Phase, durationMs: number): Timed => [
    { type: "phase", ...place, phase, startMs: 1927.6, durationMs },
    1,
  ];
  yield [{ type: "window_opened", ...place, inPlace: [] }, 45];
  const from = "2025-12-22T21:51:00.100Z";
  yield [{ type: "starting", nr: cycle, from, services: [service], existing: [], up: [] }, 1];
  yield* createdOf(service, cycle);
  yield [{ type: "start_ended", nr: cycle, to: "2025-12-22T21:51:00.440Z" }, 40];
  yield [{ type: "start_claimed", nr: cycle }, 0.1];
  yield phase("start", 544.6);
  yield [{ type: "look", ...place, when: "first", state: first }, 45];
  const url = `http://127.0.0.1:8001/health`;
  yield [{ type: "endpoint", ...place, service, ...askedAt(url), why: null }, 0.3];
  yield [{ type: "ready", ...place, service, afterMs: 3.1, attempts: 2 }, 3];
  yield phase("ready", 3.1);
  const files = ["contract", "health"].map((name) => `test_${module}_${name}.py`);
  yield [{ type: "tests_found", ...place, files, unavailable: null }, 2];
  let due = 0;
  for (let nr = 0; nr < probes; nr++) {
    yield [probeOf(where, nr), 100];
    for (due += samplesPerProbe; due >= 1; due--) yield [sampleOf(where, nr, cycle), 4.2];
  }
  for (const file of files) yield [testOf(place, file), 50];
  yield phase("tests", 3137.8);
  if (isKilled) {
    const { id: containerId, name: container } = first;
    const event = { type: "event", containerId, container, service, signal: null } as const;
    yield [{ ...event, time: "2025-12-22T21:51:04.440Z", action: "oom", exitCode: null }, 5];
    yield [{ ...event, time: "2025-12-22T21:51:04.445Z", action: "die", exitCode: 137 }, 5];
  }
  const died = { status: "exited" as const, pid: null, exitCode: 137, oomKilled: true };
  yield [{ type: "look", ...place, when: "last", state: { ...first, ...(isKilled ? died : {}) } }, 60];
  yield [{ type: "window_closed", ...place }, 0.1];
  yield phase("look", 69.5);
  yield* stoppedOf(place, first, isKilled);
  yield phase("stop", 266);
}

function* stoppedOf(
  place: { cycle: number; module: string },
  { id: containerId, name: container, service }: ContainerState,
  isKilled: boolean,
): Generator<Timed> {
  const event = { type: "event", containerId, container, service, exitCode: null, signal: null } as const;
  for (const action of ["kill", "die", "stop", "destroy"]) {
    yield [{ ...event, time: "2025-12-22T21:51:05.440Z", action, ...(action === "die" ? { exitCode: 0 } : {}) }, 40];
  }
  yield [{ type: "released", containerId }, 42];
  const stop = { durationMs: 179.1, killed: false, graceSec: 10, verified: true, error: null };
  yield [{ type: "stop", ...place, service, containerId, container, ...stop, exitCode: isKilled ? 137 : 0 }, 0.2];
  // Of a window that went well, the program keeps no log.
  if (!isKilled) return;
  const tail = Array.from({ length: LOG_LINES }, (_, nr) => `2025-12-22T21:51:00Z INFO ${service} GET / 200 ${nr} ms`);
  yield [{ type: "log_saved", ...place, service, container, path: `raw/${container}_${place.cycle}.log`, tail }, 10];
}

function stateOf(service: string, cycle: number): ContainerState {
  return {
    id: `${cycle.toString(16)}${service.length.toString(16)}${service.charCodeAt(0).toString(16)}`.padEnd(64, "07e2"),
    name: `vx11-${service}`,
    service,
    image: "vx11-sandbox:1",
    status: "running",
    pid: 3317,
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    createdAt: "2025-12-22T21:51:00.076285681Z",
    startedAt: "2025-12-22T21:51:00.376285681Z",
    finishedAt: null,
    health: "healthy",
    healthOutput: null,
    checks: { passed: 1, failed: 0 },
    memLimitBytes: 64 * MIB,
    stopGraceSec: 10,
    error: null,
  };
}

function sampleOf({ cycle, module, service }: Window, nr: number, container: number): JournalEntry {
  return {
    type: "sample",
    cycle,
    module,
    service,
    containerId: stateOf(service, module === "baseline" ? 1 : container).id,
    source: "cgroup v1",
    memBytes: Math.round((20 + 6 * Math.sin(nr / 30) + noise(nr)) / 4096 * MIB) * 4096,
    memPeakKernelBytes: 30 * MIB,
    memCacheBytes: 8192,
    cpuUsec: 29_143 + nr * 4100 + Math.round(noise(nr) * 2000),
    cpuPct: null,
    oomKills: 0,
  };
}

function probeOf({ cycle, module, service }: Window, nr: number): JournalEntry {
  const where = { cycle, module, service };
  if (nr % 1000 === 999) {
    return { type: "probe", ...where, ok: false, latencyMs: 1, status: null, error: "connection refused" };
  }
  const latencyMs = Math.round(noise(nr) ** 6 * 900) / 10 + 0.8;
  return { type: "probe", ...where, ok: true, latencyMs: Math.round(latencyMs * 10) / 10, status: 200, error: null };
}

function testOf(place: { cycle: number; module: string }, file: string): JournalEntry {
  return {
    type: "test",
    ...place,
    runner: "pytest",
    file,
    limitMs: 20_000,
    output: `raw/${place.module}_${file}.txt`,
    returnCode: 0,
    signal: null,
    timedOut: false,
    durationMs: 1628.4,
    counts: { passed: 2, failed: 0, errors: 0, skipped: 0 },
    firstFailure: null,
  };
}

/** From 0 to 1, the same for the same number. */
function noise(nr: number): number {
  const mixed = Math.imul(nr + 1, 0x9e3779b1) ^ ((nr + 7) << 5);
  return ((Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 8) & 0xffff) / 0x10000;
}
