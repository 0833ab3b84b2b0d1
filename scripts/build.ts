/**
 * Compiles main.ts into one program: scripts/deno task build [--target TRIPLE] [--output PATH]
 *
 * Writes dist/vx11-stability and, beside it, the SHA-256 that `sha256sum -c` checks. Uses only packages that deno.lock has
 * (`--frozen`). A program for this system is started once: the build fails if it does not start, or does not print the
 * version in deno.json.
 */

import { parseArgs } from "@std/cli";
import { ensureDir } from "@std/fs";
import { dirname, join, resolve } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { findDenort } from "./denort.ts";
import { BuildError } from "./build_error.ts";
import { sha256 } from "./denort_npm.ts";
import { writeRuntimeLock } from "./runtime_lock.ts";
import { complain, say } from "./say.ts";
import { checksumLine, compileArgs, isTarget, outputPath, type Target, TARGETS } from "./targets.ts";

interface Options {
  target?: Target;
  output?: string;
}

export function parseOptions(args: readonly string[]): Options {
  const parsed = parseArgs([...args], {
    string: ["target", "output"],
    unknown: (option) => {
      throw new BuildError(`Unknown argument "${option}": the options are --target and --output`);
    },
  });
  const options: Options = {};
  if (parsed.target !== undefined) {
    const target = String(parsed.target);
    if (!isTarget(target)) {
      throw new BuildError(`Unknown --target "${target}": it must be one of ${TARGETS.join(", ")}`);
    }
    options.target = target;
  }
  if (parsed.output !== undefined) {
    options.output = String(parsed.output);
    if (options.output === "") throw new BuildError("Cannot use --output: it is empty, it must name a file");
  }
  return options;
}

async function build(options: Options): Promise<void> {
  const target = options.target ?? Deno.build.target;
  if (!isTarget(target)) {
    throw new BuildError(`Cannot build for this system, ${target}: name a --target, one of ${TARGETS.join(", ")}`);
  }
  const root = resolve(import.meta.dirname ?? ".", "..");
  const output = options.output === undefined
    ? join(root, outputPath(options.target, Deno.build.target))
    : resolve(options.output);
  const checksum = `${output}.sha256`;
  await ensureDir(dirname(output));
  // An old sum beside a new program, or beside one that failed, would only mislead.
  await Deno.remove(checksum).catch(() => {});

  const denort = await findDenort(target);
  say(`denort: ${denort.from}`);
  await writeRuntimeLock(root);
  await compile(root, compileArgs(options.target, output), denort.bin);
  if (target === Deno.build.target) await tryOut(output);

  const program = await Deno.readFile(output);
  await Deno.writeTextFile(checksum, checksumLine(await sha256(program), output));
  say(
    `Built ${output} (version ${config.version}, ${target}, ${(program.length / 1e6).toFixed(1)} MB) and its .sha256`,
  );
}

async function compile(cwd: string, args: string[], denort: string | undefined): Promise<void> {
  const env: Record<string, string> = denort === undefined ? {} : { DENORT_BIN: resolve(denort) };
  const { success, code } = await new Deno.Command(Deno.execPath(), { args, cwd, env, stdin: "null" }).spawn().status;
  if (success) return;
  throw new BuildError(
    `Cannot build: \`deno compile\` ended with exit code ${code}, see above. If it says that the lockfile is out of ` +
      "date, run `scripts/deno install --entrypoint main.ts` and look at what changed in deno.lock.",
  );
}

/** A denort of another release compiles without complaint and then does not start. */
async function tryOut(program: string): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: ["--version"], stdin: "null" }).output();
  const said = new TextDecoder().decode(stdout).trim();
  if (code === 0 && said.includes(config.version)) return;
  // deno compile overwrites only its own output, and may not recognize a program that does not start.
  await Deno.remove(program);
  throw new BuildError(
    `Cannot use what was built: \`${program} --version\` ended with exit code ${code} and said "${said}", but ` +
      `${config.version} was expected; it was removed. Is denort of the same release as Deno ${Deno.version.deno}? ` +
      new TextDecoder().decode(stderr).trim(),
  );
}

if (import.meta.main) {
  try {
    await build(parseOptions(Deno.args));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    complain(error.message);
    Deno.exitCode = 1;
  }
}
