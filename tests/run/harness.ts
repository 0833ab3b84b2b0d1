/** A whole run on the scripted engine: files in memory, pages and pytest as the test says, on a clock
 * that moves by itself. */

import { RUNNERS } from "../../lib/tests/registry.ts";
import { textOf as dataText } from "../fakes/texts.ts";
import { basename, dirname } from "@std/path";
import { readChunks } from "../../lib/host/capture.ts";
import type { Child, ChildExit, Files, Host } from "../../lib/host/host.ts";
import type { RunConfig } from "../../lib/model/config.ts";
import type { JournalLine } from "../../lib/model/evidence.ts";
import type { Progress } from "../../lib/model/progress.ts";
import type { ModuleVerdict } from "../../lib/model/record.ts";
import { defaultRules, defaultThresholds } from "../../lib/model/settings.ts";
import { builtinCore, builtinModules } from "../../lib/modules.ts";
import { parseJournal } from "../fakes/journal.ts";
import type { Resumable } from "../../lib/run/before/resume.ts";
import { run, type RunResult } from "../../lib/run/run.ts";
// A run loads its reports when it writes them, which takes real time, and the clock here waits for none: they are there.
import "../../lib/report/html/html.ts";
import "../../lib/report/json/json.ts";
import "../../lib/report/junit/junit.ts";
import "../../lib/report/markdown/markdown.ts";
import { type AutoClock, autoClock } from "../fakes/auto_clock.ts";
import { FakeEngine, type FakeEngineOptions, SERVICES } from "../fakes/engine.ts";
import { fakeHost } from "../fakes/host.ts";
import { junitXml, witnessBegun, witnessRecord } from "../fakes/pytest.ts";

export const AUDIT_DIR = "/audit";

/** How a test ends; of several, one after the other, and the last one from then on. */
export type Ends = number | "hangs" | "cut";

/** What a page answers: a status, or `hangs` until the request is given up. */
export type Page = number | "hangs" | "refused";

export interface WorldOptions extends FakeEngineOptions {
  config?: Partial<RunConfig>;
  thresholds?: Partial<RunConfig["settings"]["thresholds"]>;
  rules?: Partial<RunConfig["settings"]["rules"]>;
  /** Test file, or last word of a command → exit code, or whether it hangs or is cut short and ends with 0; `test_<module>_health.py` of the three first modules pass. */
  tests?: Record<string, Ends | readonly Ends[]>;
  /** What a test file prints before its last line. */
  prints?: string;
  /** The environment of the program. */
  env?: Record<string, string>;
  /** What an earlier world left. */
  engine?: FakeEngine;
  files?: Map<string, string>;
  clock?: AutoClock;
  /** Of the program; 77 unless set. */
  pid?: number;
}

export interface World {
  readonly engine: FakeEngine;
  readonly host: Host;
  readonly clock: AutoClock;
  readonly files: Map<string, string>;
  readonly config: RunConfig;
  readonly interrupt: AbortController;
  readonly progress: Progress[];
  /** Service → what its page answers, 200 unless set. */
  readonly pages: Map<string, Page>;
  /** Called when a test file is about to run. */
  onTest: (file: string, junit: string) => void | Promise<void>;
  /** Called for each request, before it is answered. */
  onGet: (service: string) => void | Promise<void>;
  /** Services at whose ports another program answers while they do not run; and what is called each time it does. */
  readonly strangers: Set<string>;
  onStranger: (service: string) => void;
  /** Paths that cannot be written to. */
  diskFull: (path: string) => boolean;
  /** The environment that each test file was given. */
  readonly testEnvs: Map<string, Record<string, string>>;
  /** When a file was last changed, by its path, if a test says so. */
  readonly modified: Map<string, number>;
  /** What the host has free before the run. */
  memFreeMib: number;
  /** The boot of the host, and when a process of it started, as /proc tells them; without one 1000. */
  boot: string;
  startOf: Map<number, number>;
  alive: Set<number>;
  /** `resume`: what the audit dir holds goes on. */
  run(resume?: Resumable): Promise<RunResult>;
  /** Runs up to a moment on its clock, and no further. Whether it had ended by then. */
  killedAt(ms: number): Promise<boolean>;
  journal(dir?: string): JournalLine[];
}

