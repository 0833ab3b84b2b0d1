/**
 * Sets up a demonstration: a temporary folder with the test files, the ports that are to be occupied, and the run's config
 * with a stand-in for each service. `close` removes everything; the user's folder gets only the reports.
 */

import { join } from "@std/path";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import { pytestProblem } from "../tests/pytest/there.ts";
import { ownTempDir } from "../audit/temp_dirs.ts";
import { type Given, tuned } from "./demo_config.ts";
import type { PlantedFault } from "./fault_choice.ts";
import { faultKind } from "./faults.ts";
import { demoServices } from "./services.ts";
import { planTestFiles } from "./test_files.ts";

export interface DemoRequest {
  /** By the command line: engine, services and tests are not known yet. */
  config: RunConfig;
  faults: readonly PlantedFault[];
  given: Given;
}

export interface Stage {
  config: RunConfig;
  /** Does not throw if something is gone already. */
  close(): Promise<void>;
}

/** Part of the program: a folder of the repository, or among the files in the compiled program. */
const SANDBOX = join(import.meta.dirname ?? ".", "../../config/sandbox");

/** By default pytest loads all plugins of the machine, which takes longer than the tests, and leaves caches beside them. */
const TEST_ENV = { PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1", PYTHONDONTWRITEBYTECODE: "1" };

export async function setStage(host: Host, request: DemoRequest, signal: AbortSignal): Promise<Stage> {
  const dir = await ownTempDir(host, "vx11-demo");
  const held: { close(): void }[] = [];
  const close = async () => {
    held.splice(0).forEach((port) => port.close());
    await host.files.remove(dir).catch(() => {});
  };
  try {
    const testsDir = await unpackTests(host, request, dir);
    const takenPorts = takePorts(host, request, held);
    const canTest = await testable(host, request, signal);
    const { faults } = request;
    const { modules } = request.config.settings;
    const stateDir = join(dir, "state");
    const services = demoServices({ modules, faults, program: host.self, stateDir, takenPorts, canTest });
    const config = tuned(request.config, faults, request.given);
    const settings = { ...config.settings, services };
    return { config: { ...config, engine: "process", testsDir, testEnv: TEST_ENV, settings }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Copies the sandbox's test files, changed as the faults require. Returns their folder. */
async function unpackTests({ files }: Host, { config, faults }: DemoRequest, dir: string): Promise<string> {
  const testsDir = join(dir, "tests");
  await files.ensureDir(testsDir);
  const names = (await files.walk(join(SANDBOX, "tests"), () => {})).filter((name) => name.endsWith(".py"));
  const { added, kept } = planTestFiles(names, config.settings.modules, faults);
  const copy = async (from: string, to: string) => files.writeAtomic(to, await files.readText(from));
  await copy(join(SANDBOX, "pytest.ini"), join(dir, "pytest.ini"));
  for (const name of kept) await copy(join(SANDBOX, "tests", name), join(testsDir, name));
  for (const [name, text] of added) await files.writeAtomic(join(testsDir, name), text);
  return testsDir;
}

/** Occupies a port for each fault that needs one, until the end. Service → port. */
function takePorts(host: Host, { config, faults }: DemoRequest, held: { close(): void }[]): Map<string, number> {
  const ports = new Map<string, number>();
  for (const { name, culprit } of faults) {
    const [service] = config.settings.modules.get(culprit)?.services ?? [];
    if (faultKind(name).around !== "port" || service === undefined) continue;
    const listener = host.holdPort("127.0.0.1");
    held.push(listener);
    ports.set(service, listener.port);
  }
  return ports;
}

/** Whether pytest is available; checked only if a fault waits for the tests. */
async function testable(host: Host, { config, faults }: DemoRequest, signal: AbortSignal): Promise<boolean> {
  if (!faults.some(({ name }) => faultKind(name).tests?.startsWith("last-"))) return true;
  return await pytestProblem(host, config.pytest, config.projectDir, signal) === null;
}
