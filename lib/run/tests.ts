/** A module's pytest files, one after the other, with the addresses of what is up in their environment. */

import { join } from "@std/path";
import { closure, dependencyGraph } from "../plan/graph.ts";
import { coreModules } from "../plan/plan.ts";
import { urlVariable } from "../plan/service_env.ts";
import { type EvidenceFiles, runTestFile } from "../tests/pytest.ts";
import type { Host } from "../host/host.ts";
import { refuseShort } from "../host/shortage.ts";
import { outcomeOf } from "../figures/test_outcome.ts";
import type { TestRun } from "../model/evidence.ts";
import { environmentFailure, messageOf } from "../model/failure.ts";
import { cannotWrite } from "../record/failures.ts";
import type { RunContext } from "./context.ts";
import { ownTempDir } from "../audit/temp_dirs.ts";
import type { Units } from "./units.ts";

export async function runTests(context: RunContext, units: Units, cycle: number, module: string): Promise<void> {
  const { auditDir, config, journal, progress, rawNames, signal, testsUnavailable } = context;
  const files = context.tests.get(module) ?? [];
  const unavailable = files.length === 0 ? null : testsUnavailable;
  const search = context.searches.get(module);
  journal.add({
    type: "tests_found",
    cycle,
    module,
    files,
    unavailable,
    ...(search === undefined ? {} : { search }),
  });
  if (unavailable !== null) return;
  const env = testEnv(context, units, module);
  for (const file of files) {
    const output = rawNames.next([module, file], ".txt", cycle);
    const test = await runTestFile(testHost(context.host), {
      command: config.pytest,
      cwd: config.projectDir,
      path: join(config.testsDir, file),
      root: config.testsDir,
      file,
      env: { ...config.testEnv, ...env },
      limitMs: config.timeoutSec * 1000,
      auditDir,
      output,
      evidence: evidenceFiles(context),
      clean: (text) => context.redactor.text(text),
      signal,
    });
    // What was not seen of it, or not kept, may be for that alone.
    refuseShort(context.host);
    journal.add({ type: "test", cycle, module, ...test });
    context.missingPackages.note(module, test);
    const left = survivorsText(module, test);
    if (left !== null) journal.add({ type: "left_behind", text: left });
    progress({ type: "test", module, file, ok: outcomeOf(test) === "passed", durationMs: test.durationMs });
  }
}

/** The host, on which a missing place for what pytest reads and writes beside the tests is a Failure. */
function testHost(host: Host): Host {
  const { files } = host;
  return {
    ...host,
    files: {
      ...files,
      makeTempDir: () => ownTempDir(host, "vx11-junit").catch(noTempDir),
      writeAtomic: (path, data) => files.writeAtomic(path, data).catch(noTempDir),
    },
  };
}

/** Writes without secrets; an output that there is no place for is a Failure, as for all other evidence. */
function evidenceFiles({ auditDir, host: { files }, redactor }: RunContext): EvidenceFiles {
  const refuse = (error: unknown) => {
    throw cannotWrite(auditDir, error);
  };
  return {
    writeText: (path, text) => files.writeAtomic(path, redactor.text(text)).catch(refuse),
    drainTo: (path, streams, maxBytes, abandon) => {
      const clean = streams.map((stream) => redactor.stream(stream));
      return files.drainTo(path, clean, maxBytes, abandon).catch(refuse);
    },
  };
}

function survivorsText(module: string, { file, strayUnseen, survivors }: TestRun): string | null {
  if (strayUnseen) {
    return `Whether the test ${file} of "${module}" left processes could not be seen: /proc cannot be read`;
  }
  if (survivors === undefined) return null;
  return `Processes that the test ${file} of "${module}" started cannot be ended: kill -9 ${survivors}`;
}

function noTempDir(error: unknown): never {
  const why = messageOf(error);
  throw environmentFailure(`Cannot make a temporary folder for pytest: ${why}`, "Free space there, or set TMPDIR");
}

/**
 * `VX11_MODE`, and `VX11_<SERVICE>_URL` (no path, no trailing slash) for each service of the core, of the module and of what
 * it depends on: whatever else is up at the moment is none of its business, and would differ from run to run.
 */
function testEnv({ config, modules, plan }: RunContext, units: Units, module: string): Record<string, string> {
  const env: Record<string, string> = { VX11_MODE: config.mode };
  for (const name of closure(dependencyGraph(modules), [...coreModules(plan), module])) {
    for (const [service, url] of units.get(name)?.window.baseUrls ?? []) env[urlVariable(service)] = url;
  }
  return env;
}