/** Loaded before a clock moves by itself: that takes real time. */
await Promise.all(RUNNERS.map(({ load }) => load()));

const TESTS = { "test_madre_a.py": 0, "test_switch_a.py": 0, "test_hermes_a.py": 0, "test_operator_a.py": 0 };

export function world(options: WorldOptions = {}): World {
  const clock = options.clock ?? autoClock();
  const engine = options.engine ?? new FakeEngine(options);
  engine.now = clock.wall;
  const tests: Record<string, Ends | readonly Ends[]> = { ...TESTS, ...options.tests };
  const files = options.files ?? new Map<string, string>();
  for (const name of Object.keys(tests)) files.set(`/srv/vx11/tests/${name}`, "");
  const thresholds = {
    ...defaultThresholds(),
    min_probes: 3,
    probe_interval_ms: 1,
    probe_idle_interval_ms: 3,
    sample_interval_ms: 5,
    ...options.thresholds,
  };
  const rules = { ...defaultRules(), ...options.rules };
  const made: World = {
    engine,
    clock,
    files,
    config: { ...CONFIG, settings: { ...CONFIG.settings, thresholds, rules }, ...options.config },
    interrupt: new AbortController(),
    progress: [],
    pages: new Map(),
    onTest: () => {},
    onGet: () => {},
    strangers: new Set(),
    onStranger: () => {},
    diskFull: () => false,
    testEnvs: new Map(),
    modified: new Map(),
    memFreeMib: 8192,
    boot: "boot-1",
    startOf: new Map(),
    alive: new Set(),
    host: fakeHost({
      env: options.env ?? {},
      host: {
        clock,
        files: memoryFiles(files, (path) => made.diskFull(path), (path) => made.modified.get(path) ?? null),
        hostname: () => "lab1",
        pid: options.pid ?? 77,
        get: (url, signal) => answer(made, url, signal),
        spawn: (command, { env } = {}) => spawn(made, { tests, prints: options.prints ?? "" }, command, env ?? {}),
        portState: () => "free",
        kernel: { read: (path) => readKernel(made, path), list: () => [], link: () => null },
        processAlive: (pid) => made.alive.has(pid),
      },
    }),
    run: (resume) => clock.drive(() => start(made, resume)),
    killedAt: (ms) => clock.driveUntil(ms, () => start(made)),
    journal: (dir = AUDIT_DIR) => parseJournal(files.get(`${dir}/journal.ndjson`) ?? ""),
  };
  return made;
}

function readKernel(made: World, path: string): string | null {
  if (path === "/proc/sys/kernel/random/boot_id") return `${made.boot}\n`;
  const id = /^\/proc\/(self|\d+)\/stat$/.exec(path)?.[1];
  if (id === undefined) return meminfo(made.memFreeMib);
  const pid = id === "self" ? made.host.pid : Number(id);
  if (pid !== made.host.pid && !made.alive.has(pid)) return null;
  const fields = Array.from({ length: 22 }, (_, nr) => nr === 19 ? made.startOf.get(pid) ?? 1000 : 0);
  return `${pid} (any name) ${["S", ...fields.slice(1)].join(" ")}\n`;
}

function meminfo(mib: number): string {
  return `MemTotal: 99999999 kB\nMemAvailable: ${mib * 1024} kB\n`;
}

function start(made: World, resume?: Resumable): Promise<RunResult> {
  return run(made.host, made.config, {
    tool: { name: "vx11-stability", version: "0.1.0" },
    signal: made.interrupt.signal,
    ...(resume === undefined ? {} : { resume }),
    progress: (event) => made.progress.push(event),
    findEngine: () => Promise.resolve(made.engine),
  });
}

