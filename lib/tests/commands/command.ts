/** Runs one command to its end or its limit, in a process group of its own, with its output kept in a file. Judges nothing. */

import { join } from "@std/path";
import { failedTests } from "../../figures/test_outcome.ts";
import type { Host } from "../../host/host.ts";
import { SpawnError } from "../../host/host.ts";
import { refuseShortage } from "../../host/shortage.ts";
import type { TestRun } from "../../model/evidence.ts";
import { messageOf } from "../../model/failure.ts";
import { type Ended, endFacts, runToEnd } from "../child.ts";
import { lastLine } from "../last_lines.ts";
import type { TestPlace } from "../runner.ts";
import type { CommandSpec } from "./spec.ts";
import { ownReport, promisedXml, readReport, type Report } from "./report.ts";

/** As sentences name it: the command's name stands before it. */
export const NAME = "the command";

/** The exit code of the shells for a command that could not be started. */
const NOT_STARTED = 127;

/** Rejects with the signal's reason on abort, and if the output cannot be written, after the group is gone. */
export async function runCommand(host: Host, spec: CommandSpec, place: Omit<TestPlace, "module">): Promise<TestRun> {
  const { output } = place;
  const limitMs = spec.timeoutSec === null ? place.limitMs : spec.timeoutSec * 1000;
  const base = { runner: NAME, file: spec.name, limitMs, output, again: again(spec) };
  const cwd = join(place.cwd, spec.cwd);
  const problem = await folderProblem(host, cwd);
  if (problem !== null) return { ...base, ...await notStarted(place, problem) };
  // Its name is the mark of all that descends from the command: after a kill, the next run finds these processes by it.
  const scratch = await host.files.makeTempDir("vx11-junit-");
  try {
    return { ...base, ...await runIn(host, spec, place, { cwd, limitMs, family: scratch }) };
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    refuseShortage(error);
    return { ...base, ...await notStarted(place, await spawnProblem(host, error, spec, cwd)) };
  } finally {
    // What cannot be removed is in the system's own temporary folder, and no reason to lose the result.
    await host.files.remove(scratch).catch(() => {});
  }
}

/** To be typed in the project dir. */
function again({ cwd, env, run }: CommandSpec): string[] {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [...(cwd === "." ? [] : ["-C", cwd]), ...variables];
  return words.length === 0 ? [...run] : ["env", ...words, ...run];
}

/** What is different from command to command. */
type Ran = Omit<TestRun, "runner" | "file" | "limitMs" | "output" | "again">;

async function notStarted({ auditDir, clean, evidence, output }: Omit<TestPlace, "module">, why: string): Promise<Ran> {
  await evidence.writeText(join(auditDir, output), `Not started: ${why}\n`);
  return {
    returnCode: NOT_STARTED,
    signal: null,
    timedOut: false,
    durationMs: 0,
    counts: null,
    meaning: "it could not be started",
    firstFailure: clean(why),
  };
}

async function folderProblem({ files }: Host, cwd: string): Promise<string | null> {
  try {
    const kind = await files.kind(cwd);
    if (kind === "directory") return null;
    return kind === "file" ? `its cwd ${cwd} is no folder` : `there is no folder ${cwd}`;
  } catch (error) {
    refuseShortage(error);
    return `its cwd ${cwd} cannot be used: ${messageOf(error)}`;
  }
}

async function spawnProblem({ files }: Host, error: SpawnError, spec: CommandSpec, cwd: string): Promise<string> {
  const [program = ""] = spec.run;
  if (error.kind !== "not found") return error.message;
  const isThere = program.includes("/") && await files.isExecutable(join(cwd, program));
  return isThere ? `${program} is there, but not the interpreter in its first line` : `${program}: command not found`;
}

/** In what it is run, beyond what is the same for all tests. */
interface OwnPlace {
  /** Absolute. */
  cwd: string;
  limitMs: number;
  family: string;
}

async function runIn(host: Host, spec: CommandSpec, place: Omit<TestPlace, "module">, own: OwnPlace): Promise<Ran> {
  const { auditDir, clean, env, evidence, output, signal } = place;
  const promised = spec.junit === null ? null : await promisedXml(host, place.cwd, spec.junit);
  const ended = await runToEnd(host, {
    ...own,
    command: spec.run,
    env: { ...env, ...spec.env },
    output: join(auditDir, output),
    evidence,
    signal,
  });
  const report = promised === null ? ownReport(ended) : await readReport(host, promised, place);
  return ranOf(ended, report, clean);
}

function ranOf(ended: Ended, report: Report, clean: (text: string) => string): Ran {
  const { code, said, signal, timedOut } = ended;
  const { counts, problem, skipReason } = report;
  const isGreen = code === 0 && !timedOut;
  const last = isGreen || timedOut || signal !== null ? null : lastLine(said);
  const failure = report.firstFailure ?? last;
  const isProven = problem === null || !isGreen || failedTests(report) > 0;
  return {
    ...endFacts(ended, { counts, firstFailure: failure, skipReason }, clean),
    ...(isProven ? {} : { unproven: clean(problem) }),
  };
}
