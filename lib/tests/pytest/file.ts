/**
 * Runs one pytest file to its end or its limit, in a process group of its own, and keeps its output in a file. Judges
 * nothing.
 */

import { basename, join } from "@std/path";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import type { TestCounts, TestRun } from "../../model/evidence.ts";
import { type Ended, endFacts, runToEnd } from "../child.ts";
import { keepXml, readXml, turnsOf, xmlPath } from "../junit.ts";
import type { TestPlace } from "../runner.ts";
import { pathArgument } from "./argument.ts";
import {
  collectedCount,
  errorLine,
  type JunitOutcome,
  MEANINGS,
  NO_OUTCOME,
  NOTHING_COLLECTED,
  readJunit,
} from "./outcome.ts";
import { missingPackage } from "./packages.ts";
import { fewerText, isPluginRefused, readWitness, type Witness, witnessEnv } from "./witness.ts";
import { PLUGIN, pluginSource, RECORD } from "./witness_plugin.ts";

export const NAME = "pytest";

export interface TestOptions extends Omit<TestPlace, "apart" | "inService" | "module"> {
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

/** The fields that differ from file to file. */
type Ran = Omit<TestRun, "runner" | "file" | "limitMs" | "output" | "again">;

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
    witnessEnv(place.scratch, (name) => variable(host, options, name)),
  );
  // A Python that ignores PYTHONPATH: nothing of the project has run.
  const isRefused = isPluginRefused(ended.said) && !place.isFolder;
  return await resultOf(host, options, place.scratch, isRefused ? await runOnce(host, options, place, {}) : ended);
}

function variable(host: Host, { env }: TestOptions, name: string): string | undefined {
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

async function resultOf(host: Host, options: TestOptions, scratch: string, ended: Ended): Promise<Ran> {
  const { clean, evidence } = options;
  const { code, said, signal, timedOut } = ended;
  const { counts, firstFailure, skipReason, tests } = await outcomeIn(host, options, scratch);
  const cases = tests === null || timedOut ? null : evidence.noteTests(tests);
  const seen = await witnessIn(host, scratch);
  const { isKnown, leftOut, unfinished } = seen.isKnown ? seen : unwitnessed(counts, said);
  const isEmpty = code === NOTHING_COLLECTED;
  const isGreen = code === 0 || isEmpty;
  const failure = firstFailure ?? (isGreen || timedOut || signal !== null || leftOut ? null : errorLine(said));
  const lacks = isGreen || timedOut ? null : missingPackage({ firstFailure: failure });
  const meaning = code === null ? undefined : MEANINGS[code];
  // A run that is known to be cut short, or left out, needs no other reason.
  const isCut = unfinished !== null || leftOut;
  const unproven = isCut ? null : unproved(code, counts, options) ?? (isKnown || !isGreen ? null : NO_WITNESS);
  return {
    ...endFacts(ended, { cases, counts, firstFailure: failure, skipReason }, clean),
    ...(isEmpty ? { isEmpty } : {}),
    ...(meaning === undefined ? {} : { meaning }),
    ...(lacks === null ? {} : { lacks }),
    ...(leftOut ? { leftOut: LEFT_OUT } : {}),
    ...(unfinished === null || !isGreen || leftOut ? {} : { unfinished: clean(unfinished) }),
    ...(unproven === null ? {} : { unproven }),
  };
}

const LEFT_OUT = "the project's own settings for pytest: see collect_ignore, --ignore and norecursedirs";

const NO_WITNESS =
  "pytest may have collected more than it ran. Pass PYTEST_PLUGINS and PYTHONPATH on to it, as this program " +
  "sets them";

/** Why the exit code 0 proves nothing; null if there is more evidence than that. */
function unproved(code: number | null, counts: TestCounts | null, { output }: TestOptions): string | null {
  if (code !== 0 || counts !== null) return null;
  return `pytest left no XML of them. See its output, ${output}, and check that the command that runs it passes --junit-xml ` +
    "on and sees this host's files";
}

/** Keeps pytest's XML beside its output, and reads it. */
async function outcomeIn(host: Host, options: TestOptions, scratch: string): Promise<JunitOutcome> {
  const path = join(scratch, junitName(options.output));
  if (await host.files.kind(path) !== "file") return NO_OUTCOME;
  const xml = await readXml(host, path);
  await keepXml(host, xml, options, "pytest's");
  return await readJunit(xml.text, turnsOf(host), options.file);
}

async function witnessIn({ files }: Host, scratch: string): Promise<Witness> {
  const path = join(scratch, RECORD);
  return readWitness(await files.kind(path) === "file" ? await files.readText(path) : "");
}

/** What is known without the plugin: how many tests pytest said that it would run, and how many its XML has. */
function unwitnessed(counts: TestCounts | null, said: string): Witness {
  const collected = collectedCount(said);
  if (collected === null || counts === null) return { isKnown: false, leftOut: false, unfinished: null };
  const ran = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return { isKnown: true, leftOut: false, unfinished: ran < collected ? fewerText(ran, collected) : null };
}