const CONFIG: RunConfig = {
  engine: "compose",
  mode: "low_power",
  cycles: 1,
  jobs: 1,
  selected: ["switch"],
  auditDir: AUDIT_DIR,
  keepCore: false,
  timeoutSec: 5,
  projectDir: "/srv/vx11",
  composeFiles: [],
  testsDir: "/srv/vx11/tests",
  pytest: ["pytest"],
  testsPer: "file",
  testEnv: {},
  soakSec: 0,
  recreate: false,
  pull: "never",
  exitZero: false,
  umask: 0o077,
  strict: false,
  quiet: false,
  json: false,
  color: false,
  settings: {
    thresholds: defaultThresholds(),
    rules: defaultRules(),
    metricsSource: "auto",
    testsPer: "file",
    modules: builtinModules(),
    core: builtinCore(),
    engine: "compose",
    services: new Map(),
  },
  notices: [],
};

/** The verdict on a module, shortened: its status and the codes of its reasons. */
export function verdictOn({ judged }: RunResult, name: string): string {
  const found = judged.modules.find((module) => module.name === name);
  return found === undefined ? "none" : shortened(found);
}

/** The sentences of its reasons. */
export function reasonsOn({ judged }: RunResult, name: string): string[] {
  return judged.modules.find((module) => module.name === name)?.reasons.map(({ text }) => text) ?? [];
}

function shortened({ reasons, status }: ModuleVerdict): string {
  return [status, ...new Set(reasons.map(({ code }) => code))].join(" ");
}

