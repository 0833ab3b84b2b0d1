/** A module's pytest files, one after the other, with the addresses of what is up in their environment. */

import { join } from "@std/path";
import { closure, dependencyGraph } from "../plan/graph.ts";
import { coreModules } from "../plan/plan.ts";
import { urlVariable } from "../plan/service_env.ts";
import { runTestFile } from "../pytest/pytest.ts";
import type { Redactor } from "../engine/redactor.ts";
import type { Host } from "../host/host.ts";
import { environmentFailure, messageOf } from "../model/failure.ts";
import { cannotWrite } from "./audit_dir.ts";
import type { RunContext } from "./context.ts";
import type { Units } from "./units.ts";

export async function runTests(context: RunContext, units: Units, cycle: number, module: string): Promise<void> {
  const { auditDir, config, journal, progress, rawNames, signal, testsUnavailable } = context;
  const files = context.tests.get(module) ?? [];
  const unavailable = files.length === 0 ? null : testsUnavailable;
  journal.add({ type: "tests_found", cycle, module, files, unavailable });
  if (unavailable !== null) return;
  const env = testEnv(context, units, module);
  for (const file of files) {
    const output = rawNames.next([module, file], ".txt", cycle);
    const test = await runTestFile(evidenceHost(context), {
      command: config.pytest,
      cwd: config.projectDir,
      path: join(config.testsDir, file),
      file,
      env: { ...config.testEnv, ...env },
      limitMs: config.timeoutSec * 1000,
      auditDir,
      output,
      signal,
    });
    journal.add({ type: "test", cycle, module, ...test });
    progress({ type: "test", module, file, ok: test.returnCode === 0, durationMs: test.durationMs });
  }
}

/**
 * The host, on which an output that there is no place for is a Failure, as for all other evidence, and on which nothing is
 * written or read with secrets in it.
 */
function evidenceHost({ auditDir, host, redactor }: { auditDir: string; host: Host; redactor: Redactor }): Host {
  const refuse = (error: unknown) => {
    throw cannotWrite(auditDir, error);
  };
  return {
    ...host,
    files: {
      ...host.files,
      makeTempDir: (prefix) => host.files.makeTempDir(prefix).catch(noTempDir),
      readText: async (path) => redactor.text(await host.files.readText(path)),
      writeAtomic: (path, data) => {
        const clean = data instanceof Uint8Array
          ? data
          : redactor.text(typeof data === "string" ? data : [...data].join(""));
        return host.files.writeAtomic(path, clean).catch(refuse);
      },
      drainTo: (path, streams, maxBytes, abandon) => {
        const clean = streams.map((stream) => redactor.stream(stream));
        return host.files.drainTo(path, clean, maxBytes, abandon).catch(refuse);
      },
    },
  };
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
