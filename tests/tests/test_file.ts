/** Runs a test file in a folder of its own, with the real pytest or with a command that stands in for it. */

import { calmHost } from "../fakes/calm.ts";
import { noted } from "../fakes/noted.ts";
import type { TestRun } from "../../lib/model/evidence.ts";
import type { TestOptions } from "../../lib/tests/pytest/file.ts";
import { runTestFile } from "../../lib/tests/pytest/file.ts";
import { pytestProblem } from "../../lib/tests/pytest/there.ts";

export const host = calmHost();
export const PYTEST = ["python3", "-m", "pytest", "-p", "no:cacheprovider"];
export const HAS_PYTEST = await pytestProblem(host, PYTEST, "/") === null;

export interface Ran {
  run: TestRun;
  output: string;
  dir: string;
}

export async function running(source: string, work: (options: TestOptions) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-pytest-" });
  try {
    await Deno.mkdir(`${dir}/raw`);
    await Deno.writeTextFile(`${dir}/test_x.py`, source);
    await work({
      command: PYTEST,
      cwd: dir,
      path: `${dir}/test_x.py`,
      root: dir,
      file: "sub/test_x.py",
      env: { VX11_DIR: dir },
      limitMs: 60_000,
      auditDir: dir,
      output: "raw/switch_test_x.txt",
      evidence: { ...host.files, writeText: host.files.writeAtomic, noteTests: noted },
      clean: (text) => text,
      signal: new AbortController().signal,
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs a test file, with the real pytest unless another command is named. */
export function testFile(name: string, source: string, over: Partial<TestOptions>, check: (ran: Ran) => unknown): void {
  Deno.test({
    name,
    ignore: over.command === undefined && !HAS_PYTEST,
    fn: () =>
      running(source, async (options) => {
        const run = await runTestFile(host, { ...options, ...over });
        await check({
          run,
          output: await Deno.readTextFile(`${options.auditDir}/raw/switch_test_x.txt`),
          dir: options.cwd,
        });
      }),
  });
}

export function facts({ returnCode, counts, firstFailure }: TestRun) {
  return { returnCode, counts, firstFailure };
}

export const none = { passed: 0, failed: 0, errors: 0, skipped: 0 };
