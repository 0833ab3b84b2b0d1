/** The story of one run: preflight, cycles, the end of what was started, the verdict, the reports. */

import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/engine.ts";
import type { FileData, Host } from "../host/host.ts";
import { MetricsSampler } from "../metrics/sampler.ts";
import type { Baseline } from "../model/baseline.ts";
import type { RunConfig } from "../model/config.ts";
import type { EngineEvent } from "../model/evidence.ts";
import { SCHEMA_VERSION } from "../model/evidence.ts";
import type { FailureData } from "../model/failure.ts";
import { environmentFailure, Failure } from "../model/failure.ts";
import type { Plan } from "../model/plan.ts";
import type { Progress } from "../model/progress.ts";
import type { JudgedRun } from "../model/record.ts";
import { coreModules, makePlan } from "../plan/plan.ts";
import { assignTests } from "../pytest/discover.ts";
import { pytestProblem } from "../pytest/pytest.ts";
import { loadFormats } from "../report/formats.ts";
import { writeReports } from "../report/write.ts";
import { chooseAuditDir, makeAuditDir, writeEvidence } from "./audit_dir.ts";
import { readBaseline, uncomparedText } from "./baseline.ts";
import { buildImages } from "./build.ts";
import type { RunContext } from "./context.ts";
import { notify, specOf } from "./context.ts";
import { runCycle } from "./cycle.ts";
import { Fleet } from "./fleet.ts";
import { freeMemory, jobsOf } from "./jobs.ts";
import { openJournal } from "./journal.ts";
import type { Swept } from "./leftovers.ts";
import { sweep } from "./leftovers.ts";
import { Locks } from "./locks.ts";
import { setMark } from "./marks.ts";
import type { Preflight } from "./preflight.ts";
import { preflight } from "./preflight.ts";
import { newRawNames } from "./raw_names.ts";
import { cleaner, redactorOf } from "./redaction.ts";
import { closeAll, coreServices, shutDown } from "./shutdown.ts";
import type { Units } from "./units.ts";
import { judge } from "./verdict.ts";

export interface RunOptions {
  tool: { name: string; version: string };
  /** Aborted by the user's interrupt, with its name (`SIGINT`) as the reason. */
  signal: AbortSignal;
  progress: (event: Progress) => void;
  /** Finds the engine, or throws a Failure that says what is missing. */
  findEngine: () => Promise<Engine>;
}

export interface RunResult {
  judged: JudgedRun;
  auditDir: string;
  /** What ended the run before its time; null where nothing did. */
  failure: FailureData | null;
}

/** Throws a Failure where the run could not begin; then nothing was touched. A bug is thrown when all is taken down. */
export async function run(host: Host, config: RunConfig, options: RunOptions): Promise<RunResult> {
  const plan = makePlan(config.settings.modules, config.modules, config.mode);
  const baseline = await readBaseline(host, config);
  const auditDir = await chooseAuditDir(host, config);
  const engine = await options.findEngine();
  const mark = {
    engine: engine.info.name,
    project: engine.project.name,
    auditDir,
    pid: host.pid,
    hostname: host.hostname(),
  };
  const unmark = await setMark(host, config.projectDir, mark);
  try {
    return await markedRun(host, { ...config, notices: [...config.notices, ...unmarked(unmark)] }, options, {
      auditDir,
      engine,
      plan,
      baseline,
    });
  } catch (error) {
    // Before its first step, too, nothing may be told that the services keep secret.
    throw error instanceof Failure ? new Failure(cleaner(redactorOf(host, config, engine))(error.data)) : error;
  } finally {
    try {
      // Closed already where the run came to its end; one that did not must leave nothing running either.
      await engine.close();
    } finally {
      await unmark?.();
    }
  }
}

function unmarked(unmark: unknown): string[] {
  return unmark === null
    ? ["The project dir cannot be written to: if this run is killed, no later one will find it"]
    : [];
}

interface Basis {
  auditDir: string;
  engine: Engine;
  plan: Plan;
  baseline: Baseline | null;
}

