/**
 * Runs test files in as few pytests as possible: files of one folder share one, each in a session of its own. Whatever ends that
 * pytest counts for the file that it ran then, and the files after it begin in a new one. Judges nothing.
 */

import { dirname, join } from "@std/path";
import { type Host, SpawnError } from "../../../host/host.ts";
import type { TestRun } from "../../../model/evidence.ts";
import { keep, type Kept } from "../../child.ts";
import { NAME, runTestFile, type TestOptions, variable } from "../file.ts";
import { resultOf } from "../result.ts";
import { pluginEnv } from "../witness.ts";
import { REFUSED, whyAnew, whyApart } from "./apart.ts";
import { PLUGIN, pluginSource } from "./plugin.ts";
import { type Part, type PartEnd, type Seen, startTogether, type TogetherProcess } from "./process.ts";
import { type FileToRun, hasBegun, planIn, type SharedFile, sharing } from "./shared.ts";

export interface TogetherOptions {
  /** The surroundings of a file; called once for each, when its turn comes. */
  optionsOf(file: FileToRun): TestOptions;
  /** Called when more is known of a file that runs. */
  tell(file: string, seen: Seen): void;
}

/** Yields in the order given. Rejects, and ends with the caller, as `runTestFile`. */
export async function* runTogether(
  host: Host,
  files: readonly FileToRun[],
  options: TogetherOptions,
): AsyncGenerator<TestRun> {
  let rest = files;
  while (rest.length > 0) {
    const batch = firstBatch(rest);
    const { mayShare, ran } = yield* runBatch(host, batch, options);
    rest = rest.slice(ran);
    if (mayShare) continue;
    for (const file of rest) yield await runTestFile(host, options.optionsOf(file));
    return;
  }
}

/** Files that would find the same settings, conftest files and helpers if each had a pytest of its own. */
function firstBatch(files: readonly FileToRun[]): readonly FileToRun[] {
  const [first] = files;
  const end = files.findIndex(({ path }) => first === undefined || dirname(path) !== dirname(first.path));
  return end < 0 ? files : files.slice(0, end);
}

interface BatchRan {
  /** How many files were run. */
  ran: number;
  /** Whether others may share a pytest. */
  mayShare: boolean;
}

/** Runs the first files of them, at least one. */
async function* runBatch(
  host: Host,
  files: readonly FileToRun[],
  { optionsOf, tell }: TogetherOptions,
): AsyncGenerator<TestRun, BatchRan> {
  const [first] = files;
  if (first === undefined) return { ran: 0, mayShare: true };
  const options = optionsOf(first);
  const planned = sharing(files, options.cwd);
  if (planned.length < 2) {
    yield await runTestFile(host, options);
    return { ran: 1, mayShare: true };
  }
  const scratch = await host.files.makeTempDir("vx11-junit-");
  let process: TogetherProcess | null = null;
  let running: Promise<Turn> | null = null;
  try {
    const shared = await planIn(host, scratch, planned);
    const started = process = await start(host, options, { scratch, shared }, tell);
    if (started === null) {
      yield await runTestFile(host, options);
      return { ran: 1, mayShare: false };
    }
    const turn = async (at: number, own: TestOptions): Promise<Turn> => {
      const part = started.next();
      const output = join(own.auditDir, own.output);
      return { at, options: own, part, kept: await keep(host, part, { ...own, output }) };
    };
    for (let now = await turn(0, options);;) {
      const next = now.kept.end.goesOn ? shared[now.at + 1] : undefined;
      // The next file is watched while this one's result is read.
      running = next === undefined ? null : turn(now.at + 1, optionsOf(next.file));
      running?.catch(() => {});
      const run = await resultOfTurn(host, now, shared, started);
      yield run;
      if (running === null) return { ran: now.at + 1, mayShare: run.apart !== REFUSED };
      now = await running;
    }
  } finally {
    await process?.end();
    await running?.catch(() => {});
    // As in `runTestFile`.
    await host.files.remove(scratch).catch(() => {});
  }
}

/** A file's turn, which is over. */
interface Turn {
  /** Its place in the process, from 0. */
  at: number;
  options: TestOptions;
  part: Part;
  kept: Kept & { end: PartEnd };
}

/** null if it cannot be started: a file alone says why. */
async function start(
  host: Host,
  { command, cwd, env, ...options }: TestOptions,
  { scratch, shared }: { scratch: string; shared: readonly SharedFile[] },
  tell: TogetherOptions["tell"],
): Promise<TogetherProcess | null> {
  // Nothing that a test prints by chance.
  const mark = `\x1e${crypto.randomUUID()} `;
  const plan = { mark, files: shared.map(({ args, dir }) => ({ args, dir })), project: [cwd, options.root] };
  await host.files.writeAtomic(join(scratch, `${PLUGIN}.py`), pluginSource(plan));
  const plugged = pluginEnv(PLUGIN, scratch, (name) => variable(host, { env }, name));
  try {
    return startTogether(host, {
      command: [...command, ...shared[0]?.args ?? []],
      cwd,
      env: { ...env, ...plugged },
      family: scratch,
      mark,
      tell: (at, seen) => tell(shared[at]?.file.file ?? "", seen),
    });
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    return null;
  }
}

async function resultOfTurn(
  host: Host,
  { at, kept: { end, ...kept }, options, part }: Turn,
  shared: readonly SharedFile[],
  process: TogetherProcess,
): Promise<TestRun> {
  const own = shared[at] as SharedFile;
  const isLost = end.goesOn ? at + 1 === shared.length : await hasBegun(host, shared[at + 1]);
  const why = whyApart({ ...kept, ...end, isFirst: at === 0, isLost });
  if (why !== null) {
    // One test of a module at a time.
    await process.end();
    return { ...await runTestFile(host, options), apart: options.clean(why) };
  }
  const { command, file, limitMs, output, path } = options;
  const { beganMs, collected } = part.seen;
  const ran = await resultOf(host, options, own.traces, { ...kept, ...end });
  const anew = end.goesOn || at + 1 === shared.length ? null : whyAnew({ ...kept, ...end, left: part.seen.left });
  return {
    runner: NAME,
    file,
    limitMs,
    output,
    again: [...command, path],
    ...ran,
    place: at + 1,
    ...(collected === null ? {} : { collectMs: collected.atMs - beganMs }),
    ...(anew === null ? {} : { anew }),
  };
}
