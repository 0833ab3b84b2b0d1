/** Which tests a run has, from all runners, and which runner runs each. */

import type { Host } from "../host/host.ts";
import type { RunConfig } from "../model/config.ts";
import type { TestSearch } from "../model/evidence.ts";
import type { Plan } from "../model/plan.ts";
import { usageFailure } from "../model/failure.ts";
import { shown } from "../text/shown.ts";
import { RUNNERS } from "./registry.ts";
import type { ListedTests, PreparedRunner, TestInput } from "./runner.ts";

/** A test and its runner. */
export interface FoundTest {
  name: string;
  runner: PreparedRunner;
}

export interface FoundTests {
  /** Module → its tests, in the order in which they are run. */
  of: ReadonlyMap<string, readonly FoundTest[]>;
  /** Module without tests → how they were looked for. */
  searches: ReadonlyMap<string, TestSearch>;
  runners: readonly PreparedRunner[];
  notices: readonly string[];
  /** Files that the tests of the tested modules depend on. */
  inputs: readonly TestInput[];
}

/** A runner is prepared only if a module that is tested has tests of it. */
export async function findTests(host: Host, config: RunConfig, plan: Plan, signal: AbortSignal): Promise<FoundTests> {
  const { projectDir, settings: { modules }, testsDir } = config;
  const tested = plan.steps.filter((step) => step.tested).map(({ module }) => module);
  const found = await Promise.all(RUNNERS.map(async ({ load }) => {
    const runner = await load();
    const listed = await runner.list(host, { projectDir, testsDir, modules });
    const isAny = tested.some((module) => (listed.tests.get(module) ?? []).length > 0);
    return { listed, prepared: isAny ? await runner.prepare(host, config, signal) : null };
  }));
  const canRun = found.some(({ prepared }) => prepared?.unavailable === null);
  const of = new Map([...modules.keys()].map((module) => [
    module,
    found.flatMap(({ listed, prepared }) =>
      prepared === null ? [] : (listed.tests.get(module) ?? []).map((name) => ({ name, runner: prepared }))
    ),
  ]));
  refuseSameNames(of);
  return {
    of,
    searches: new Map(searchesOf(found.map(({ listed }) => listed), of)),
    runners: found.flatMap(({ prepared }) => prepared ?? []),
    notices: found.flatMap(({ listed, prepared }) => [...listed.notices, ...preparedNotices(prepared, canRun)]),
    inputs: found.flatMap(({ listed }) => listed.inputs).filter(({ module }) =>
      module === null || tested.includes(module)
    ),
  };
}

/** Results are kept by module and name. */
function refuseSameNames(of: FoundTests["of"]): void {
  for (const [module, tests] of of) {
    const names = tests.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) {
      throw usageFailure(`Module "${module}" has two tests with the name ${shown(twice)}`, "Rename one of the two");
    }
  }
}

/** A module that has tests of one runner gets no search of another runner. */
function* searchesOf(
  listed: readonly ListedTests[],
  of: ReadonlyMap<string, readonly FoundTest[]>,
): Generator<[string, TestSearch]> {
  for (const { searches } of listed) {
    for (const [module, search] of searches) if ((of.get(module) ?? []).length === 0) yield [module, search];
  }
}

/** `canRun`: whether any runner can run its tests. */
function preparedNotices(prepared: PreparedRunner | null, canRun: boolean): string[] {
  if (prepared === null) return [];
  const { notices, unavailable } = prepared;
  const which = canRun ? "Some tests will not be run" : "No test will be run";
  return [...notices, ...(unavailable === null ? [] : [`${which}: ${unavailable}`])];
}
