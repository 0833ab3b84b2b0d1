/** A module's tests, one after the other, with the addresses of services in their environment. */

import type { Look } from "../../engine/engine.ts";
import { closure, dependencyGraph } from "../../plan/graph.ts";
import { coreModules } from "../../plan/plan.ts";
import { PORTS_HOST_VARIABLE, urlVariable } from "../../plan/service_env.ts";
import { inContext } from "../../engine/in_context.ts";
import { isEngineTrouble } from "../../engine/trouble.ts";
import { inTurn } from "../../tests/in_turn.ts";
import type { ApartPlace, EvidenceFiles, ServicePlace, TestPlace } from "../../tests/runner.ts";
import type { Host } from "../../host/host.ts";
import { refuseShort } from "../../host/shortage.ts";
import { outcomeOf } from "../../figures/test_outcome.ts";
import type { TestRun } from "../../model/evidence.ts";
import { environmentFailure, messageOf } from "../../model/failure.ts";
import { cannotWrite } from "../../record/failures.ts";
import type { RunContext } from "../context.ts";
import { notify } from "../context.ts";
import { ownTempDir } from "../../audit/temp_dirs.ts";
import type { Units } from "../units.ts";
import { seesByName } from "./inner_urls.ts";
import { noteTests } from "./note_tests.ts";
import type { Window } from "./window.ts";

/** Service → its address, of the services of a window. */
type UrlsOf = (window: Window) => Iterable<readonly [service: string, url: string]>;

export async function runTests(context: RunContext, units: Units, cycle: number, module: string): Promise<void> {
  const { auditDir, config, journal, progress, rawNames, signal, tests } = context;
  const found = tests.of.get(module) ?? [];
  const search = tests.searches.get(module);
  const unavailable = [...new Set(found.flatMap(({ runner }) => runner.unavailable ?? []))];
  journal.add({
    type: "tests_found",
    cycle,
    module,
    files: found.map(({ name }) => name),
    unavailable: unavailable.length === 0 ? null : unavailable.join("; "),
    ...(search === undefined ? {} : { search }),
  });
  const envBy = (urlsOf: UrlsOf) => testEnv(context, units, module, urlsOf);
  const env = { ...envBy(({ baseUrls }) => baseUrls), [PORTS_HOST_VARIABLE]: context.engine.portsHost ?? "127.0.0.1" };
  const placeOf = (name: string): TestPlace => ({
    module,
    cwd: config.projectDir,
    env: { ...config.testEnv, ...env },
    inService: (service) => placeIn(context, envBy, service),
    apart: () => placeBeside(context, envBy, module),
    limitMs: config.timeoutSec * 1000,
    auditDir,
    output: rawNames.next([module, name], ".txt", cycle),
    evidence: evidenceFiles(context),
    clean: (text) => context.redactor.text(text),
    tell: (done, of) => progress({ type: "testing", module, file: name, done, of }),
    signal,
  });
  const runnable = found.filter(({ runner }) => runner.unavailable === null);
  for await (const test of inTurn(inContext(testHost(context.host), config.context), runnable, placeOf)) {
    // Something may not have been seen, or not kept, only because of a shortage.
    refuseShort(context.host);
    journal.add({ type: "test", cycle, module, ...test });
    const left = survivorsText(module, test);
    if (left !== null) journal.add({ type: "left_behind", text: left });
    progress({ type: "test", module, file: test.file, ok: outcomeOf(test) === "passed", durationMs: test.durationMs });
  }
}

/** Reports once for the run, about all its tests. */
export function tellAfterwards(context: RunContext): void {
  const runs = context.journal.evidence.modules.flatMap(({ cycles }) => cycles.flatMap(({ tests }) => tests));
  for (const { afterwards } of context.tests.runners) for (const text of afterwards(runs)) notify(context, text);
}

/** The host, except that a missing place for the files that a runner writes beside the tests is a Failure. */
function testHost(host: Host): Host {
  const { files } = host;
  return {
    ...host,
    files: {
      ...files,
      makeTempDir: () => ownTempDir(host, "vx11-junit").catch(noTempDir),
      ensureDir: (dir) => files.ensureDir(dir).catch(noTempDir),
      writeAtomic: (path, data) => files.writeAtomic(path, data).catch(noTempDir),
    },
  };
}

