/** The tests of a run as a whole: which there are before it begins, and what is to be known of them once, at its end. */

import { count } from "../text/units.ts";
import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import type { Plan } from "../model/plan.ts";
import { choosePytest, VENVS } from "../tests/choose.ts";
import { assignTests, closedText, searchesFor, unclaimedText } from "../tests/discover.ts";
import type { RunContext } from "./context.ts";
import { notify } from "./context.ts";

/** All files, module → its test files, and why they cannot be run, which is asked only where a tested module has any. */
export async function findTests(host: Host, config: RunConfig, plan: Plan, signal: AbortSignal) {
  const notices: string[] = [];
  const dir = config.testsDir;
  const files = await host.files.walk(dir, (path, why) => notices.push(closedText(dir, path, why)));
  const tests = assignTests(files, config.settings.modules);
  const isThere = files.length > 0 || await host.files.kind(dir) === "directory";
  const searches = searchesFor(tests, config.settings.modules, { dir, files: isThere ? files : null });
  const isAny = plan.steps.some(({ module, tested }) => tested && (tests.get(module) ?? []).length > 0);
  const pytest = isAny
    ? await choosePytest(host, config, signal)
    : { command: config.pytest, notice: null, problem: null };
  const unclaimed = unclaimedText(files, tests);
  return { files, searches, tests, pytest, notices: unclaimed === null ? notices : [...notices, unclaimed] };
}

/** Once for the run: many files fail in one way if Python lacks what the services need. */
export function hintAtPackages(context: RunContext): void {
  const { pytest: command, pytestGiven: given = false } = context.config;
  const hint = context.missingPackages.hint({ command, given, venvs: VENVS });
  if (hint !== null) notify(context, hint);
}

/** Once for the run: what the project itself keeps from being run is no reason, and still to be known. */
export function tellLeftOut(context: RunContext): void {
  const left = context.journal.evidence.modules.flatMap(({ cycles }) =>
    cycles.flatMap(({ tests }) => tests.flatMap(({ file, leftOut }) => leftOut ? [file] : []))
  );
  const files = [...new Set(left)];
  if (files.length === 0) return;
  notify(
    context,
    `${count(files.length, "test file")} not run, since the project's own settings for pytest leave out: ${
      files.join(", ")
    }`,
  );
}
