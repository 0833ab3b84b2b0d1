/** One run: preflight, cycles, the end of what was started, the verdict, the reports. */

import { join } from "@std/path";
import type { Engine } from "../engine/engine.ts";
import type { Host } from "../host/host.ts";
import { refuseShort } from "../host/shortage.ts";
import { MetricsSampler } from "./window/sampler.ts";
import type { Baseline } from "../model/baseline.ts";
import type { RunConfig } from "../model/config.ts";
import type { EngineEvent } from "../model/evidence.ts";
import type { FailureData } from "../model/failure.ts";
import { Failure } from "../model/failure.ts";
import type { Plan } from "../model/plan.ts";
import type { Progress } from "../model/progress.ts";
import type { JudgedRun } from "../model/record.ts";
import { makePlan } from "../plan/plan.ts";
import { asInProject } from "../plan/service_names.ts";
import { loadFormats } from "../report/formats.ts";
import { chooseAuditDir, makeAuditDir } from "../audit/audit_dir.ts";
import { readBaseline, uncomparedText } from "../audit/baseline.ts";
import { carryOut } from "./carry_out.ts";
import { refuseFlawedChecks } from "./before/checks.ts";
import { refuseTestImages } from "./before/test_images.ts";
import { prepareImages } from "./before/images.ts";
import type { RunContext } from "./context.ts";
import { notify } from "./context.ts";
import { DriftWatch } from "./drift.ts";
import { findEarlier, moveAside } from "../audit/earlier_run.ts";
import { Fleet } from "./fleet.ts";
import { freeMemory, jobsOf } from "./jobs.ts";
import { openJournal } from "../record/journal.ts";
import { boundByServices } from "./before/kept.ts";
import { Locks } from "./locks.ts";
import { setMark } from "../audit/marks.ts";
import { lockProject } from "../audit/project_lock.ts";
import { newRawNames } from "../audit/raw_names.ts";
import { cleaner, redactorOf } from "../secrets/redaction.ts";
import { ownIdentity } from "../audit/run_identity.ts";
import { readBefore } from "../record/reopen_journal.ts";
import { refuseIfChanged, requestOf } from "./before/request.ts";
import { goOnWith, type Resumable } from "./before/resume.ts";
import { report } from "./run_reports.ts";
import { begin, sayBegun } from "./run_started.ts";
import { findTests } from "../tests/find.ts";
import { noteKills } from "./window/kills.ts";
import { tellAfterwards } from "./window/tests.ts";
import { survey } from "./before/survey.ts";
import { endOrphans } from "./ending/untold.ts";

export interface RunOptions {
  tool: { name: string; version: string };
  /** Aborted by the user's interrupt, with its name (`SIGINT`) as the reason. */
  signal: AbortSignal;
  progress: (event: Progress) => void;
  /** The run in `config.auditDir` that is to go on, with its request; absent for a new run. */
  resume?: Resumable;
  /** Whether orphans come to this program, and no other run is at work in it, so that all orphans are of this run. */
  hasOrphans?: boolean;
  /** Finds the engine, on the host with this run's umask; throws a Failure that says what is missing. */
  findEngine: (host: Host) => Promise<Engine>;
}

export interface RunResult {
  judged: JudgedRun;
  auditDir: string;
  /** What ended the run early; null if nothing did. */
  failure: FailureData | null;
}

/**
 * Throws a Failure if the run could not begin; then nothing was touched. A bug is thrown when everything is taken down.
 */
export async function run(everybodys: Host, config: RunConfig, options: RunOptions): Promise<RunResult> {
  const host = { ...everybodys, files: everybodys.files.masked(config.umask) };
  const plan = makePlan(config.settings, config.selected, config.mode);
  await refuseFlawedChecks(host, config, plan);
  // If a run goes on, its journal has the earlier run.
  const baseline = options.resume === undefined ? await readBaseline(host, config) : null;
  const auditDir = await chooseAuditDir(host, config);
  // Called here so that it refuses at once.
  if (options.resume === undefined) await findEarlier(host, auditDir);
  const engine = await options.findEngine(host);
  const { modules, notices } = asInProject(config.settings.modules, engine.services);
  const mark = {
    engine: engine.info.name,
    project: engine.project.name,
    ...(engine.identity === undefined ? {} : { identity: engine.identity }),
    ...(config.context === undefined ? {} : { context: config.context }),
    auditDir,
    ...ownIdentity(host),
  };
  // On the host without the umask: other users' runs have to find these.
  const unlock = await lockProject(everybodys, engine, mark);
  const unmark = await setMark(everybodys, config.projectDir, mark);
  let isLeft = false;
  try {
    refuseTestImages(engine, { modules, plan });
    const result = await markedRun(
      host,
      {
        ...config,
        settings: { ...config.settings, modules },
        notices: [...config.notices, ...notices, ...unlocked(unlock), ...unmarked(unmark)],
      },
      options,
      {
        auditDir,
        engine,
        plan,
        baseline,
      },
    );
    isLeft = result.judged.evidence.leftBehind.length > 0;
    return result;
  } catch (error) {
    // Before the first step, too, messages must not show the services' secrets.
    throw error instanceof Failure ? new Failure(cleaner(redactorOf(host, config, engine))(error.data)) : error;
  } finally {
    try {
      // Already closed if the run finished; otherwise nothing may be left running either.
      await engine.close();
    } finally {
      // By its mark the next run and `clean` find what this one could not remove.
      if (!isLeft) await unmark?.();
      await unlock?.();
    }
  }
}

