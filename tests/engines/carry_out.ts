/** One self-test on one engine. */

import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { type EngineToTry, serviceOf } from "./registry.ts";
import type { Tested } from "./rows.ts";

export interface Means {
  binary: string;
  /** The folder for this engine's table and evidence. */
  out: string;
  families: readonly string[];
  repeat: number;
  jobs: number | "auto";
  signal: AbortSignal;
}

/** Why there is no result. */
export class UntriedError extends Error {}

const HERE = import.meta.dirname ?? ".";
const PROGRAM = "vx11-stability";

/** Its roots, and the table of the self-test. Throws UntriedError; what was started is gone then, too. */
export async function carryOut(engine: EngineToTry, means: Means): Promise<Tested> {
  const { place } = engine;
  const signal = AbortSignal.any([means.signal, AbortSignal.timeout(engine.limitMin * 60_000)]);
  await Deno.remove(means.out, { recursive: true }).catch(() => {});
  await ensureDir(means.out);
  if (place.kind === "here") {
    await run([means.binary, ...argsOf(means, means.out)], {}, signal);
  } else {
    const uml = place.kind === "uml" ? ["--uml"] : [];
    await succeed(["bash", join(HERE, "roots.sh"), ...uml, place.suite], signal);
    // What is to be tried lies in the folder that is seen there, and so does what comes of it.
    const program = join(means.out, PROGRAM);
    await Deno.copyFile(means.binary, program);
    const command = [`/share/files/${PROGRAM}`, ...argsOf(means, "/share/files")];
    const machine = ["bash", join(HERE, "on.sh"), place.kind, place.suite, serviceOf(engine)];
    await run([...machine, ...command], { ENGINES_SHARE: means.out }, signal);
    await Deno.remove(program);
  }
  try {
    return JSON.parse(await Deno.readTextFile(join(means.out, "SELFTEST.json")));
  } catch (cause) {
    throw new UntriedError(`the self-test left no table in ${means.out}, see above`, { cause });
  }
}

function argsOf({ families, jobs, repeat }: Means, out: string): string[] {
  const only = families.length === 0 ? [] : ["--only", families.join(",")];
  return ["selftest", "--engine", "compose", ...only, "--repeat", `${repeat}`, "--jobs", `${jobs}`, "--out", out];
}

async function succeed(command: readonly string[], signal: AbortSignal): Promise<void> {
  const code = await run(command, {}, signal);
  if (code !== 0) throw new UntriedError(`\`${command.join(" ")}\` ended with ${code}, see above`);
}

/** Resolves to its exit code when it has ended, also when it was told to. */
async function run(
  [program = "", ...args]: readonly string[],
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<number> {
  const { code } = await new Deno.Command(program, { args, env, signal, stdin: "null" }).spawn().status;
  if (signal.aborted) {
    throw new UntriedError(`it was ended: ${signal.reason instanceof Error ? signal.reason.message : signal.reason}`);
  }
  return code;
}
