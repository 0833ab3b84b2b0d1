/**
 * Runs one pytest file to its end or its limit, in a process group of its own, with its output kept in a file. Judges
 * nothing.
 */

import { basename, join } from "@std/path";
import { anySignal } from "../host/any_signal.ts";
import { endWithin, settleWithin, type Within } from "../host/capture.ts";
import type { ChildExit, Files, Host } from "../host/host.ts";
import { SpawnError } from "../host/host.ts";
import { refuseShortage } from "../host/shortage.ts";
import type { TestCounts, TestRun } from "../model/evidence.ts";
import { pathArgument } from "./argument.ts";
import { collectedCount, errorLine, type JunitOutcome, NO_OUTCOME, readJunit } from "./outcome.ts";
import { Descendants, endStrays, markEnv, type Survivors } from "./strays.ts";
import { fewerText, isPluginRefused, readWitness, type Witness, witnessEnv } from "./witness.ts";
import { PLUGIN, pluginSource, RECORD } from "./witness_plugin.ts";

/** What is kept of a file's output, and of its XML; the rest is read and counted, so that the test does not block. */
const OUTPUT_LIMIT_BYTES = 16 * 2 ** 20;

/** Where what is to be kept is written. */
export interface EvidenceFiles {
  writeText(path: string, text: string): Promise<void>;
  drainTo: Files["drainTo"];
}

export interface TestOptions {
  /** The command that runs pytest. */
  command: readonly string[];
  /** Where it runs: the project dir. */
  cwd: string;
  /** Absolute path of the test file. */
  path: string;
  /** Absolute path of the folder in which it was found. */
  root: string;
  /** Its name in reports. */
  file: string;
  env: Record<string, string>;
  limitMs: number;
  auditDir: string;
  /** Path of the output below the audit dir. */
  output: string;
  evidence: EvidenceFiles;
  /** Takes secrets out of what is told. */
  clean: (text: string) => string;
  signal: AbortSignal;
}

/** Rejects with the signal's reason on abort, and where the output cannot be written, after the group is gone. */
export async function runTestFile(host: Host, options: TestOptions): Promise<TestRun> {
  const { auditDir, evidence, file, limitMs, output } = options;
  const base = { file, limitMs, output };
  const { argument, isFolder, why } = pathArgument(options);
  if (argument === null) {
    await evidence.writeText(join(auditDir, output), `Not run: ${why}\n`);
    return { ...base, ...NEVER, returnCode: null, firstFailure: null, notRun: options.clean(why ?? "") };
  }
  // Not in the audit dir: pytest writes its XML as it ends, with every secret it saw, also where nobody is left to clean it.
  const scratch = await host.files.makeTempDir("vx11-junit-");
  try {
    return { ...base, ...await runIn(host, options, { argument, isFolder, scratch }) };
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    refuseShortage(error);
    await evidence.writeText(join(auditDir, output), `${error.message}\n`);
    return { ...base, ...NEVER, returnCode: 127, firstFailure: error.message };
  } finally {
    // What cannot be removed is in the system's own temporary folder, and no reason to lose the result.
    await host.files.remove(scratch).catch(() => {});
  }
}

const NEVER = { signal: null, timedOut: false, durationMs: 0, counts: null };

/** What pytest is given, and where it and the plugin write. */
interface Place {
  argument: string;
  /** Whether the argument is a folder, of which the plugin keeps all else out. */
  isFolder: boolean;
  scratch: string;
}

/** What is different from file to file. */
type Ran = Omit<TestRun, "file" | "limitMs" | "output">;

async function runIn(
  host: Host,
  options: TestOptions,
  place: Place,
): Promise<Ran> {
  const { path, root } = options;
  const plan = { path, root, only: place.isFolder };
  await host.files.writeAtomic(join(place.scratch, `${PLUGIN}.py`), pluginSource(plan));
  const ended = await runToEnd(
    host,
    options,
    place,
    witnessEnv(place.scratch, (name) => variable(host, options, name)),
  );
  // A Python that heeds no PYTHONPATH: nothing of the project has run.
  const isRefused = isPluginRefused(ended.said) && !place.isFolder;
  return await resultOf(host, options, place.scratch, isRefused ? await runToEnd(host, options, place, {}) : ended);
}

function variable(host: Host, { env }: TestOptions, name: string): string | undefined {
  return env[name] ?? host.env(name);
}

