/** Finds out everything that a run needs, and lets each check say what it makes of it. Touches nothing. */

import { toFinishFirst } from "../audit/earlier_run.ts";
import { findLeft } from "../audit/left.ts";
import { anotherRun } from "../audit/marks.ts";
import { lockHolder } from "../audit/project_lock.ts";
import { type Engine, EngineError } from "../engine/engine.ts";
import type { Asked, Examination } from "../engine/kind.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import type { Diagnosis } from "../model/diagnosis.ts";
import { environmentFailure, Failure, type FailureData } from "../model/failure.ts";
import { makePlan } from "../plan/plan.ts";
import { refuseForeign } from "../run/before/foreign.ts";
import { boundByServices } from "../run/before/kept.ts";
import { pullsOf } from "../run/before/images.ts";
import { refuseTestImages } from "../run/before/test_images.ts";
import { lookAhead, type Preflight } from "../run/before/preflight.ts";
import { redactorOf } from "../secrets/redaction.ts";
import { findTests } from "../tests/find.ts";
import { CHECKS } from "./checks.ts";
import { coreServices, neededServices } from "./needed.ts";
import type { Answers, Patient, ProjectSeen } from "./patient.ts";

/** What the command line knows, and this room does not: which engine it is. */
export interface Means {
  seen: ProjectSeen;
  /** Throws a Failure. */
  openEngine(host: Host): Promise<Engine>;
  examine(asked: Asked): Promise<Examination>;
  signal: AbortSignal;
}

/** Diagnoses of one kind, with the name of the kind for people. */
export interface Section {
  title: string;
  diagnoses: Diagnosis[];
}

/** Throws a usage Failure if the config cannot be one of a run. */
export async function examine(host: Host, config: RunConfig, means: Means): Promise<Section[]> {
  const patient = await findOut(host, config, means);
  const sections = await Promise.all(
    CHECKS.map(async ({ look, title }) => ({ title, diagnoses: await look(patient) })),
  );
  const { project, services, variables } = means.seen;
  const redactor = redactorOf(host, patient.config, {
    project: { name: project ?? "" },
    services: services ?? new Map(),
    variables,
  });
  const clean = ({ check, level, next, seen, subject }: Diagnosis): Diagnosis => ({
    check,
    subject: redactor.text(subject),
    level,
    seen: redactor.text(seen),
    next: redactor.text(next),
  });
  return withoutRepeated(sections).map(({ diagnoses, title }) => ({ title, diagnoses: diagnoses.map(clean) }))
    .filter(({ diagnoses }) => diagnoses.length > 0);
}

/** Two questions may have met the same problem, such as a daemon that is not there. */
function withoutRepeated(sections: readonly Section[]): Section[] {
  const told = new Set<string>();
  const isNew = ({ level, seen }: Diagnosis) => {
    if (level !== "problem") return true;
    if (told.has(seen)) return false;
    told.add(seen);
    return true;
  };
  return sections.map(({ diagnoses, title }) => ({ title, diagnoses: diagnoses.filter(isNew) }));
}

async function findOut(host: Host, asked: RunConfig, means: Means): Promise<Patient> {
  const { seen, signal } = means;
  const config = { ...asked, settings: { ...asked.settings, modules: seen.modules } };
  const services = seen.services ?? new Map();
  const plan = boundByServices(makePlan(config.settings, config.selected, config.mode), seen.modules, services);
  const finding = findTests(host, config, plan, signal);
  finding.catch(() => {});
  const engine = await opened(() => means.openEngine(host));
  try {
    const found = engine instanceof Failure ? engine : await answersOf(host, config, engine, plan, signal);
    const answers = found instanceof Failure ? null : found;
    const basis = { modules: seen.modules, plan, services: answers?.engine.services ?? services };
    const core = coreServices(basis, config.settings.core.modules);
    const examination = await means.examine({
      services: [...neededServices(basis)],
      core,
      looks: answers?.looks ?? null,
      toPull: answers === null ? [] : pullsOf(answers, answers.ahead),
      toBuild: answers === null ? [] : [...answers.ahead.toBuild.keys()],
    });
    const refusal = found instanceof Failure ? found.data : null;
    return { host, config, plan, seen, answers, refusal, examination, tests: await finding };
  } finally {
    if (!(engine instanceof Failure)) await engine.close();
  }
}

async function opened(open: () => Promise<Engine>): Promise<Engine | Failure> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** A Failure if the engine stops answering. */
async function answersOf(
  host: Host,
  config: RunConfig,
  engine: Engine,
  plan: Patient["plan"],
  signal: AbortSignal,
): Promise<Answers | Failure> {
  const refusals: FailureData[] = [];
  /** What a run would end with before it began. */
  const refused = async <Value>(work: () => Promise<Value>, otherwise: Value): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refusals.push(error.data);
      return otherwise;
    }
  };
  try {
    const looks = await engine.look(signal);
    const ahead = await lookAhead({ host, engine, config, modules: config.settings.modules, plan, looks });
    const dirs = await refused(() => toFinishFirst(host, engine, config.auditDir), []);
    const nothing = { alive: [], left: [] };
    const earlier = await refused(
      () => findLeft(host, engine, { dirs, looks, projectDir: config.projectDir }),
      nothing,
    );
    await refused(
      () => Promise.resolve().then(() => refuseTestImages(engine, { modules: config.settings.modules, plan })),
      undefined,
    );
    await refused(() => refuseForeign(host, engine, looks), undefined);
    const holder = await lockHolder(host, engine);
    for (const mark of earlier.alive) refusals.push(anotherRun(mark).data);
    if (holder !== null) refusals.push(anotherRun(holder).data);
    return { engine, looks, ahead, earlier, publishers: await publishersOf(engine, ahead, signal), refusals };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return environmentFailure(`The engine does not answer: ${error.message}`, "Check that it is up, and try again");
  }
}

async function publishersOf(
  engine: Engine,
  { problems }: Preflight,
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const ports = new Set([...problems.values()].flat().flatMap(({ port }) => port ?? []));
  const publishers = new Map<number, string>();
  for (const port of ports) {
    const name = await engine.publisher?.(port, signal) ?? null;
    if (name !== null) publishers.set(port, name);
  }
  return publishers;
}
