/** One trial: plants a defect, runs the harness on it as a user's run would, and compares the verdict. */

import type { Engine } from "../engine/engine.ts";
import { dirname, join } from "@std/path";
import type { Host } from "../host/host.ts";
import { retryOn } from "../host/retry.ts";
import type { RunConfig } from "../model/config.ts";
import { messageOf } from "../model/failure.ts";
import type { JudgedRun } from "../model/record.ts";
import { defaultRules, defaultThresholds, type TestsPer } from "../model/settings.ts";
import type { RigName } from "./rig_name.ts";
import { run } from "../run/run.ts";
import { BEGIN_PAGE, type CatalogueEntry } from "./defect.ts";
import { type Found, foundIn, type Outcome, outcomeOf } from "./outcome.ts";
import { PASSING_PYTEST } from "./passing_pytest.ts";
import { CORE, modulesOf } from "./modules.ts";
import { CONTAINER_PORT, type Project, type Rig, SUBJECT } from "./rig.ts";
import { tampering } from "./tamper.ts";

export interface Trial extends Found {
  id: string;
  engine: RigName;
  outcome: Outcome;
  durationMs: number;
  /** Where its evidence is, as long as the trial's folder exists. */
  dir: string;
  /** The defect came too late, for example on a very busy host: nothing was tried. */
  unplanted?: true;
}

/** The defect that was to be planted while the subject was watched could not be planted. */
class Unplanted extends Error {}

export interface TrialOptions {
  tool: { name: string; version: string };
  signal: AbortSignal;
  testsPer: TestsPer;
}

/** Quick, since defects show at once; the numbers that rules judge by stay the defaults. */
const QUICK = { probe_interval_ms: 25, probe_idle_interval_ms: 100, sample_interval_ms: 100 } as const;
const TIMEOUT_SEC = 20;
const BEGIN_LIMIT_MS = 20_000;

/** Carries the trial out in `dir`, an empty folder; what the project started is gone afterwards. */
export async function carryOut(
  host: Host,
  rig: Rig,
  entry: CatalogueEntry,
  place: { dir: string; nth: number },
  options: TrialOptions,
): Promise<Trial> {
  const began = host.clock.mono();
  const base = { id: entry.id, engine: rig.name, dir: join(place.dir, "audit") };
  const ended = (found: Found): Trial => ({
    ...base,
    ...found,
    outcome: outcomeOf(entry, found),
    durationMs: host.clock.mono() - began,
  });
  const failed = (why: string) =>
    ended({ status: null, codes: [], incidents: null, also: {}, harmed: [], why: [`The trial itself failed: ${why}`] });
  let project: Project | null = null;
  let trial: Trial;
  try {
    await writeTests(host, entry, place.dir);
    project = await rig.open(entry, place.dir, place.nth);
    const { isTooLate, result } = await compared(host, project, { ...place, rig }, entry, options);
    // A run that was cut short is no trial.
    options.signal.throwIfAborted();
    trial = ended(foundIn(result, entry));
    if (isTooLate && trial.outcome !== "right" && isUntouched(result)) {
      throw new Unplanted("it was planted when the subject was not watched any more");
    }
  } catch (error) {
    options.signal.throwIfAborted();
    trial = { ...failed(messageOf(error)), ...(error instanceof Unplanted ? { unplanted: true } : {}) };
  } finally {
    // If one trial cannot be cleaned up, the others still go on.
    const why = await project?.dispose().then(() => null, messageOf) ?? null;
    if (why !== null) trial = failed(`what it started could not be removed: ${why}`);
  }
  return trial;
}

/** A test file that passes: for all trials that are not about tests, and for modules beside the subject. */
const standInTest = (module: string) => [[`test_${module}_stand_in.py`, "def test_a():\n    pass\n"]] as const;

async function writeTests(
  host: Host,
  { beside = {}, commands, ini = [], links = {}, tests }: CatalogueEntry,
  dir: string,
): Promise<void> {
  const folder = join(dir, "tests");
  await host.files.ensureDir(folder);
  const none = commands === undefined ? standInTest(SUBJECT) : [];
  const own = tests === undefined ? none : Object.entries(tests);
  for (const [name, text] of [...own, ...Object.keys(beside).flatMap(standInTest)]) {
    await host.files.ensureDir(dirname(join(folder, name)));
    await host.files.writeAtomic(join(folder, name), text);
  }
  for (const [name, target] of Object.entries(links)) await host.files.link(target, join(folder, name));
  // Without pytest's cache folder, which would only clutter the evidence.
  await host.files.writeAtomic(
    join(dir, "pytest.ini"),
    ["[pytest]", "addopts = -p no:cacheprovider", ...ini, ""].join("\n"),
  );
}