/** How pytest came to its end. */
interface Ended extends Within, ChildExit {
  durationMs: number;
  strays: Survivors | null;
  /** What it printed, or the first and the last of it. */
  said: string;
}

async function runToEnd(
  host: Host,
  { auditDir, command, cwd, env, evidence, limitMs, output, signal }: TestOptions,
  { argument, scratch }: Place,
  more: Record<string, string>,
): Promise<Ended> {
  const outputPath = join(auditDir, output);
  const began = host.clock.mono();
  const child = host.spawn([...command, `--junit-xml=${join(scratch, junitName(output))}`, argument], {
    cwd,
    env: { ...env, ...more, ...markEnv(scratch) },
    family: scratch,
  });
  const abandon = new AbortController();
  const drained = evidence.drainTo(outputPath, [child.stdout, child.stderr], OUTPUT_LIMIT_BYTES, abandon.signal);
  // Where the output cannot be kept (a full disk), nobody empties the pipes: the test is ended, and the reason thrown.
  const unkept = new AbortController();
  drained.catch((error) => unkept.abort(error));
  const descendants = new Descendants(host, child.pid, scratch);
  const over = new AbortController();
  const watching = descendants.watch(host.clock, over.signal);
  const stop = anySignal([signal, unkept.signal]);
  const within = await endWithin(host, child, limitMs, stop, () => descendants.look());
  over.abort();
  await watching;
  const strays = await endStrays(host, scratch, descendants);
  const durationMs = host.clock.mono() - began;
  await settleWithin(host, drained, abandon);
  const exit = await child.exit;
  signal.throwIfAborted();
  const said = await host.files.readText(outputPath);
  return { ...within, ...exit, durationMs, strays, said };
}

/** Name of pytest's XML, wherever it is kept. */
function junitName(output: string): string {
  return basename(output).replace(/\.txt$/, ".xml");
}

async function resultOf(host: Host, options: TestOptions, scratch: string, ended: Ended): Promise<Ran> {
  const { clean } = options;
  const { code, durationMs, said, signal, starvedMs, strays, timedOut } = ended;
  const { counts, firstFailure, skipReason } = await keepXml(host, options, scratch);
  const seen = await witnessIn(host, scratch);
  const { isKnown, leftOut, unfinished } = seen.isKnown ? seen : unwitnessed(counts, said);
  const isGreen = code === 0 || code === 5;
  const failure = firstFailure ?? (isGreen || timedOut || signal !== null || leftOut ? null : errorLine(said));
  return {
    returnCode: timedOut ? null : code,
    signal,
    timedOut,
    durationMs,
    counts: timedOut ? null : counts,
    firstFailure: failure === null ? null : clean(failure),
    ...(starvedMs === 0 ? {} : { starvedMs }),
    ...(skipReason === null ? {} : { skipReason: clean(skipReason) }),
    ...(leftOut ? { leftOut } : {}),
    ...(unfinished === null || !isGreen || leftOut ? {} : { unfinished: clean(unfinished) }),
    ...(isKnown || !isGreen ? {} : { unwitnessed: true as const }),
    ...(strays === null
      ? {}
      : strays !== "unseen"
      ? { survivors: strays.pids.join(" ") }
      : { strayUnseen: true as const }),
  };
}

/** Keeps pytest's XML beside its output, and reads it as pytest wrote it: a secret may be called as an attribute is. */
async function keepXml(
  host: Host,
  { auditDir, evidence, output }: TestOptions,
  scratch: string,
): Promise<JunitOutcome> {
  const path = join(scratch, junitName(output));
  if (await host.files.kind(path) !== "file") return NO_OUTCOME;
  const { cut, text } = await host.files.readStart(path, OUTPUT_LIMIT_BYTES);
  // Half an XML is none; counts stand at its beginning.
  if (cut) await noteCutXml(host, join(auditDir, output));
  else await evidence.writeText(join(auditDir, output.replace(/\.txt$/, ".xml")), text);
  return await readJunit(text, () => host.clock.sleep(0));
}

async function noteCutXml(host: Host, path: string): Promise<void> {
  const file = await host.files.openAppend(path);
  await file.append(`\n[pytest's XML is not kept: it has more than ${OUTPUT_LIMIT_BYTES} bytes]\n`);
  await file.close();
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
