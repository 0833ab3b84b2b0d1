/**
 * Runs one pytest file to its end or its limit, in a process group of its own, and keeps its output in a file. Judges
 * nothing.
 */

import { basename, join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import type { TestRun } from "../../model/evidence.ts";
import { type Ended, runToEnd } from "../child.ts";
import { xmlPath } from "../junit.ts";
import type { TestPlace } from "../runner.ts";
import { pathArgument } from "./argument.ts";
import { type Ran, resultOf } from "./result.ts";
import { isPluginRefused, pluginEnv } from "./witness.ts";
import { PLUGIN, pluginSource } from "./witness_plugin.ts";

export const NAME = "pytest";

export interface TestOptions extends Omit<TestPlace, "apart" | "inService" | "module" | "tell"> {
  /** The command that runs pytest. */
  command: readonly string[];
  /** Absolute path of the test file. */
  path: string;
  /** Absolute path of the folder in which it was found. */
  root: string;
  /** Its name in reports. */
  file: string;
}

/**
 * Rejects with the signal's reason on abort, and if the output cannot be written; in both cases after the group is
 * gone.
 */
export async function runTestFile(host: Host, options: TestOptions): Promise<TestRun> {
  const { auditDir, command, evidence, file, limitMs, output } = options;
  const base = { runner: NAME, file, limitMs, output, again: [...command, options.path] };
  const { argument, isFolder, why } = pathArgument(options);
  if (argument === null) {
    await evidence.writeText(join(auditDir, output), `Not run: ${why}\n`);
    return { ...base, ...NEVER, returnCode: null, firstFailure: null, notRun: options.clean(why ?? "") };
  }
  // Not in the audit dir: pytest writes its XML at its end, with every secret that it saw, even if this program is gone
  // by then and cannot clean it.
  const scratch = await host.files.makeTempDir("vx11-junit-");
  try {
    return { ...base, ...await runIn(host, options, { argument, isFolder, scratch }) };
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    refuseShortage(error);
    await evidence.writeText(join(auditDir, output), `${error.message}\n`);
    return { ...base, ...NEVER, returnCode: 127, firstFailure: error.message };
  } finally {
    // A folder that cannot be removed is in the system's own temporary folder, and no reason to lose the result.
    await host.files.remove(scratch).catch(() => {});
  }
}

const NEVER = { signal: null, timedOut: false, durationMs: 0, counts: null };

/** The argument for pytest, and the folder in which it and the plugin write. */
interface Place {
  argument: string;
  /** Whether the argument is a folder, from which the plugin keeps all other files out. */
  isFolder: boolean;
  scratch: string;
}

async function runIn(
  host: Host,
  options: TestOptions,
  place: Place,
): Promise<Ran> {
  const { path, root } = options;
  const plan = { path, root, only: place.isFolder };
  await host.files.writeAtomic(join(place.scratch, `${PLUGIN}.py`), pluginSource(plan));
  const ended = await runOnce(
    host,
    options,
    place,
    pluginEnv(PLUGIN, place.scratch, (name) => variable(host, options, name)),
  );
  // A Python that ignores PYTHONPATH: nothing of the project has run.
  const isRefused = isPluginRefused(PLUGIN, ended.said) && !place.isFolder;
  const traces = { xml: join(place.scratch, junitName(options.output)), dir: place.scratch };
  return await resultOf(host, options, traces, isRefused ? await runOnce(host, options, place, {}) : ended);
}

/** As pytest will see it. */
export function variable(host: Host, { env }: Pick<TestOptions, "env">, name: string): string | undefined {
  return env[name] ?? host.env(name);
}

/** `more`: variables that load the plugin. */
async function runOnce(
  host: Host,
  { auditDir, command, cwd, env, evidence, limitMs, output, signal }: TestOptions,
  { argument, scratch }: Place,
  more: Record<string, string>,
): Promise<Ended> {
  return await runToEnd(host, {
    command: [...command, `--junit-xml=${join(scratch, junitName(output))}`, argument],
    cwd,
    env: { ...env, ...more },
    family: scratch,
    limitMs,
    output: join(auditDir, output),
    evidence,
    signal,
  });
}

/** Name of pytest's XML, wherever it is kept. */
function junitName(output: string): string {
  return basename(xmlPath(output));
}