/** If the entry has two runs, the first is only the baseline: it is not judged itself. */
async function compared(
  host: Host,
  project: Project,
  { dir, rig }: { dir: string; rig: Rig },
  entry: CatalogueEntry,
  options: TrialOptions,
): Promise<Judged> {
  const config = configOf(entry, dir, rig, options);
  if (!entry.twice) return await judged(host, project, entry, config, options);
  const path = join(dir, "before");
  await judged(host, project, entry, { ...config, auditDir: path }, options);
  return await judged(
    host,
    project,
    entry,
    { ...config, baseline: { path, given: path, acrossHosts: false } },
    options,
  );
}

interface Judged {
  result: JudgedRun;
  /** The defect was not all planted when the subject's window was about to end. */
  isTooLate: boolean;
}

/** Whether no event but those of its start was reported of the subject in its window: then nothing of a late defect was in it. */
function isUntouched({ evidence }: JudgedRun): boolean {
  const cycles = evidence.modules.find(({ name }) => name === SUBJECT)?.cycles ?? [];
  const seen = cycles.flatMap(({ services }) => services.filter(({ service }) => service === SUBJECT));
  return seen.every(({ events }) =>
    events.every(({ action }) => ["create", "start", "healthy"].includes(action)) &&
    events.filter(({ action }) => action === "create").length <= 1
  );
}

async function judged(
  host: Host,
  project: Project,
  entry: CatalogueEntry,
  config: RunConfig,
  { signal, tool }: TrialOptions,
): Promise<Judged> {
  const tamper = tampering(host, entry.tamper);
  const engine = tamper.engine(await project.findEngine(tamper.host));
  const acting: Promise<void>[] = [];
  let isClosing = false;
  let isTooLate = false;
  const doing = (planting: Promise<void>) => {
    const act = planting.then(() => void (isTooLate ||= isClosing));
    // The end of the run awaits it: until then, its errors must not count as unhandled.
    act.catch(() => {});
    acting.push(act);
  };
  const result = await run(tamper.host, config, {
    tool,
    signal,
    findEngine: () => Promise.resolve(engine),
    progress(event) {
      if (event.type === "phase" && event.phase === "look" && event.module === SUBJECT) isClosing = true;
      if (event.type !== "up" || event.module !== SUBJECT || event.why !== null) return;
      isClosing = false;
      tamper.begin();
      if (entry.act !== undefined) doing(project.act(entry.act, engine));
      if (entry.begins !== undefined) doing(begin(host, engine, entry.begins));
    },
  });
  for (const act of await Promise.allSettled(acting)) {
    if (act.status === "rejected") throw new Unplanted(`it could not be planted: ${messageOf(act.reason)}`);
  }
  if (result.failure !== null) throw new Error(result.failure.what);
  return { result: result.judged, isTooLate };
}

const BEGIN_PAUSES = { firstMs: 20, growth: 1.5, longestMs: 200, jitter: 0 } as const;

/** Requests the page that begins a stand-in's timed faults. What is ready because it runs may not listen yet. */
async function begin(host: Host, engine: Engine, service: string): Promise<void> {
  const look = (await engine.look()).find(({ state }) => state.service === service);
  const page = { service, port: CONTAINER_PORT, path: BEGIN_PAGE };
  const found = look === undefined ? { why: `there is no service "${service}"` } : await engine.endpoint(look, page);
  if ("why" in found) throw new Error(found.why);
  const signal = AbortSignal.timeout(BEGIN_LIMIT_MS);
  const { url } = found;
  const backoff = BEGIN_PAUSES;
  await retryOn(host.clock, () => host.get(url, signal), { backoff, isRetriable: () => !signal.aborted, signal });
}

function configOf(
  entry: CatalogueEntry,
  dir: string,
  rig: Pick<Rig, "name" | "program" | "image" | "patienceSec">,
  { testsPer }: Pick<TrialOptions, "testsPer">,
): RunConfig {
  const { name: engine, patienceSec = 0 } = rig;
  return {
    engine,
    mode: "low_power",
    cycles: entry.cycles ?? 1,
    jobs: entry.beside === undefined ? 1 : "auto",
    selected: [SUBJECT, ...Object.keys(entry.beside ?? {})],
    auditDir: join(dir, "audit"),
    keepCore: false,
    timeoutSec: (entry.timeoutSec ?? TIMEOUT_SEC) + patienceSec,
    projectDir: dir,
    composeFiles: [],
    testsDir: join(dir, "tests"),
    pytest: [
      ...entry.pytest ?? (entry.tests === undefined ? PASSING_PYTEST : ["python3", "-m", "pytest"]),
    ],
    testsPer,
    testEnv: {},
    soakSec: Math.max(entry.soakSec ?? 0, patienceSec),
    recreate: false,
    pull: "never",
    exitZero: false,
    umask: 0o077,
    strict: false,
    quiet: true,
    json: false,
    color: false,
    settings: {
      engine,
      testsPer,
      services: new Map(),
      thresholds: { ...defaultThresholds(), ...QUICK, ...entry.thresholds },
      rules: defaultRules(),
      metricsSource: "auto",
      modules: modulesOf(entry, rig),
      core: CORE,
    },
    notices: [],
  };
}
