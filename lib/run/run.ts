/** The story of one run: preflight, cycles, the end of what was started, the verdict, the reports. */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { MetricsSampler } from "../metrics/sampler.ts";
import type { RunConfig } from "../model/config.ts";
import type { EngineEvent } from "../model/evidence.ts";
import { SCHEMA_VERSION } from "../model/evidence.ts";
import type { FailureData } from "../model/failure.ts";
import { Failure } from "../model/failure.ts";
import type { Progress } from "../model/progress.ts";
import type { JudgedRun } from "../model/record.ts";
import { makePlan } from "../plan/plan.ts";
import { assignTests } from "../pytest/discover.ts";
import { pytestProblem } from "../pytest/pytest.ts";
import { writeReports } from "../report/write.ts";
import { AUDIT_ROOT, chooseAuditDir, makeAuditDir } from "./audit_dir.ts";
import { buildImages } from "./build.ts";
import type { RunContext } from "./context.ts";
import { runCycle } from "./cycle.ts";
import { Fleet } from "./fleet.ts";
import type { Journal } from "./journal.ts";
import { openJournal } from "./journal.ts";
import { findUnfinished, finish, refuseIfAlive } from "./leftovers.ts";
import { preflight } from "./preflight.ts";
import { newRawNames } from "./raw_names.ts";
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

/** Throws a Failure where the run could not begin; then nothing was touched. */
export async function run(host: Host, config: RunConfig, options: RunOptions): Promise<RunResult> {
  const plan = makePlan(config.settings.modules, config.modules, config.mode);
  const auditDir = await chooseAuditDir(host, config);
  const engine = await options.findEngine();
  const swept = await sweep(host, engine, [join(config.projectDir, AUDIT_ROOT)]);
  const before = await engine.look(options.signal);
  const { modules } = config.settings;
  const found = await preflight({ host, engine, config, modules, plan, looks: before });
  const testFiles = assignTests(await host.files.walk(config.testsDir), modules);
  const testsUnavailable = await pytestProblem(host, config.pytest, config.projectDir);
  await makeAuditDir(host.files, auditDir);
  const journal = await openJournal(host, auditDir);
  const listeners = new Set<(event: EngineEvent) => void>();
  const context: RunContext = {
    host,
    config,
    engine,
    journal,
    fleet: new Fleet(engine, journal, before),
    sampler: new MetricsSampler({
      clock: host.clock,
      intervalMs: config.settings.thresholds.sample_interval_ms,
      ask: (states) => engine.sample(states),
    }),
    plan,
    modules,
    problems: found.problems,
    skipped: new Set(found.skipped.keys()),
    tests: testFiles,
    testsUnavailable,
    auditDir,
    networksBefore: await engine.networks(),
    rawNames: newRawNames(),
    signal: options.signal,
    progress: options.progress,
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  begin(context, options.tool);
  for (const [module, why] of found.skipped) journal.add({ type: "module_skipped", module, why });
  const notices = [
    ...swept,
    ...config.notices,
    ...testsUnavailable === null ? [] : [`No test will be run: ${testsUnavailable}`],
  ];
  for (const text of notices) tellNotice(context, text);
  const events = engine.watch((event) => {
    journal.add({ type: "event", ...event });
    for (const listener of listeners) listener(event);
  }, (why) => journal.add({ type: "gap", why }));
  const failure = await carryOut(context, () => buildImages(context, found));
  await context.sampler.close();
  await events.close();
  await engine.close();
  journal.add({ type: "run_finished" });
  await journal.flush();
  const judged = await report(context);
  await journal.close();
  return { judged, auditDir, failure };
}

/** Finishes what killed runs left, but for a core that was to stay; a sentence per run. */
async function sweep(host: Host, engine: Engine, roots: readonly string[]): Promise<string[]> {
  const sentences: string[] = [];
  for (const left of await findUnfinished(host, engine, roots)) {
    await refuseIfAlive(host, left);
    const names = await finish(host, engine, left, true);
    const what = names.length === 0 ? "it had left no container to remove" : `removed ${names.join(", ")}`;
    sentences.push(`An earlier run had been killed (${left.dir}): ${what}`);
  }
  return sentences;
}

/** All cycles and the shutdown. Whatever goes wrong in between, the shutdown is done; a bug is thrown after it. */
async function carryOut(context: RunContext, prepare: () => Promise<void>): Promise<FailureData | null> {
  const { config, journal, signal } = context;
  const units: Units = new Map();
  let failure: FailureData | null = null;
  let bug: unknown = null;
  try {
    await prepare();
    for (let cycle = 1; cycle <= config.cycles; cycle++) await runCycle(context, units, cycle);
  } catch (error) {
    if (signal.aborted) journal.add({ type: "interrupted", by: String(signal.reason) });
    else if (error instanceof Failure) failure = error.data;
    else bug = error;
    if (bug !== null) failure = { exit: "bug", what: `A bug in this program: ${bug}`, next: "Please report it" };
    if (failure !== null) journal.add({ type: "run_failed", failure });
    // Before the containers are stopped: a caller that kills us in a moment is left with a report.
    await report(context);
  }
  const early = signal.aborted || failure !== null;
  if (early) await closeAll(context, units);
  await shutDown(context, config.keepCore && !early ? coreServices(context) : new Set(), signal.aborted);
  if (bug !== null) throw bug;
  return failure;
}

function begin(context: RunContext, tool: RunOptions["tool"]): void {
  const { auditDir, config, engine, host, journal, modules, plan, progress } = context;
  const selected = plan.steps.filter((step) => step.tested).map(({ module }) => module);
  journal.add({
    type: "run_started",
    schemaVersion: SCHEMA_VERSION,
    tool,
    mode: config.mode,
    cycles: config.cycles,
    selected,
    core: plan.steps.filter((step) => step.core).map(({ module }) => module),
    services: Object.fromEntries(plan.steps.map(({ module }) => [module, [...modules.get(module)?.services ?? []]])),
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
  });
  journal.add({ type: "networks_before", ids: [...context.networksBefore] });
  const versions = Object.entries(engine.info.versions).map(([name, version]) => `${name} ${version}`).join(", ");
  progress({
    type: "started",
    modules: selected,
    cycles: config.cycles,
    mode: config.mode,
    engine: versions,
    auditDir,
  });
}

function tellNotice({ journal, progress }: RunContext, text: string): void {
  journal.add({ type: "notice", text });
  progress({ type: "notice", text });
}

async function report(
  { auditDir, host, journal }: { auditDir: string; host: Host; journal: Journal },
): Promise<JudgedRun> {
  await journal.flush();
  const judged = judge(journal.evidence);
  await writeReports(host.files, join(auditDir), judged);
  return judged;
}
