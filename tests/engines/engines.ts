/**
 * Carries out the self-test on container engines beside this machine's own: `scripts/deno task engines --help`. The results go into
 * lib/engine/compose/tried/tried.json, which `doctor` reads, too, and from there into docs/engines.md.
 */

import { exists } from "@std/fs";
import { join, resolve } from "@std/path";
import type { TriedRow } from "../../lib/engine/compose/tried/tried.ts";
import { MEASURED, withBlock } from "../../scripts/docs_block.ts";
import { complain, say } from "../../scripts/say.ts";
import { carryOut, UntriedError } from "./carry_out.ts";
import { type Options, parseOptions, USAGE, UsageError } from "./options.ts";
import { engineTable } from "./page.ts";
import type { EngineToTry } from "./registry.ts";
import { covers, isOf, OtherEngineError, rowOf, type Source, withRow } from "./rows.ts";
import { isSince, sourceOf } from "./source.ts";

const ROOT = resolve(import.meta.dirname ?? ".", "../..");
const ROWS = join(ROOT, "lib/engine/compose/tried/tried.json");
const PAGE = join(ROOT, MEASURED.engines);

/** Returns the exit code. Each result is kept as soon as it is there. */
async function engines(options: Options, signal: AbortSignal): Promise<number> {
  const source = await sourceOf(ROOT);
  const binary = await programOf(options);
  const failed: string[] = [];
  for (const engine of options.engines) {
    if (signal.aborted) break;
    const families = options.families ?? engine.families;
    if (options.resumes && await isTried(engine, families, options.repeat)) {
      say(`${engine.name}: was tried already`);
      continue;
    }
    say(`${engine.name}: ${families.length === 0 ? "all families" : families.join(", ")}`);
    try {
      const row = await tryOn(engine, families, { binary, options, signal, source });
      say(`${engine.name}: ${row.trials - row.wrong} of ${row.trials} right, ${row.minutes} min`);
      if (row.wrong > 0) failed.push(`${engine.name}: ${Object.keys(row.mistakes).join(", ")}`);
    } catch (error) {
      if (!(error instanceof UntriedError || error instanceof OtherEngineError)) throw error;
      complain(`Cannot try ${engine.name}: ${error.message}`);
      failed.push(`${engine.name}: not tried`);
    }
  }
  for (const each of failed) complain(`Wrong or missing: ${each}`);
  return signal.aborted ? 130 : failed.length > 0 ? 1 : 0;
}

interface Common {
  binary: string;
  options: Options;
  signal: AbortSignal;
  source: Source;
}

async function tryOn(engine: EngineToTry, families: readonly string[], of: Common): Promise<TriedRow> {
  const { binary, options: { isKept, jobs = engine.jobs, out, repeat }, signal, source } = of;
  const folder = resolve(ROOT, out, engine.name);
  const row = rowOf(engine, await carryOut(engine, { binary, families, jobs, out: folder, repeat, signal }), source);
  if (isKept) await keep(row);
  return row;
}

async function rowsNow(): Promise<TriedRow[]> {
  return JSON.parse(await Deno.readTextFile(ROWS));
}

async function keep(row: TriedRow): Promise<void> {
  const rows = withRow(await rowsNow(), row);
  await write(ROWS, `${JSON.stringify(rows, null, 2)}\n`);
  await writePage(rows);
}

async function writePage(rows: readonly TriedRow[]): Promise<void> {
  const page = withBlock(await Deno.readTextFile(PAGE), "engines", engineTable(rows));
  if (page === null) throw new Error(`${MEASURED.engines} has no \`<!-- measured: engines -->\` for the results`);
  await write(PAGE, page);
}

async function write(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, text);
  await Deno.rename(`${path}.new`, path);
}

async function isTried(
  { name, ...engine }: EngineToTry,
  families: readonly string[],
  repeat: number,
): Promise<boolean> {
  const { cgroup = await exists("/sys/fs/cgroup/cgroup.controllers") ? "v2" : "v1" } = engine;
  for (const row of await rowsNow()) {
    const isEnough = isOf(row, { name, cgroup }) && !row.changed && row.repeat >= repeat &&
      covers(row.families, families);
    if (isEnough && await isSince(ROOT, row.commit)) return true;
  }
  return false;
}

/** The named program, or a new build: an old build would give the figures of other code. */
async function programOf({ binary }: Options): Promise<string> {
  if (binary !== undefined) return resolve(binary);
  const args = ["run", "--no-prompt", "-A", join(ROOT, "scripts/build.ts")];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT, stdin: "null" }).spawn().status;
  if (!success) throw new UsageError("Cannot try engines: the program could not be built, see above");
  return join(ROOT, "dist/vx11-stability");
}

async function main(): Promise<number> {
  const options = parseOptions(Deno.args);
  if (options.help) {
    say(USAGE);
    return 0;
  }
  if (options.isPageOnly) {
    await writePage(await rowsNow());
    return 0;
  }
  // What was started ends with this program, and in its own time.
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(name, () => interrupt.abort(new Error(name)));
  }
  return await engines(options, interrupt.signal);
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    Deno.exit(2);
  }
}
