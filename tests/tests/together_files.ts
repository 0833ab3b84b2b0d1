/** Runs test files in one pytest, in a folder of their own. */

import { noted } from "../fakes/noted.ts";
import { dirname, join } from "@std/path";
import type { Host } from "../../lib/host/host.ts";
import type { TestRun } from "../../lib/model/evidence.ts";
import type { TestOptions } from "../../lib/tests/pytest/file.ts";
import type { Seen } from "../../lib/tests/pytest/together/process.ts";
import { runTogether } from "../../lib/tests/pytest/together/run.ts";
import { HAS_PYTEST, host, PYTEST } from "./test_file.ts";

export interface RanTogether {
  runs: TestRun[];
  /** File → what it printed. */
  outputs: Map<string, string>;
  /** File → what was told of it last. */
  told: Map<string, Seen>;
  dir: string;
}

/** `files`: path below the folder → text; those whose names begin with `test_` are run, in this order. `limits`: file → its own. */
export async function runFiles(
  files: Record<string, string>,
  over: Partial<TestOptions> = {},
  { limits = {}, shownBy = host }: { limits?: Record<string, number>; shownBy?: Host } = {},
): Promise<RanTogether> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-together-" });
  try {
    await Deno.mkdir(join(dir, "raw"));
    for (const [path, text] of Object.entries({ "pytest.ini": "[pytest]\n", ...files })) {
      await Deno.mkdir(dirname(join(dir, path)), { recursive: true });
      await Deno.writeTextFile(join(dir, path), text);
    }
    const runs: TestRun[] = [];
    const told = new Map<string, Seen>();
    const wanted = Object.keys(files).filter((path) => /(^|\/)test_[^/]*$/.test(path))
      .map((file) => ({ file, path: join(dir, file), root: dir, command: over.command ?? PYTEST }));
    const optionsOf = (file: typeof wanted[number]): TestOptions => ({
      cwd: dir,
      env: { VX11_DIR: dir },
      limitMs: limits[file.file] ?? 600_000,
      auditDir: dir,
      output: `raw/${file.file.replaceAll("/", "_")}.txt`,
      evidence: { ...host.files, writeText: host.files.writeAtomic, noteTests: noted },
      clean: (text) => text,
      signal: new AbortController().signal,
      ...file,
      ...over,
    });
    const tell = (file: string, seen: Seen) => void told.set(file, { ...seen });
    for await (const run of runTogether(shownBy, wanted, { optionsOf, tell })) runs.push(run);
    const outputs = new Map<string, string>();
    for (const { file, output } of runs) outputs.set(file, await Deno.readTextFile(join(dir, output)));
    return { runs, outputs, told, dir };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Skipped without pytest. */
export function togetherTest(
  name: string,
  files: Record<string, string>,
  check: (ran: RanTogether) => unknown,
  over: Partial<TestOptions> = {},
): void {
  Deno.test({ name, ignore: !HAS_PYTEST, fn: async () => void await check(await runFiles(files, over)) });
}

/** In short: `test_a.py 0 1 passed #1`. */
export function shortly(
  { anew, apart, counts, file, place, returnCode, signal, timedOut, unfinished }: TestRun,
): string {
  const some = counts === null
    ? "uncounted"
    : Object.entries(counts).filter(([, many]) => many > 0).map(([what, many]) => `${many} ${what}`).join(" ");
  return [
    file,
    timedOut ? "timeout" : signal ?? returnCode,
    some,
    ...(place === undefined ? [] : [`#${place}`]),
    ...(unfinished === undefined ? [] : [`unfinished: ${unfinished}`]),
    ...(apart === undefined ? [] : [`apart: ${apart}`]),
    ...(anew === undefined ? [] : [`anew: ${anew}`]),
  ].join(" ");
}
