/** How long the program takes to say its version, against a program that does nothing and is compiled the same way. */

import { join, resolve } from "@std/path";
import { median } from "../../lib/figures/stats.ts";
import { findDenort } from "../denort.ts";
import { writeRuntimeLock } from "../runtime_lock.ts";
import { compileArgs, isTarget } from "../targets.ts";
import { rangeText, startupBar } from "./bars.ts";
import { BenchError } from "./measure.ts";
import { NOTHING, type PartResult } from "./result.ts";

const LEAST_RUNS = 20;

export async function startupPart(binary: string, root: string, runs: number): Promise<PartResult> {
  const empty = await compileEmpty(root);
  const count = Math.max(LEAST_RUNS, runs);
  const ours: number[] = [];
  const nothing: number[] = [];
  // The first start reads both files from the disk, which is not what is compared.
  await started(binary, ["--version"]);
  await started(empty, []);
  for (let round = 0; round < count; round++) {
    nothing.push(await started(empty, []));
    ours.push(await started(binary, ["--version"]));
  }
  const [fast = NaN, slow = NaN] = [median(nothing), median(ours)];
  const notes = [
    `\`--version\`: ${slow.toFixed(1)} ms (${rangeText(ours, 1)}); the empty program: ${fast.toFixed(1)} ms ` +
    `(${rangeText(nothing, 1)}); ratio ${(slow / fast).toFixed(2)}.`,
  ];
  const section = { title: "Start", about: `Medians of ${count} starts each, in turn.`, series: [], notes };
  return { ...NOTHING, sections: [section], bars: [startupBar(slow / fast)] };
}

async function started(program: string, args: string[]): Promise<number> {
  const began = performance.now();
  const { code } = await new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).output();
  if (code !== 0) throw new BenchError(`\`${[program, ...args].join(" ")}\` ended with ${code}. Run it by itself.`);
  return performance.now() - began;
}

/** With the very arguments of scripts/build.ts, and what the program carries beside its code. */
async function compileEmpty(root: string): Promise<string> {
  const { target } = Deno.build;
  if (!isTarget(target)) throw new BenchError(`Cannot compile for this system, ${target}: leave out --only startup`);
  const output = join(root, "dist", "bench-empty");
  const { bin } = await findDenort(target);
  await writeRuntimeLock(root);
  const command = new Deno.Command(Deno.execPath(), {
    args: compileArgs(undefined, output, "scripts/bench/empty.ts"),
    cwd: root,
    env: bin === undefined ? {} : { DENORT_BIN: resolve(bin) },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const { success, stderr } = await command.output();
  if (!success) throw new BenchError(`Cannot compile the empty program: ${new TextDecoder().decode(stderr).trim()}`);
  return output;
}
