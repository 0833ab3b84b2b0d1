/**
 * Runs one pytest file to its end or its limit, in a process group of its own, with its output kept in a file. Judges
 * nothing.
 */

import { basename, join } from "@std/path";
import { capture, endWithin, settleWithin } from "../host/capture.ts";
import type { Host } from "../host/host.ts";
import { SpawnError } from "../host/host.ts";
import type { TestCounts, TestRun } from "../model/evidence.ts";
import { countsFromJunit, countsFromSummary, firstFailureFromJunit } from "./outcome.ts";

/** What is kept of a file's output; the rest is read and counted, so that the test does not block on a full pipe. */
const OUTPUT_LIMIT_BYTES = 16 * 2 ** 20;
const VERSION_TIMEOUT_MS = 30_000;

/** Why pytest cannot be used here; null where it can. */
export async function pytestProblem(
  host: Host,
  command: readonly string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const shown = `\`${command.join(" ")} --version\``;
  try {
    const result = await capture(host, [...command, "--version"], {
      cwd,
      timeoutMs: VERSION_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
    if (result.code === 0) return null;
    const said = (result.stderr.trim() || result.stdout.trim()).split("\n").at(-1) ?? "";
    return `${shown} ${result.timedOut ? "did not answer" : `ended with ${result.code ?? result.signal}`}: ${said}`;
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    return `${shown} cannot be run: ${error.kind === "not found" ? "command not found" : error.message}`;
  }
}

export interface TestOptions {
  /** The command that runs pytest. */
  command: readonly string[];
  /** Where it runs: the project dir. */
  cwd: string;
  /** Absolute path of the test file. */
  path: string;
  /** Its name in reports. */
  file: string;
  env: Record<string, string>;
  limitMs: number;
  auditDir: string;
  /** Path of the output below the audit dir. */
  output: string;
  signal: AbortSignal;
}

/** Where pytest's XML is kept, beside its output. */
function junitPath(output: string): string {
  return output.replace(/\.txt$/, ".xml");
}

/** Rejects with the signal's reason on abort, and where the output cannot be written, after the group is gone. */
export async function runTestFile(host: Host, options: TestOptions): Promise<TestRun> {
  // Not in the audit dir: pytest writes its XML as it ends, with every secret it saw, also where nobody is left to clean it.
  const scratch = await host.files.makeTempDir("vx11-junit-");
  try {
    return await runWithXml(host, options, join(scratch, basename(junitPath(options.output))));
  } finally {
    // What cannot be removed is in the system's own temporary folder, and no reason to lose the result.
    await host.files.remove(scratch).catch(() => {});
  }
}

/** `junit`: where pytest writes its XML, which is kept as `host` writes it. */
async function runWithXml(host: Host, options: TestOptions, junit: string): Promise<TestRun> {
  const outputPath = join(options.auditDir, options.output);
  const began = host.clock.mono();
  const { env } = options;
  const base = { file: options.file, limitMs: options.limitMs, output: options.output };
  let child;
  try {
    child = host.spawn([...options.command, `--junit-xml=${junit}`, options.path], { cwd: options.cwd, env });
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    await host.files.writeAtomic(outputPath, `${error.message}\n`);
    const never = { returnCode: 127, signal: null, timedOut: false, durationMs: 0, counts: null };
    return { ...base, ...never, firstFailure: error.message };
  }
  const abandon = new AbortController();
  const pipes = [child.stdout, child.stderr];
  const drained = host.files.drainTo(outputPath, pipes, OUTPUT_LIMIT_BYTES, abandon.signal);
  // Where the output cannot be kept (a full disk), nobody empties the pipes: the test is ended, and the reason thrown.
  const unkept = new AbortController();
  drained.catch((error) => unkept.abort(error));
  const stop = AbortSignal.any([options.signal, unkept.signal]);
  const timedOut = await endWithin(host, child, options.limitMs, stop);
  const durationMs = host.clock.mono() - began;
  await settleWithin(host, drained, abandon);
  const exit = await child.exit;
  options.signal.throwIfAborted();
  const xml = await host.files.kind(junit) === "file" ? await host.files.readText(junit) : null;
  if (xml !== null) await host.files.writeAtomic(join(options.auditDir, junitPath(options.output)), xml);
  await noteCut(host, outputPath, await drained);
  const { counts, firstFailure } = await readOutcome(host, xml, outputPath);
  return {
    ...base,
    returnCode: timedOut ? null : exit.code,
    signal: exit.signal,
    timedOut,
    durationMs,
    counts: timedOut ? null : counts,
    firstFailure,
  };
}

/** Says in the file itself that it is not all that was printed. */
async function noteCut(host: Host, path: string, bytes: number): Promise<void> {
  if (bytes <= OUTPUT_LIMIT_BYTES) return;
  const file = await host.files.openAppend(path);
  await file.append(`\n[cut here: ${bytes} bytes were printed, the first ${OUTPUT_LIMIT_BYTES} are kept]\n`);
  await file.close();
}

interface Outcome {
  counts: TestCounts | null;
  firstFailure: string | null;
}

async function readOutcome(host: Host, xml: string | null, output: string): Promise<Outcome> {
  if (xml !== null) return { counts: countsFromJunit(xml), firstFailure: firstFailureFromJunit(xml) };
  return { counts: countsFromSummary(await host.files.readText(output)), firstFailure: null };
}