function unlocked(unlock: unknown): string[] {
  return unlock === null
    ? ["No lock could be taken for the project: a run from another checkout could use it at the same time"]
    : [];
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
  const { auditDir, engine } = basis;
  const { modules, thresholds } = config.settings;
  const plan = boundByServices(basis.plan, modules, engine.services);
  // At the same time as the questions to the engine. If those fail, the result is not needed any more.
  const findingTests = findTests(host, config, plan, options.signal);
  findingTests.catch(() => {});
  // Needed at the end, and loaded while nothing is measured.
  loadFormats().catch(() => {});
  const { resume, signal } = options;
  const asked = { isResumed: resume !== undefined, signal };
  const { found, networksBefore, swept } = await survey(host, config, engine, plan, asked);
  const tests = await findingTests;
  // After a shortage, something that was not found may exist: the run must not begin on that.
  refuseShort(host);
  const request = await requestOf(host, { config, engine, modules, plan, inputs: tests.inputs });
  if (resume !== undefined) refuseIfChanged(auditDir, resume, request, engine);
  const moved = resume === undefined ? await moveAside(host, auditDir) : null;
  await makeAuditDir(host.files, auditDir);
  const redactor = redactorOf(host, config, engine);
  const clean = cleaner(redactor);
  const before = resume === undefined ? undefined : await readBefore(host.files, auditDir, "Cannot resume");
  const journal = await openJournal(host, auditDir, clean, before);
  const listeners = new Set<(event: EngineEvent) => void>();
  const jobs = jobsOf(config, host);
  const fleet = new Fleet(engine, journal, host.clock);
  const context: RunContext = {
    host,
    config,
    engine,
    journal,
    fleet,
    drift: new DriftWatch(engine, fleet),
    locks: new Locks(),
    jobs,
    memFreeBytes: jobs === 1 ? null : freeMemory(host, engine),
    sampler: new MetricsSampler({
      clock: host.clock,
      intervalMs: thresholds.sample_interval_ms,
      async ask(states, extras) {
        const outcomes = await engine.sample(states, extras);
        noteKills({ engine, journal });
        return outcomes;
      },
    }),
    plan,
    modules,
    problems: found.problems,
    skipped: new Set(found.skipped.keys()),
    tests,
    auditDir,
    networksBefore,
    rawNames: newRawNames(await host.files.list(join(auditDir, "raw"))),
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
    if (resume === undefined) begin(context, { tool: options.tool, baseline: basis.baseline, request });
    else goOnWith(context);
    sayBegun(context);
    const uncompared = uncomparedText(journal.evidence);
    for (const [module, why] of found.skipped) {
      journal.add({ type: "module_skipped", module, why });
      context.progress({ type: "skipped", module, why });
    }
    const aside = moved === null ? [] : [moved];
    const ofRun = [...swept, ...aside, ...config.notices, ...uncompared, ...found.notices];
    // If a run goes on, the record has most of them.
    const said = new Set(journal.evidence.notices);
    const all = [...ofRun, ...tests.notices];
    for (const text of all.filter((each) => !said.has(each))) notify(context, text);
    const events = engine.watch((event) => {
      journal.add({ type: "event", ...event });
      context.fleet.note(event);
      // The sooner, the fewer others have ended since the last look.
      if (event.action === "die") noteKills(context);
      for (const listener of listeners) listener(event);
    }, (why) => {
      journal.add({ type: "gap", why });
      context.fleet.noteGap();
    });
    const { bug, failure } = await carryOut(context, () => prepareImages(context, found));
    tellAfterwards(context);
    await context.sampler.close();
    await events.close();
    await engine.close();
    if (options.hasOrphans) await endOrphans(context);
    journal.add({ type: "run_finished" });
    const judged = await report(context);
    if (bug !== null) throw bug.error;
    return { judged, auditDir, failure };
  } finally {
    await journal.close();
  }
}
