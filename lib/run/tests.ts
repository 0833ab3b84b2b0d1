/** A module's pytest files, one after the other, with the addresses of what is up in their environment. */

import { join } from "@std/path";
import { closure, dependencyGraph } from "../plan/graph.ts";
import { coreModules } from "../plan/plan.ts";
import { urlVariable } from "../plan/service_env.ts";
import { runTestFile } from "../pytest/pytest.ts";
import type { Host } from "../host/host.ts";
import { cannotWrite } from "./audit_dir.ts";
import type { RunContext } from "./context.ts";
import type { Units } from "./units.ts";

export async function runTests(context: RunContext, units: Units, cycle: number, module: string): Promise<void> {
  const { auditDir, config, host, journal, progress, rawNames, signal, testsUnavailable } = context;
  const files = context.tests.get(module) ?? [];
  const unavailable = files.length === 0 ? null : testsUnavailable;
  journal.add({ type: "tests_found", cycle, module, files, unavailable });
  if (unavailable !== null) return;
  const env = testEnv(context, units, module);
  for (const file of files) {
    const test = await runTestFile(evidenceHost(host, auditDir), {
      command: config.pytest,
      cwd: config.projectDir,
      path: join(config.testsDir, file),
      file,
      env: { ...config.testEnv, ...env },
      limitMs: config.timeoutSec * 1000,
      auditDir,
      output: rawNames.next([module, file], ".txt", cycle),
      signal,
    });
    journal.add({ type: "test", cycle, module, ...test });
    progress({ type: "test", module, file, ok: test.returnCode === 0, durationMs: test.durationMs });
  }
}

/** The host, on which an output that there is no place for is a Failure, as for all other evidence. */
function evidenceHost(host: Host, auditDir: string): Host {
  const refuse = (error: unknown) => {
    throw cannotWrite(auditDir, error);
  };
  return {
    ...host,
    files: {
      ...host.files,
      writeAtomic: (path, data) => host.files.writeAtomic(path, data).catch(refuse),
      drainTo: (path, streams, maxBytes, abandon) => host.files.drainTo(path, streams, maxBytes, abandon).catch(refuse),
    },
  };
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
