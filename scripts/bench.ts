/**
 * Measures how fast the harness is and what it costs itself, against two lower bounds (the unavoidable phases one after the
 * other, and the longest chain of them) and against a plain shell script that does the same work. All that is compared runs
 * in turn on the same machine, several times. Run it on a machine that does nothing else.
 *
 * scripts/deno task bench [--only docker,process,startup,soak,judge,tests] [--runs 3] [--check] …
 *
 * Prints the results as Markdown and writes them to dist/bench.md, with --docs into docs/performance.md as well. Ends with 1
 * if something could not be run; if a promise is not kept, only with --check, since machines are noisy.
 */

import { ensureDir, exists } from "@std/fs";
import { dirname, join, resolve } from "@std/path";
import { peakBar } from "./bench/bars.ts";
import { describeMachine } from "./bench/machine.ts";
import { BenchError } from "./bench/measure.ts";
import { type BenchOptions, parseOptions, type Part } from "./bench/options.ts";
import { dockerPart } from "./bench/part_docker.ts";
import { judgePart } from "./bench/part_judge.ts";
import { processPart } from "./bench/part_process.ts";
import { soakPart } from "./bench/part_soak.ts";
import { testsPart } from "./bench/part_tests.ts";
import { startupPart } from "./bench/part_startup.ts";
import { attempt, type PartResult, together } from "./bench/result.ts";
import { reportText } from "./bench/table.ts";
import { MEASURED, withBlock } from "./docs_block.ts";
import { complain, say } from "./say.ts";

const ROOT = resolve(import.meta.dirname ?? ".", "..");

/** Returns the exit code. */
async function bench(options: BenchOptions): Promise<number> {
  const binary = await programOf(options);
  const machine = await describeMachine(options.parts.some((part) => part === "docker" || part === "soak"));
  const parts: Record<Part, () => Promise<PartResult>> = {
    startup: () => startupPart(binary, ROOT, options.runs),
    docker: () => dockerPart(binary, ROOT, options.runs),
    soak: () => soakPart(binary, ROOT, options.soakSec),
    process: () => processPart(binary, options),
    judge: () => judgePart(binary),
    tests: () => testsPart(binary, options.runs),
  };
  const results: PartResult[] = [];
  for (const part of options.parts) {
    say(`Measuring: ${part}`);
    results.push(await attempt(part, parts[part]));
  }
  const measured = together(results);
  const series = measured.sections.flatMap((section) => section.series);
  const result = { ...measured, bars: [...measured.bars, ...(series.length === 0 ? [] : [peakBar(series)])] };
  const command = ["scripts/deno task bench", ...Deno.args.filter((arg) => arg !== "--docs")].join(" ");
  await publish(reportText({ command, machine, result }), options);
  if (result.failed.length > 0) return 1;
  return options.check && result.bars.some(({ kept }) => kept !== true) ? 1 : 0;
}

/** The named program, or a new build: an old build would give the figures of other code. */
async function programOf({ binary }: BenchOptions): Promise<string> {
  if (binary !== undefined) {
    if (await exists(binary, { isFile: true })) return resolve(binary);
    throw new BenchError(`--binary is "${binary}", which is not a file. Build one: scripts/deno task build`);
  }
  const args = ["run", "--no-prompt", "-A", join(ROOT, "scripts/build.ts")];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null" }).spawn().status;
  if (!success) throw new BenchError("Cannot measure: the program could not be built, see above");
  return join(ROOT, "dist", "vx11-stability");
}

async function publish(text: string, { docs, markdown }: BenchOptions): Promise<void> {
  const path = resolve(ROOT, markdown);
  await ensureDir(dirname(path));
  await Deno.writeTextFile(path, text);
  say(`\n${text}\nWritten to ${path}`);
  if (!docs) return;
  const place = join(ROOT, MEASURED.bench);
  const filled = withBlock(await Deno.readTextFile(place), "bench", text);
  if (filled === null) throw new BenchError(`${MEASURED.bench} has no \`<!-- measured: bench -->\` for the results`);
  await Deno.writeTextFile(place, filled);
}

if (import.meta.main) {
  try {
    Deno.exitCode = await bench(parseOptions(Deno.args));
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    complain(error.message);
    Deno.exitCode = 1;
  }
}
