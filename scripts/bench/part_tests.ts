/** What one pytest a module saves: modules of test files that import the same slow library, on the process engine. */

import { join } from "@std/path";
import { TESTS_PER, type TestsPer } from "../../lib/model/settings.ts";
import { say } from "../say.ts";
import { sharedTestsBar } from "./bars.ts";
import { type HarnessRun, runHarness } from "./harness.ts";
import { NOTHING, type PartResult } from "./result.ts";

const MODULES = 9;
const FILES = 9;
const IMPORT_SEC = 1;

/** Takes so much of a core, as a large library does. */
const LIBRARY = `import time
end = time.process_time() + ${IMPORT_SEC}
while time.process_time() < end:
    pass
`;
const TEST = "import vx11_slow_library\n\ndef test_it():\n    assert vx11_slow_library.end > 0\n";

export async function testsPart(binary: string, runs: number): Promise<PartResult> {
  const title = `${MODULES} modules of ${FILES} test files each, which import for ${IMPORT_SEC} s, on processes`;
  const seen = new Map<string, HarnessRun[]>(TESTS_PER.map((unit) => [unit, []]));
  for (let round = 1; round <= runs; round++) {
    for (const unit of TESTS_PER) {
      const run = await runTests(binary, unit, MODULES);
      seen.get(unit)?.push(run);
      say(`${title}, round ${round}: --tests-per ${unit} took ${(run.wallMs / 1000).toFixed(1)} s`);
    }
  }
  const [file, module] = TESTS_PER.map((unit) => ({ name: `--tests-per ${unit}`, runs: seen.get(unit) ?? [] }));
  if (file === undefined || module === undefined) throw new Error("Two ways are compared");
  const about = "Each library import takes CPU time, as much as a large library's; one module after the other.";
  return {
    ...NOTHING,
    sections: [{ title, about, series: [file, module], notes: [] }],
    bars: [sharedTestsBar(title, file, module)],
  };
}

function configOf(binary: string, names: readonly string[]): string {
  const command = `[${JSON.stringify(binary)}, stand-in]`;
  const services = names.map((name) =>
    `  ${name}: { command: ${command}, env: { VX11_SERVICE: ${name}, FAULT_HEALTH_PATH: /health }, port: auto }\n`
  );
  const modules = names.map((name, at) =>
    `  ${name}: { services: [${name}], tests: ["test_${name}_*.py"], ` +
    `health: [{ service: ${name}, port: ${20_000 + at}, path: /health }] }\n`
  );
  return `extends: none\nengine: process\nrules: { high_latency: off, leak_suspected: off }\n` +
    `modules:\n${modules.join("")}services:\n${services.join("")}`;
}

/** One run in a folder of its own; the library is outside, as installed ones are. */
export async function runTests(binary: string, unit: TestsPer, modules: number): Promise<HarnessRun> {
  const dir = await Deno.makeTempDir({ prefix: "vx11-bench-tests-" });
  try {
    const [project, library] = [join(dir, "project"), join(dir, "library")];
    await Deno.mkdir(join(project, "tests"), { recursive: true });
    await Deno.mkdir(library);
    await Deno.writeTextFile(join(library, "vx11_slow_library.py"), LIBRARY);
    const names = Array.from({ length: modules }, (_, at) => `m${at + 1}`);
    for (const name of names) {
      for (let file = 1; file <= FILES; file++) {
        await Deno.writeTextFile(join(project, "tests", `test_${name}_${file}.py`), TEST);
      }
    }
    await Deno.writeTextFile(join(project, "bench.yaml"), configOf(binary, names));
    const args = [
      "--config",
      "bench.yaml",
      "--no-keep-core",
      "--jobs",
      "1",
      "--timeout-sec",
      "120",
      "--tests-per",
      unit,
    ];
    return await runHarness(binary, args, project, { PYTHONPATH: library });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}
