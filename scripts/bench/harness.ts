/** One run of the program under test, measured from outside, with what its own report and journal say. */

import { join } from "@std/path";
import { type Beat, BenchError, measure, type Measured } from "./measure.ts";
import { type Timing, timingOf } from "./timing.ts";

/** The lines of journal.ndjson that the benchmark reads; times of the harness's own clock are in `ms`. */
export interface JournalLine {
  type: string;
  /** UTC. */
  at: string;
  /** Milliseconds since the run began. */
  ms: number;
  phase?: string;
  module?: string;
  startMs?: number;
  durationMs?: number;
}

export interface HarnessRun {
  wallMs: number;
  cpuMs: number | null;
  childCpuMs: number | null;
  peakMib: number | null;
  timing: Timing | null;
  beats: Beat[];
  journal: JournalLine[];
}

const READ_TYPES = ["run_started", "cycle_started", "cycle_finished", "phase"];

/** Throws BenchError where the run does not end with 0: a run that found a failure shows nothing of the cost of work. */
export async function runHarness(
  binary: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<HarnessRun> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-bench-" });
  const audit = join(dir, "audit");
  try {
    const command = [binary, ...args, "--audit-dir", audit, "--quiet", "--no-color"];
    const measured = await measure(command, { cwd, env });
    if (measured.code !== 0) throw unsuccessful(command, measured);
    const { wallMs, cpuMs, childCpuMs, peakMib, beats } = measured;
    const timing = timingOf(JSON.parse(await Deno.readTextFile(join(audit, "REPORT.json"))));
    const lines = await readJournal(join(audit, "journal.ndjson"));
    return { wallMs, cpuMs, childCpuMs, peakMib, timing, beats, journal: lines };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** What a command that must succeed said when it did not. */
export function unsuccessful(command: readonly string[], { code, said }: Pick<Measured, "code" | "said">) {
  return new BenchError(
    `\`${command.join(" ").slice(0, 300)}\` ended with ${code}. Run it by itself. It said:\n${said}`,
  );
}

async function readJournal(path: string): Promise<JournalLine[]> {
  const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as JournalLine).filter(({ type }) => READ_TYPES.includes(type));
}