async function answer(world: World, url: string, signal: AbortSignal): Promise<{ status: number }> {
  const service = SERVICES[Number(new URL(url).port) - 8000] ?? "?";
  const given = Promise.withResolvers<never>();
  const abort = () => given.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([page(world, service), given.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
    given.promise.catch(() => {});
  }
}

async function page(world: World, service: string): Promise<{ status: number }> {
  await world.onGet(service);
  const isUp = world.engine.running().includes(service);
  if (!isUp && world.strangers.has(service)) {
    world.onStranger(service);
    return { status: 200 };
  }
  const status = isUp ? world.pages.get(service) ?? 200 : "refused";
  if (status === "hangs") return await new Promise<never>(() => {});
  if (status !== "refused") return { status };
  throw new Error("tcp connect error: Connection refused (os error 111)");
}

/** What pytest says at its end, by its exit code; of all others, that a test failed. */
const SUMMARIES = new Map<number | "hangs" | "cut", [said: string, passed: number, failed: number]>([
  [0, ["3 passed", 3, 0]],
  [5, ["no tests ran", 0, 0]],
]);
const FAILED: [string, number, number] = ["1 failed, 2 passed", 2, 1];

function spawn(
  world: World,
  { prints, tests }: { tests: Record<string, Ends | readonly Ends[]>; prints: string },
  command: readonly string[],
  env: Record<string, string>,
): Child {
  const file = basename(command.at(-1) ?? "");
  if (file === "--version") return child("pytest 9.0\n", Promise.resolve({ code: 0, signal: null }));
  // Not what pytest is loaded and known again by.
  const { PYTEST_PLUGINS: _plugins, PYTHONPATH: _path, VX11_TEST_RUN: _mark, ...told } = env;
  world.testEnvs.set(file, told);
  const junit = command.find((each) => each.startsWith("--junit-xml="))?.slice("--junit-xml=".length) ?? "";
  const outcome = endOf(tests, file);
  const [summary, passed, failed] = SUMMARIES.get(outcome) ?? FAILED;
  const said = `${prints}${summary} in 0.01s\n`;
  const killed = Promise.withResolvers<ChildExit>();
  const ended = Promise.resolve(world.onTest(file, junit)).then((): Promise<ChildExit> | ChildExit => {
    if (outcome === "hangs") return killed.promise;
    if (outcome === "cut") {
      world.files.set(`${dirname(junit)}/witness`, witnessBegun());
      return { code: 0, signal: null };
    }
    if (junit === "") return { code: outcome, signal: null };
    if (!world.files.has(junit)) world.files.set(junit, junitXml({ passed, failed }));
    world.files.set(`${dirname(junit)}/witness`, witnessRecord(passed + failed, outcome));
    return { code: outcome, signal: null };
  });
  return child(said, Promise.race([ended, killed.promise]), () => killed.resolve({ code: null, signal: "SIGTERM" }));
}

function endOf(tests: Record<string, Ends | readonly Ends[]>, file: string): Ends {
  const ends = tests[file] ?? 0;
  if (typeof ends === "number" || typeof ends === "string") return ends;
  const [first = 0, ...others] = ends;
  if (others.length > 0) tests[file] = others;
  return first;
}

function child(said: string, exit: Promise<ChildExit>, kill = () => {}): Child {
  let alive = true;
  const ended = exit.finally(() => alive = false);
  ended.catch(() => {});
  return {
    pid: 4711,
    stdin: null,
    stdout: stream(said),
    stderr: stream(""),
    exit: ended,
    killGroup() {
      kill();
      return alive;
    },
    groupAlive: () => alive,
  };
}

/** Settles by promises alone, unlike a Blob's, so that the clock does not move on before it is read. */
function stream(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (text !== "") controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

async function textOf(from: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  await readChunks(from, new AbortController().signal, (chunk) => {
    text += new TextDecoder().decode(chunk);
  });
  return text;
}

function memoryFiles(
  texts: Map<string, string>,
  isFull: (path: string) => boolean,
  modifiedMs: (path: string) => number | null,
): Files {
  const write = (path: string, text: string) => {
    if (isFull(path)) return Promise.reject(new Error("No space left on device (os error 28)"));
    texts.set(path, text);
    return Promise.resolve();
  };
  const below = (dir: string) => [...texts.keys()].filter((path) => path.startsWith(`${dir}/`));
  let tempDirs = 0;
  const made: Files = {
    freeBytes: () => Promise.resolve(null),
    mayWriteIn: () => Promise.resolve(null),
    masked: () => made,
    link: () => Promise.reject(new Error("a run makes no link")),
    copyDir: () => Promise.reject(new Error("a run copies no folder")),
    readBytes: (path) => Promise.reject(new Error(`a run reads no bytes: ${path}`)),
    kind: (path) => Promise.resolve(texts.has(path) ? "file" : below(path).length > 0 ? "directory" : "missing"),
    readText(path) {
      const text = texts.get(path);
      return text === undefined ? Promise.reject(new Error(`no file ${path}`)) : Promise.resolve(text);
    },
    modifiedMs: (path) => Promise.resolve(modifiedMs(path)),
    readStart: async (path) => ({ text: await made.readText(path), cut: false }),
    async *readLines(path) {
      yield* (await this.readText(path)).split("\n").filter((line) => line !== "");
    },
    async *lineBlocks(path) {
      yield (await this.readText(path)).split("\n").filter((line) => line !== "");
    },
    list: (dir) =>
      Promise.resolve([...new Set(below(dir).map((path) => path.slice(dir.length + 1).split("/")[0] ?? ""))].sort()),
    walk: (dir) => Promise.resolve(below(dir).map((path) => path.slice(dir.length + 1)).sort()),
    ensureDir: () => Promise.resolve(),
    isExecutable: () => Promise.resolve(false),
    makeTempDir: (prefix) => Promise.resolve(`/tmp/${prefix}${++tempDirs}`),
    writeAtomic: (path, data) => write(path, dataText(data)),
    openAppend: (path) =>
      Promise.resolve({
        append: (text: string) => write(path, (texts.get(path) ?? "") + text),
        close: () => Promise.resolve(),
      }),
    async drainTo(path, streams) {
      const parts = await Promise.all(streams.map(textOf));
      await write(path, parts.join(""));
      return parts.join("").length;
    },
    lock: () => Promise.resolve({ release: () => Promise.resolve() }),
    isSame: (a, b) => Promise.resolve(a === b),
    removeIfEmpty: () => Promise.resolve(),
    rename(from, to) {
      for (const found of [from, ...below(from)]) {
        const text = texts.get(found);
        if (text === undefined) continue;
        texts.delete(found);
        texts.set(`${to}${found.slice(from.length)}`, text);
      }
      return Promise.resolve();
    },
    remove(path) {
      for (const found of [path, ...below(path)]) texts.delete(found);
      return Promise.resolve();
    },
  };
  return made;
}