/** Writes without secrets; an output that cannot be written is a Failure, as for all other evidence. */
function evidenceFiles(context: RunContext): EvidenceFiles {
  const { auditDir, host: { files }, redactor } = context;
  const refuse = (error: unknown) => {
    throw cannotWrite(auditDir, error);
  };
  return {
    writeText: (path, text) => files.writeAtomic(path, redactor.text(text)).catch(refuse),
    noteTests: (tests) => noteTests(context, tests),
    drainTo: (path, streams, maxBytes, abandon) => {
      const clean = streams.map((stream) => redactor.stream(stream));
      return files.drainTo(path, clean, maxBytes, abandon).catch(refuse);
    },
  };
}

function survivorsText(module: string, { containerLeft, file, strayUnseen, survivors }: TestRun): string | null {
  if (containerLeft !== undefined) {
    const next = "when this run is over, `vx11-stability clean` does it";
    return `The container ${containerLeft} of the test ${file} of "${module}" could not be removed: ${next}`;
  }
  if (strayUnseen) {
    return `Whether the test ${file} of "${module}" left processes could not be seen: where it ran, processes are not shown`;
  }
  if (survivors === undefined) return null;
  return `Processes that the test ${file} of "${module}" started cannot be ended: kill -9 ${survivors}`;
}

function noTempDir(error: unknown): never {
  const why = messageOf(error);
  throw environmentFailure(`Cannot make a temporary folder for the tests: ${why}`, "Free space there, or set TMPDIR");
}

/**
 * `VX11_MODE`, and `VX11_<SERVICE>_URL` (no path, no trailing slash) for each service of the core, of the module and of
 * what it depends on: other services that are up at the moment do not concern it, and would differ from run to run.
 */
function testEnv(
  { config, modules, plan }: RunContext,
  units: Units,
  module: string,
  urlsOf: UrlsOf,
): Record<string, string> {
  const env: Record<string, string> = { VX11_MODE: config.mode };
  for (const name of closure(dependencyGraph(modules), [...coreModules(plan), module])) {
    const window = units.get(name)?.window;
    if (window === undefined) continue;
    for (const [service, url] of urlsOf(window)) env[urlVariable(service)] = url;
  }
  return env;
}

interface FoundService {
  look: Look;
  /** Its addresses of services: in a container, those by which its network knows them. */
  env: Record<string, string>;
}

/** A service of the project as it is now. */
async function findService(
  { engine, fleet, signal }: RunContext,
  envBy: (urlsOf: UrlsOf) => Record<string, string>,
  service: string,
): Promise<FoundService | { why: string }> {
  try {
    const looks = await fleet.look(signal);
    const look = looks.get(service);
    if (look === undefined) return { why: `"${service}" has no container` };
    const isOnHost = engine.execPlace === "on this host" || look.hostNetwork;
    const urlsOf = (window: Window) =>
      isOnHost
        ? window.baseUrls
        : [...window.innerUrls(looks)].filter(([name]) => seesByName(engine.services, service, name));
    return { look, env: envBy(urlsOf) };
  } catch (error) {
    if (!isEngineTrouble(error)) throw error;
    return { why: `the engine does not say whether "${service}" runs: ${messageOf(error)}` };
  }
}

async function placeIn(
  context: RunContext,
  envBy: (urlsOf: UrlsOf) => Record<string, string>,
  service: string,
): Promise<ServicePlace | { why: string }> {
  const { engine, signal } = context;
  const found = await findService(context, envBy, service);
  if ("why" in found) return found;
  const { env, look } = found;
  return {
    env,
    clockAheadMs: engine.clockAheadMs ?? 0,
    run: (command) => engine.run(look, command),
    readFile: (path, maxBytes) => engine.readFile(look, path, maxBytes, signal),
  };
}

/** Beside the module's first service. */
async function placeBeside(
  context: RunContext,
  envBy: (urlsOf: UrlsOf) => Record<string, string>,
  module: string,
): Promise<ApartPlace | { why: string }> {
  const { engine: { apart }, modules } = context;
  const [service] = modules.get(module)?.services ?? [];
  if (apart === undefined || service === undefined) return { why: "the engine has no images" };
  const found = await findService(context, envBy, service);
  if ("why" in found) return found;
  return { env: found.env, run: (command) => apart.run(found.look.state, command) };
}