async function markedRun(host: Host, config: RunConfig, options: RunOptions, basis: Basis): Promise<RunResult> {
  const { auditDir, engine, plan } = basis;
  const { modules, thresholds } = config.settings;
  // Beside the questions to the engine. Where these fail, nobody asks for its answer any more.
  const findingTests = findTests(host, config, plan, options.signal);
  findingTests.catch(() => {});
  // Needed at the end, and loaded while nothing is measured.
  loadFormats().catch(() => {});
  const { found, networksBefore, swept } = await survey(host, config, engine, plan, options.signal);
  const { tests, testsUnavailable } = await findingTests;
  await makeAuditDir(host.files, auditDir);
  const redactor = redactorOf(host, config, engine);
  const clean = cleaner(redactor);
  const journal = await openJournal(host, auditDir, clean);
  const listeners = new Set<(event: EngineEvent) => void>();
  const jobs = jobsOf(config, host);
  const context: RunContext = {
    host,
    config,
    engine,
    journal,
    fleet: new Fleet(engine, journal),
    locks: new Locks(),
    jobs,
    memFreeBytes: jobs === 1 ? null : freeMemory(host, engine),
    sampler: new MetricsSampler({
      clock: host.clock,
      intervalMs: thresholds.sample_interval_ms,
      ask: (states) => engine.sample(states),
    }),
    plan,
    modules,
    problems: found.problems,
    skipped: new Set(found.skipped.keys()),
    tests,
    testsUnavailable,
    auditDir,
    networksBefore,
    rawNames: newRawNames(),
    redactor,
    logPaths: new Map(),
    signal: options.signal,
    progress: (event) => options.progress(clean(event)),
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  try {
    begin(context, options.tool, basis.baseline);
    const uncompared = uncomparedText(journal.evidence);
    for (const [module, why] of found.skipped) {
      journal.add({ type: "module_skipped", module, why });
      context.progress({ type: "skipped", module, why });
    }
    const untested = testsUnavailable === null ? [] : [`No test will be run: ${testsUnavailable}`];
    for (const text of [...swept, ...config.notices, ...uncompared, ...found.notices, ...untested]) {
      notify(context, text);
    }
    const events = engine.watch((event) => {
      journal.add({ type: "event", ...event });
      context.fleet.note(event);
      for (const listener of listeners) listener(event);
    }, (why) => {
      journal.add({ type: "gap", why });
      context.fleet.noteGap();
    });
    const { bug, failure } = await carryOut(context, () => buildImages(context, found));
    await context.sampler.close();
    await events.close();
    await engine.close();
    journal.add({ type: "run_finished" });
    const judged = await report(context);
    if (bug !== null) throw bug.error;
    return { judged, auditDir, failure };
  } finally {
    await journal.close();
  }
}

/** Module → its test files, and why they cannot be run, which is asked only where a tested module has any. */
async function findTests(host: Host, config: RunConfig, plan: Plan, signal: AbortSignal) {
  const tests = assignTests(await host.files.walk(config.testsDir), config.settings.modules);
  const isAny = plan.steps.some(({ module, tested }) => tested && (tests.get(module) ?? []).length > 0);
  const testsUnavailable = isAny ? await pytestProblem(host, config.pytest, config.projectDir, signal) : null;
  return { tests, testsUnavailable };
}

interface Survey {
  found: Preflight;
  networksBefore: string[];
  /** What was done about earlier runs that had been killed, a sentence each. */
  swept: string[];
}

/** All questions to the engine before the run's first step; an engine that does not answer ends the run here. */
async function survey(
  host: Host,
  config: RunConfig,
  engine: Engine,
  plan: Plan,
  signal: AbortSignal,
): Promise<Survey> {
  try {
    const { projectDir } = config;
    const swept = (await sweep(host, engine, { projectDir, dirs: [], keepCore: true })).map(sweptText);
    const before = await engine.look(signal);
    const found = await preflight({ host, engine, config, modules: config.settings.modules, plan, looks: before });
    return { swept, found, networksBefore: await engine.networks() };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw environmentFailure(`The engine does not answer: ${error.message}`, "Check that it is up, and try again");
  }
}

function sweptText({ dir, removed }: Swept): string {
  const what = removed.length === 0 ? "it had left nothing to remove" : `removed ${removed.join(", ")}`;
  return `An earlier run had been killed (${dir}): ${what}`;
}

/** How the cycles ended: in order (both null), by a Failure, or by a bug, which is thrown in the end. */
interface Ending {
  failure: FailureData | null;
  bug: { error: unknown } | null;
}

/** All cycles and the shutdown. Whatever goes wrong in between, each step of the shutdown is done. */
async function carryOut(context: RunContext, prepare: () => Promise<void>): Promise<Ending> {
  const { config, signal } = context;
  const units: Units = new Map();
  const ending: Ending = { failure: null, bug: null };
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      takeError(context, ending, error);
    }
  };
  await attempt(async () => {
    await prepare();
    // Reports a first time beside the last stop: they are there where it hangs, and those after it take half as long.
    for (let cycle = 1; cycle <= config.cycles; cycle++) {
      await runCycle(context, units, cycle, () => report(context));
    }
    signal.throwIfAborted();
  });
  const early = signal.aborted || ending.failure !== null;
  if (early) {
    // Before the containers are stopped: a caller that kills us in a moment is left with a report.
    await attempt(() => report(context));
    await attempt(() => closeAll(context, units));
  }
  await attempt(() => shutDown(context, config.keepCore && !early ? coreServices(context) : new Set(), signal.aborted));
  return ending;
}

/** The first error is the run's; a later one is a consequence of it, or of the same cause. */
function takeError({ journal, redactor, signal }: RunContext, ending: Ending, error: unknown): void {
  if (signal.aborted && journal.evidence.interrupted === null) {
    journal.add({ type: "interrupted", by: String(signal.reason) });
  }
  if (signal.aborted && error === signal.reason) return;
  if (ending.failure !== null) return;
  if (error instanceof Failure) ending.failure = cleaner(redactor)(error.data);
  else {
    ending.bug = { error };
    ending.failure = { exit: "bug", what: `A bug in this program: ${error}`, next: "Please report it" };
  }
  journal.add({ type: "run_failed", failure: ending.failure });
}

function begin(context: RunContext, tool: RunOptions["tool"], baseline: Baseline | null): void {
  const { auditDir, config, engine, host, journal, modules, plan, progress } = context;
  const selected = plan.steps.filter((step) => step.tested).map(({ module }) => module);
  journal.add({
    type: "run_started",
    schemaVersion: SCHEMA_VERSION,
    tool,
    mode: config.mode,
    cycles: config.cycles,
    jobs: context.jobs,
    selected,
    core: coreModules(plan),
    services: Object.fromEntries(plan.steps.map(({ module }) => [module, [...modules.get(module)?.services ?? []]])),
    dependsOn: Object.fromEntries(plan.steps.map(({ module }) => [module, [...specOf(context, module).dependsOn]])),
    oneShot: [...engine.services.values()].filter(({ oneShot }) => oneShot).map(({ name }) => name),
    project: engine.project,
    engine: engine.info,
    host: { hostname: host.hostname(), os: host.os, arch: host.arch, pid: host.pid },
    timeoutSec: config.timeoutSec,
    soakSec: config.soakSec,
    keepCore: config.keepCore,
    strict: config.strict,
    metricsSource: config.settings.metricsSource,
    thresholds: config.settings.thresholds,
    rules: config.settings.rules,
    ...(baseline === null ? {} : { baseline }),
    ...(config.demo === undefined ? {} : { demo: config.demo }),
  });
  journal.add({ type: "networks_before", ids: [...context.networksBefore] });
  const versions = Object.entries(engine.info.versions).map(([name, version]) => `${name} ${version}`).join(", ");
  progress({
    type: "started",
    modules: selected,
    cycles: config.cycles,
    mode: config.mode,
    engine: versions === "" ? engine.info.name : versions,
    auditDir,
  });
}

/** In use before each report is made, which takes much for a moment. */
const REPORT_HEAP_MIB = 18;

/** Judges what is known by now and writes the reports; throws a Failure where they or the evidence cannot be written. */
async function report(context: Pick<RunContext, "auditDir" | "host" | "journal">): Promise<JudgedRun> {
  const { host, journal } = context;
  const makeRoom = () => host.collectGarbage(REPORT_HEAP_MIB);
  makeRoom();
  const judged = judge(await journal.whole());
  const writeAtomic = (path: string, text: FileData) => writeEvidence(context, path, text);
  await writeReports({ ...host.files, writeAtomic }, ".", judged, { dir: context.auditDir }, makeRoom);
  return judged;
}
